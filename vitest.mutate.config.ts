import { defineConfig } from 'vitest/config'

/** The tests that `npm run mutate` runs against every mutant of the pure core: those that are quick and about it. */
export default defineConfig({
  test: {
    env: { PROPERTY_SHARE: '0.1' },
    include: [
      'test/property/{money,caps,allowance}.test.ts',
      'test/unit/{cap,cap-readings,bucket,windows,allowance,press,guard-settings}.test.ts',
      'test/unit/{judge,order-changed,order-changed-notes,core}.test.ts',
    ],
  },
})
