/**
 * One random history of one account: a person, an agent, two backend processes, a processor, and a clock, all of which
 * misbehave. What was acknowledged to someone is remembered; the auditor asks for it afterwards.
 */
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import type { Device } from '../../../backend/auth/device-request.ts'
import { signEs256 } from '../../../backend/auth/es256.ts'
import { step } from '../../../backend/background.ts'
import type { Context } from '../../../backend/context.ts'
import { once } from '../../../backend/http/idempotency.ts'
import { newAccountId, newIdOf } from '../../../backend/http/identifiers.ts'
import { ProblemError } from '../../../backend/http/problems.ts'
import { sequence } from '../../../backend/log/sequence.ts'
import { digestOfOrder } from '../../../backend/mandates/digest.ts'
import { submitMandate } from '../../../backend/mandates/submit.ts'
import { cancelOrder, modifyOrder, rejectOrder } from '../../../backend/orders/change.ts'
import { createOrder } from '../../../backend/orders/create.ts'
import { findOrder, type OrderRow } from '../../../backend/orders/order-row.ts'
import { refundOrder } from '../../../backend/orders/refunds.ts'
import type { MandateClaims, MandateSubmission } from '../../../utils/contract/mandate.ts'
import { anOrderRequest } from '../agent.ts'
import { Crashed } from './crashing-database.ts'
import type { Random } from './random.ts'

/** One key for all devices of the simulation: making keys is slow, and whose key it is is tested elsewhere. */
const CONSENT = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const PUBLIC = CONSENT.publicKey.export({ format: 'jwk' })

export interface Acknowledged {
  /** Payment ids that someone was told are authorised. */
  payments: Set<string>
  /** Orders that someone was told are cancelled. */
  cancelled: Set<string>
}

export interface Played {
  accountId: string
  orders: string[]
  acknowledged: Acknowledged
}

export interface World {
  /** Two processes on the same database, each may crash. */
  processes: readonly [Context, Context]
  /** The same database without faults. */
  calm: Context
  random: Random
  clock: { now: number }
}

export async function playHistory(world: World): Promise<Played> {
  const { random, clock, calm } = world
  const accountId = newAccountId()
  await calm.db.query(
    `INSERT INTO account (account_id, kind, label, created_at) VALUES ($1, 'payer', 'simulated', $2)`,
    [accountId, new Date(clock.now)],
  )
  const deviceId = newIdOf(accountId, 'dev')
  const played: Played = {
    accountId,
    orders: [],
    acknowledged: { payments: new Set(), cancelled: new Set() },
  }
  const who = { accountId, agentId: null }
  /** Submissions already made: people and programs send them again. */
  const submitted: { id: string; submission: MandateSubmission }[] = []
  const process = () => random.pick(world.processes)

  const device = (): Device => ({
    kind: 'device',
    accountId,
    deviceId,
    deviceKey: PUBLIC,
    unheard: null,
    consent: { kind: 'pin', key: PUBLIC },
  })

  async function ask(): Promise<void> {
    const key = randomUUID()
    const request = anOrderRequest({ total: { amount: String(100 + random.below(900)), currency: 'EUR' } })
    const command = { accountId, principal: 'agent', route: 'POST /v1/orders', key, body: request }
    // The agent repeats until it has an answer, with the same key: one intent, one order.
    for (let tries = 0; tries < 3; tries++) {
      try {
        const context = process()
        const result = await once(context, command, async (tx) => {
          const order = await createOrder(context, tx, who, request)
          return { status: 201, body: { order_id: order.order_id } }
        })
        played.orders.push((result.body as { order_id: string }).order_id)
        return
      } catch (error) {
        if (!(error instanceof Crashed)) throw error
      }
    }
  }

  async function approve(): Promise<void> {
    const order = await someOrder()
    if (order?.state !== 'requested') return
    const made = mandateFor(order, deviceId, clock.now)
    submitted.push(made)
    await submit(made)
  }

  async function submit(made: { id: string; submission: MandateSubmission }): Promise<void> {
    const copies = 1 + random.below(2)
    await Promise.all(
      Array.from({ length: copies }, async () => {
        const { answer } = await submitMandate(process(), device(), made.submission, made.id)
        played.acknowledged.payments.add(answer.payment_id)
      }).map((one) => one.catch(expected)),
    )
  }

  async function someOrder(): Promise<OrderRow | null> {
    if (played.orders.length === 0) return null
    return findOrder(calm.db, accountId, random.pick(played.orders))
  }

  const moves: (() => Promise<void>)[] = [
    ask,
    approve,
    approve,
    async () => {
      if (submitted.length > 0) await submit(random.pick(submitted))
    },
    async () => {
      const order = await someOrder()
      if (order === null) return
      const context = process()
      const cancelled = await context.db.transaction((tx) =>
        cancelOrder(context, tx, who, order.order_id, 'sim'),
      )
      played.acknowledged.cancelled.add(cancelled.order_id)
    },
    async () => {
      const order = await someOrder()
      if (order === null) return
      const context = process()
      const amount = (order.amount * BigInt(50 + random.below(100))) / 100n + 1n
      const change = anOrderRequest({ total: { amount: amount.toString(), currency: 'EUR' } })
      const version = order.version - (random.chance(0.1) ? 1 : 0)
      await context.db.transaction((tx) => modifyOrder(context, tx, who, order.order_id, version, change))
    },
    async () => {
      const order = await someOrder()
      if (order === null || random.chance(0.7)) return
      const context = process()
      await context.db.transaction((tx) => rejectOrder(context, tx, accountId, order.order_id))
    },
    async () => {
      const order = await someOrder()
      if (order === null) return
      const context = process()
      const amount = { amount: String(1 + random.below(600)), currency: 'EUR' }
      const request = { amount: random.chance(0.3) ? null : amount, reason: 'sim' }
      await context.db.transaction((tx) =>
        refundOrder(context, tx, accountId, order.order_id, request, 'sim'),
      )
    },
    async () => {
      clock.now += random.pick([10, 300, 5_000, 61_000, 200_000])
    },
    ...Array.from({ length: 5 }, () => async () => {
      // Both processes at once, as often as not.
      const [one, two] = world.processes
      const results = await Promise.allSettled(
        random.chance(0.5) ? [step(one), step(two)] : [step(process())],
      )
      for (const result of results) if (result.status === 'rejected') expected(result.reason)
    }),
    async () => {
      await sequence(process())
    },
  ]

  await ask()
  const length = 8 + random.below(14)
  for (let n = 0; n < length; n++) await random.pick(moves)().catch(expected)
  return played
}

/** Refusals and crashes are part of life; anything else is a bug. */
function expected(error: unknown): void {
  if (!(error instanceof Crashed) && !(error instanceof ProblemError)) throw error
}

function mandateFor(order: OrderRow, deviceId: string, now: number, key: KeyObject = CONSENT.privateKey) {
  const id = randomUUID()
  const attempt = `attempt-${id}`
  const iat = Math.floor(now / 1000)
  const claims: MandateClaims = {
    vct: 'mandate.payment.1',
    jti: id,
    iss: deviceId,
    aud: 'http://127.0.0.1',
    iat,
    exp: iat + 900,
    transaction_id: digestOfOrder(attempt, order.order),
    attempt_id: attempt,
    payee: { id: order.order.site.key, name: order.order.merchant, website: order.order.site.origin },
    payment_amount: order.order.total ?? { amount: '0', currency: 'EUR' },
    rail: 'wallet',
    factor: 'pin',
  }
  return { id, submission: { mandate: signEs256(claims, key, '1'), order: order.order, assertion: null } }
}
