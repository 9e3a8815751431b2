/**
 * `prepack`: what the npm package carries, in dist/. Node does not strip types under node_modules, so backend and agent
 * are built to JavaScript, file by file; their packages stay dependencies. With them goes the extension for Chromium,
 * which `consent-guard browser` loads.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
rmSync(dist, { recursive: true, force: true })

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  // The extension's public folder is none of the package's business.
  publicDir: false,
  build: {
    ssr: true,
    target: 'node20',
    outDir: dist,
    minify: false,
    rolldownOptions: {
      input: {
        'agent/cli': 'agent/cli.ts',
        'agent/sdk/consent-guard': 'agent/sdk/consent-guard.ts',
        'agent/merchant/require-consent': 'agent/merchant/require-consent.ts',
      },
      external: (id) => !/^[./]/.test(id),
      output: { preserveModules: true, preserveModulesRoot: root, entryFileNames: '[name].js' },
    },
  },
})
cpSync(join(root, 'backend/db/migrations'), join(dist, 'backend/db/migrations'), { recursive: true })

const wxt = spawnSync(join(root, 'node_modules/.bin/wxt'), ['build'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, CG_OUT: join(dist, 'extension') },
})
if (wxt.status !== 0 || !existsSync(join(dist, 'extension/chrome-mv3/manifest.json'))) {
  throw new Error('The extension could not be built.')
}
