import { defineConfig } from 'vitest/config'

const SIMULATION = 'test/backend/simulation.test.ts'

export default defineConfig({
  test: {
    // `npm run coverage`: what unit and component tests reach; browsers and the backend's processes are not counted.
    coverage: {
      include: ['utils/**', 'components/**'],
      exclude: ['**/*.d.ts', '**/*.css'],
      reporter: ['text-summary', 'html'],
    },
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/property/**/*.test.ts'] } },
      {
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: { name: 'component', include: ['test/component/**/*.test.tsx'], environment: 'happy-dom' },
      },
      // Minutes of one process and its database, which mind nobody beside them.
      { test: { name: 'simulation', include: [SIMULATION], testTimeout: 60_000, hookTimeout: 120_000 } },
      {
        test: {
          name: 'backend',
          include: ['test/backend/**/*.test.ts'],
          exclude: [SIMULATION],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/agents/**/*.test.ts'],
          fileParallelism: false,
          // A shared CI machine may starve a browser for seconds; a test that fails twice in a row is broken.
          retry: process.env.CI ? 1 : 0,
          testTimeout: 90_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'shops',
          include: ['test/shops/**/*.test.ts'],
          fileParallelism: false,
          retry: process.env.CI ? 1 : 0,
          testTimeout: 180_000,
          // The first run on a machine installs and builds a whole shop.
          hookTimeout: 900_000,
        },
      },
    ],
  },
})
