import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readLicences } from '../../scripts/licences.ts'
import { brokenLinks } from '../../scripts/links.ts'

const ROOT = join(import.meta.dirname, '../..')

it('every link of the documentation leads somewhere', () => {
  expect(brokenLinks(ROOT)).toEqual([])
})

it('every package has a licence that we may use', () => {
  const { counts, refused } = readLicences(ROOT)
  expect(refused).toEqual([])
  expect([...counts.values()].reduce((total, count) => total + count, 0)).toBeGreaterThan(300)
})
