/**
 * A site's own payment endpoint, once a consented payment has used it, is shielded on that site from then on: dynamic
 * rules, which outlive the browser. They are the record; nothing else has to be kept in step with them.
 */
import { EVERY_TYPE } from '../../utils/shield/rules.ts'
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

/** Shields an endpoint that a release has used. Addresses with an id in them differ each time and teach nothing. */
export function learn(method: string, url: string): Promise<void> {
  return alone('learning', async () => {
    const address = addressOf(url)
    if (address === null || method === 'GET') return
    const known = await learnedEndpoints()
    if (known.length >= MOST || known.some((one) => one.address === address)) return
    await chrome.declarativeNetRequest.updateDynamicRules({
      addRules: [
        {
          id: Math.max(0, ...known.map((one) => one.id)) + 1,
          priority: 1,
          action: { type: 'block' },
          condition: {
            urlFilter: `|${address}^`,
            requestMethods: [method.toLowerCase()],
            resourceTypes: EVERY_TYPE,
          },
        } as chrome.declarativeNetRequest.Rule,
      ],
    })
  })
}

export async function forgetEndpoint(id: number): Promise<void> {
  await chrome.declarativeNetRequest.updateDynamicRules({ removeRuleIds: [id] })
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
