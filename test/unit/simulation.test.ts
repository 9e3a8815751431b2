import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const FEWEST = 20
/** CI has the time for some hundreds; seeds 1 and up, so a longer run by hand repeats them. */
const SECONDS = process.env.CI ? '90' : '40'

/** A process of its own: killed workers leave promises behind that no test runner wants to see. */
function run(...args: string[]): Promise<{ code: number | null; text: string }> {
  const script = resolve(import.meta.dirname, '../sim/run.ts')
  // Histories leave much behind: room for it saves a sixth of the time.
  const child = spawn(process.execPath, ['--max-semi-space-size=64', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (part: Buffer) => {
    text += part.toString()
  })
  return new Promise((done) => child.on('exit', (code) => done({ code, text })))
}

describe('reconciliation', () => {
  it('whatever dies when: every attempt ends or is shown unknown, nothing goes twice, nothing is lost', async () => {
    const { code, text } = await run('--histories', '4000', '--seconds', SECONDS, '--seed', '1')
    console.log(text.trim())
    // The output names the seed of a history that went wrong: `node test/sim/run.ts --histories 1 --seed N`.
    expect(text).toContain('; 0 went wrong')
    expect(code).toBe(0)
    expect(Number(/^(\d+) histories/m.exec(text)?.[1])).toBeGreaterThanOrEqual(FEWEST)
  }, 180_000)
})
