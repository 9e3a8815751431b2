/**
 * A site's own payment endpoint, once a consented payment has used it, is shielded on that site from then on: dynamic
 * rules, which outlive the browser. They are the record; nothing else has to be kept in step with them.
 */
import { classifyRequest } from '../../utils/detect/request.ts'
import type { LogRow } from '../../utils/ledger/db.ts'
import { methodInRules } from '../../utils/shield/allow.ts'
import { BLOCK_PRIORITY, EVERY_TYPE } from '../../utils/shield/rules.ts'
import { alone } from './services.ts'

export interface LearnedEndpoint {
  id: number
  /** Origin and path. */
  address: string
  method: string
}

const MOST = 500

export async function learnedEndpoints(): Promise<LearnedEndpoint[]> {
  const rules = (await globalThis.chrome?.declarativeNetRequest?.getDynamicRules()) ?? []
  return rules.map((rule) => ({
    id: rule.id,
    address: (rule.condition.urlFilter ?? '').replace(/^\||\^$/g, ''),
    method: rule.condition.requestMethods?.[0] ?? '',
  }))
}

/**
 * What a settled payment has used. Only addresses that say by themselves what they do: one that serves every step of a
 * checkout (GraphQL, server actions) must not be blocked. Addresses with an id in them differ each time and teach nothing.
 */
export function learnFrom(log: readonly LogRow[]): Promise<void> {
  return alone('learning', async () => {
    const known = await learnedEndpoints()
    let id = Math.max(0, ...known.map((one) => one.id))
    for (const { event, data } of log) {
      if (event !== 'evidence.response' && event !== 'release.caused') continue
      const [method, url] = typeof data.call === 'string' ? data.call.split(' ') : []
      const address = url === undefined ? null : addressOf(url)
      if (method === undefined || method === 'GET' || address === null || known.length >= MOST) continue
      if (known.some((one) => one.address === address)) continue
      if (!classifyRequest({ method, url: address, bodyHint: '' }).payment) continue
      known.push({ id: ++id, address, method })
      await globalThis.chrome?.declarativeNetRequest?.updateDynamicRules({
        addRules: [blockRule(id, address, method)],
      })
    }
  })
}

function blockRule(id: number, address: string, method: string): chrome.declarativeNetRequest.Rule {
  return {
    id,
    priority: BLOCK_PRIORITY,
    action: { type: 'block' },
    condition: {
      urlFilter: `|${address}^`,
      requestMethods: [methodInRules(method) as `${chrome.declarativeNetRequest.RequestMethod}`],
      resourceTypes: EVERY_TYPE as `${chrome.declarativeNetRequest.ResourceType}`[],
    },
  }
}

export async function forgetEndpoint(id: number): Promise<void> {
  await chrome.declarativeNetRequest.updateDynamicRules({ removeRuleIds: [id] })
}

/** All of them: they name the shops that were bought from. */
export function forgetEndpoints(): Promise<void> {
  return alone('learning', async () => {
    const removeRuleIds = (await learnedEndpoints()).map(({ id }) => id)
    await globalThis.chrome?.declarativeNetRequest?.updateDynamicRules({ removeRuleIds })
  })
}

export async function isLearned(url: string): Promise<boolean> {
  const address = addressOf(url)
  return address !== null && (await learnedEndpoints()).some((one) => one.address === address)
}

function addressOf(url: string): string | null {
  try {
    const { origin, pathname } = new URL(url)
    return /[0-9a-f]{8}|\d{3}/i.test(pathname) ? null : origin + pathname
  } catch {
    return null
  }
}
