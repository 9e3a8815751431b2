/** The main job as `npm start -- --headless` runs it, after set-up: it ends with one line that must be true word by word. */
import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

test('the demonstration holds, asks, forwards once and files the receipt', async () => {
  const demo = spawn(process.execPath, [join(root, 'scripts', 'demo.ts'), '--headless'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [said, complained, code] = await Promise.all([
    text(demo.stdout),
    text(demo.stderr),
    new Promise<number | null>((resolve) => demo.once('exit', resolve)),
  ])
  const last: unknown = JSON.parse(said.trimEnd().split('\n').at(-1) ?? '')
  expect(last, complained).toEqual({
    held: true,
    ordersBeforeConsent: 0,
    approved: true,
    recordedBeforeForward: true,
    orders: 1,
    receipt: 'settled',
    ms: expect.any(Object),
  })
  expect(code).toBe(0)
  expect(await readdir(join(root, '.demo'))).toContain('1-consent.png')
})
