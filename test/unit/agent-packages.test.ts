import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { COPIES } from '../../scripts/copy-hooks.ts'

it.each(COPIES)('%s is the same in %s (npm run copy:hooks)', (source, copy) => {
  expect(readFileSync(copy, 'utf8')).toBe(readFileSync(source, 'utf8'))
})
