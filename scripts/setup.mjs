/**
 * Set-up on a machine that has nothing but Node 20 or newer: packages by lock file, the pinned Node that today's tools
 * want (it comes as a package), and a browser. Plain JavaScript, because this runs before anything is installed.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, 'node_modules', '.installed-lock')

/** Path of the pinned Node. Installs packages first where they are missing or older than the lock file. */
export function ensurePackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock && existsSync(node)) return node
  say('installing packages (once)')
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (!existsSync(node))
    stop('the pinned Node is not there after installing; run "npm ci" and look at what it says')
  writeFileSync(stamp, lock)
  return node
}

const CHROMIUMS = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Path of a Chromium that loads unpacked extensions. Branded Chrome does not any more (since 137). */
export function ensureChromium(node) {
  const found = CHROMIUMS.find((path) => path && existsSync(path)) ?? downloadedChromium(node)
  if (found) return found
  if (isRootOnDebian()) {
    say('installing chromium (Debian package, once)')
    debianInstall('chromium')
    if (existsSync('/usr/bin/chromium')) return '/usr/bin/chromium'
  }
  say('downloading Chromium (once)')
  const cli = join(root, 'node_modules', 'playwright-core', 'cli.js')
  spawnSync(node, [cli, 'install', 'chromium'], { stdio: ['ignore', 2, 2] })
  return (
    downloadedChromium(node) ??
    stop(
      'No Chromium found and none could be installed. Install it (Debian: "apt-get install chromium") or set CHROMIUM ' +
        'to its path. Google Chrome does not load unpacked extensions from the command line.',
    )
  )
}

/** Path of Firefox ESR, or null where it is missing and cannot be installed; its tests then say "skipped". */
export function ensureFirefox() {
  const found = [process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(
    (path) => path && existsSync(path),
  )
  if (found || !isRootOnDebian()) return found ?? null
  say('installing firefox-esr (Debian package, once)')
  debianInstall('firefox-esr')
  return existsSync('/usr/bin/firefox-esr') ? '/usr/bin/firefox-esr' : null
}

function downloadedChromium(node) {
  const code = "import('playwright-core').then((p) => console.log(p.chromium.executablePath()))"
  const asked = spawnSync(node, ['-e', code], { cwd: root, encoding: 'utf8' })
  const path = asked.stdout?.trim()
  return path && existsSync(path) ? path : null
}

export function isRootOnDebian() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

export function debianInstall(name) {
  const options = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  const lock = ['-o', 'DPkg::Lock::Timeout=300', '-q']
  spawnSync('apt-get', [...lock, 'update'], options)
  spawnSync('apt-get', [...lock, 'install', '-y', '--no-install-recommends', name], options)
}

/** Runs a command with the pinned Node and our tools first on the path; stops the whole run where it fails. */
export function run(command, args, env = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: toolEnv(env) })
  if (result.status !== 0) stop(`"${command} ${args.join(' ')}" failed`, result.status ?? 1)
}

export function toolEnv(env = {}) {
  const bins = [join(root, 'node_modules', 'node', 'bin'), join(root, 'node_modules', '.bin')]
  return { ...process.env, ...env, PATH: [...bins, process.env.PATH].join(':') }
}

export function say(text) {
  console.error(`[consent-guard] ${text}`)
}

export function stop(text, code = 1) {
  console.error(`[consent-guard] ${text}`)
  process.exit(code)
}
