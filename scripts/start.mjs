/** `npm start`: all set-up, then the main job (scripts/demo.ts). Arguments are passed on. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureChromium, ensurePackages, root, run, toolEnv } from './setup.mjs'

const node = ensurePackages()
const chromium = ensureChromium(node)
run('wxt', ['build'])
const demo = spawn(node, [join(root, 'scripts', 'demo.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: toolEnv({ CHROMIUM: chromium }),
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => demo.kill(signal))
demo.on('exit', (code) => process.exit(code ?? 1))
