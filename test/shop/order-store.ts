/**
 * What the shop was really paid for: the ground truth of every test. Append-only JSON lines; each order is on the
 * disk (fsync) before the shop says "thank you", so that it survives a SIGKILL of the shop as well.
 */
import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { MechanismName } from './mechanisms.ts'

export interface ShopOrderItem {
  sku: string
  name: string
  option: string
  quantity: number
  /** Line amount in minor units, decimal string. */
  amount: string
}

export interface ShopOrder {
  id: string
  mechanism: MechanismName
  items: ShopOrderItem[]
  /** What was charged, minor units, decimal string. */
  total: string
  currency: string
  /** ISO 8601, UTC. */
  at: string
  /** Session of the browser that bought. */
  session: string
  /** Subscriptions: what each renewal will charge. */
  renewal: { amount: string; every: 'month'; trialDays: number } | null
}

export interface OrderStore {
  path: string
  append(order: ShopOrder): void
  all(): ShopOrder[]
  find(id: string): ShopOrder | null
  clear(): void
  close(): void
}

/** Opens `orders.jsonl` in the folder, which is made if missing. Orders that are already there are kept. */
export function openOrderStore(folder: string): OrderStore {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'orders.jsonl')
  const file = openSync(path, 'a+')
  let orders = readOrders(path)
  return {
    path,
    append(order) {
      writeSync(file, `${JSON.stringify(order)}\n`)
      fsyncSync(file)
      orders.push(order)
    },
    all: () => structuredClone(orders),
    find: (id) => orders.find((order) => order.id === id) ?? null,
    clear() {
      ftruncateSync(file, 0)
      fsyncSync(file)
      orders = []
    },
    close: () => closeSync(file),
  }
}

/** A last line that was cut off by a crash was never acknowledged, so it is not an order. */
function readOrders(path: string): ShopOrder[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ShopOrder)
}
