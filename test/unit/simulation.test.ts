import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const FEWEST = 20

/** A process of its own: killed workers leave promises behind that no test runner wants to see. */
function run(...args: string[]): Promise<{ code: number | null; text: string }> {
  const script = resolve(import.meta.dirname, '../sim/run.ts')
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (part: Buffer) => {
    text += part.toString()
  })
  return new Promise((done) => child.on('exit', (code) => done({ code, text })))
}

describe('reconciliation', () => {
  it('whatever dies when: every attempt ends or is shown unknown, nothing goes twice, nothing is lost', async () => {
    const { code, text } = await run('--histories', '400', '--seconds', '40', '--seed', '1')
    console.log(text.trim())
    // The output names the seed of a history that went wrong: `node test/sim/run.ts --histories 1 --seed N`.
    expect(text).toContain('; 0 went wrong')
    expect(code).toBe(0)
    expect(Number(/^(\d+) histories/m.exec(text)?.[1])).toBeGreaterThanOrEqual(FEWEST)
  }, 120_000)
})
