/** The try-out purchase shares window and factor with a payment, and nothing that comes after consent. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parsePageMessage } from '../../utils/messages/parse-page.ts'
import { practiceAttempt, practiceOrder } from '../../utils/rehearsal/order.ts'
import { endOf, type Rehearsal, rehearsalDigest, stateAt } from '../../utils/rehearsal/rehearsal.ts'

const one: Rehearsal = { id: 'r-1', at: 1_000, state: 'asked' }

describe('the try-out purchase', () => {
  it('is proved over its own id, so that one proof serves once', async () => {
    expect(await rehearsalDigest('r-1')).not.toBe(await rehearsalDigest('r-2'))
    expect(await rehearsalDigest('r-1')).toMatch(/^[\w-]{43}$/)
  })

  it('counts as rejected when nobody answers', () => {
    expect(stateAt(one, endOf(one) - 1)).toBe('asked')
    expect(stateAt(one, endOf(one))).toBe('rejected')
    expect(stateAt({ ...one, state: 'approved' }, endOf(one))).toBe('approved')
  })

  it('shows items that add up to its total, at a site that nobody can own, held by no tab', () => {
    const { items, totals, total } = practiceOrder()
    const sum = [...items, ...totals].reduce((all, { amount }) => all + (amount?.amount ?? 0n), 0n)
    expect(sum).toBe(total?.amount)
    const row = practiceAttempt(one, endOf(one))
    expect(row.site.key).toMatch(/\.example$/)
    expect([row.tabId, row.digest, row.holdId]).toEqual([-1, '', ''])
  })

  it('imports no step that moves money, in the background', () => {
    const source = readFileSync('entrypoints/background/rehearsal.ts', 'utf8')
    const imports = [...source.matchAll(/from '([^']+)'/g)].map(([, path]) => path?.split('/').at(-1))
    expect(imports.sort()).toEqual([
      'errors.ts',
      'identity.ts',
      'page.ts',
      'rehearsal.ts',
      'services.ts',
      'surface.ts',
    ])
  })

  it('takes exactly its three commands', () => {
    expect(parsePageMessage({ command: 'rehearse', attemptId: 'a-1' })).toEqual({ command: 'rehearse' })
    const proof = { kind: 'pin', pin: '84-horse' } as const
    const approval = { command: 'approve-rehearsal', id: 'r-1', proof }
    expect(parsePageMessage(approval)).toEqual(approval)
    expect(parsePageMessage({ ...approval, id: '' })).toBeNull()
    expect(parsePageMessage({ command: 'reject-rehearsal' })).toBeNull()
  })
})
