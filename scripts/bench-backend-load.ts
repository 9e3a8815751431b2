/**
 * The load of bench-backend.ts, as a process of its own. `closed`: each connection sends its next request when it has
 * its answer. `open`: requests leave at a fixed rate, answered or not, and latency counts from when one should have
 * left, so that a slow server cannot hide behind its own slowness. `WARM` requests before the clock starts.
 */
import { createHash, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { activate, anOrder, type TestDevice } from '../test/backend/device.ts'
import { openClient, requestBytes } from './bench-backend-client.ts'

const [, , url = '', codeList = ''] = process.argv
const MODE = process.env.MODE ?? 'closed'
const COUNT = Number(process.env.COUNT ?? 1000)
const WARM = Number(process.env.WARM ?? 0)
const CONNECTIONS = Number(process.env.CONNECTIONS ?? 16)
const RATE = Number(process.env.RATE ?? 400)

async function prepare(device: TestDevice): Promise<Buffer> {
  const { id, submission } = await device.mandate(anOrder())
  const text = JSON.stringify(submission)
  const token = await new SignJWT({
    iss: device.id,
    aud: url,
    htm: 'POST',
    htu: '/v1/mandates',
    iat: Math.floor(Date.now() / 1000),
    jti: randomUUID(),
    bh: createHash('sha256').update(text).digest('base64url'),
  })
    .setProtectedHeader({ alg: 'ES256' })
    .sign(device.deviceKey)
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': id,
    authorization: `Device ${token}`,
  }
  return requestBytes('/v1/mandates', headers, text)
}

const client = openClient(url, MODE === 'closed' ? CONNECTIONS : 512)

const codes = codeList.split(',')
const devices: TestDevice[] = []
// More at once would be shed.
while (codes.length > 0) {
  devices.push(...(await Promise.all(codes.splice(0, 64).map((code) => activate(url, code)))))
}
const work: Buffer[] = []
for (let n = 0; n < WARM + COUNT; n++) {
  const device = devices[n % devices.length]
  if (device !== undefined) work.push(await prepare(device))
}
const times: number[] = []
const statuses = new Map<number, number>()

async function one(prepared: Buffer, from: number): Promise<void> {
  const status = await client.send(prepared)
  statuses.set(status, (statuses.get(status) ?? 0) + 1)
  if (status === 201) times.push(performance.now() - from)
}

/** On each connection one after the other. */
async function inTurn(requests: readonly Buffer[]): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let mine = requests[next++]; mine !== undefined; mine = requests[next++])
        await one(mine, performance.now())
    }),
  )
}

await inTurn(work.splice(0, WARM))
times.length = 0
statuses.clear()
const started = performance.now()
if (MODE === 'closed') await inTurn(work)
else {
  const running: Promise<void>[] = []
  let sent = 0
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(work.length, Math.floor(((performance.now() - started) / 1000) * RATE))
      for (; sent < due; sent++) {
        const prepared = work[sent]
        if (prepared !== undefined) running.push(one(prepared, started + (sent / RATE) * 1000))
      }
      if (sent >= work.length) {
        clearInterval(timer)
        resolve()
      }
    }, 2)
  })
  await Promise.all(running)
}
const seconds = (performance.now() - started) / 1000
times.sort((a, b) => a - b)
const authorised = statuses.get(201) ?? 0
const shed = (statuses.get(503) ?? 0) + (statuses.get(429) ?? 0)
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
console.log(
  JSON.stringify({
    answered: work.length - (statuses.get(0) ?? 0),
    authorised,
    shed,
    wrong: work.length - authorised - shed,
    perSecond: authorised / seconds,
    p50: at(0.5),
    p99: at(0.99),
  }),
)
client.close()
