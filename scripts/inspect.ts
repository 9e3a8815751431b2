/**
 * `npm run -s inspect -- FILE_OR_URL … [--scripts]`: what the guard would hold and read on a page, one JSON line each.
 * For bug reports: it runs the extension's own code in a real browser.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleProbe, inspectPage, launch } from './inspect-engine.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { scripts: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})

if (values.help || positionals.length === 0) {
  console.error(`npm run -s inspect -- FILE_OR_URL … [--scripts]

Prints one JSON line a page: the controls whose press would be held, and the order that would be shown.
Amounts are minor units (cents). Scripts of saved pages run only with --scripts.`)
  process.exit(values.help ? 0 : 2)
}

const probe = await bundleProbe()
const browser = await launch()
let failed = false
try {
  for (const given of positionals) {
    const live = /^https?:\/\//.test(given)
    const target = live ? given : resolve(process.env.INIT_CWD ?? '.', given.replace(/^file:\/\//, ''))
    try {
      if (!live && !existsSync(target)) throw new Error('there is no such file')
      const found = await inspectPage(browser, probe, target, { scripts: values.scripts })
      console.log(JSON.stringify({ ...found, page: given }))
    } catch (error) {
      failed = true
      console.log(
        JSON.stringify({ page: given, error: error instanceof Error ? error.message : String(error) }),
      )
    }
  }
} finally {
  await browser.close()
}
process.exitCode = failed ? 1 : 0
