import { cleanup, fireEvent, render, screen } from '@testing-library/preact'
import { afterEach, expect, test, vi } from 'vitest'
import { Warnings } from '../../components/settings/Warnings.tsx'
import { TUNABLE_RULES } from '../../utils/risk/tunable.ts'
import '../../utils/words/pages.ts'

afterEach(cleanup)

test('every warning can be left out and its numbers set; a usual number is not kept', () => {
  const onSave = vi.fn()
  render(<Warnings risk={{ muted: ['fees'], thresholds: { nightTo: 6 } }} busy={false} onSave={onSave} />)
  expect(screen.getAllByRole('checkbox')).toHaveLength(TUNABLE_RULES.length)
  screen.getByRole('checkbox', { name: 'High fees', checked: false })
  expect(screen.queryByLabelText('percent of the total')).toBeNull()

  fireEvent.click(screen.getByLabelText('High fees'))
  fireEvent.click(screen.getByLabelText('An amount that is large for you'))
  fireEvent.change(screen.getByLabelText('pieces'), { target: { value: '3' } })
  fireEvent.change(screen.getByLabelText('to (hour)'), { target: { value: '5' } })
  fireEvent.change(screen.getByLabelText('from (hour)'), { target: { value: '' } })
  fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  expect(onSave).toHaveBeenCalledWith({ muted: ['large'], thresholds: { quantity: 3 } })
})
