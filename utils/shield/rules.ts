/**
 * The shield: declarativeNetRequest rules, made from the catalogue, that block payment execution calls whoever makes
 * them: workers, service workers, fresh realms, start-up pages. They stand before any script of ours runs and after
 * our worker has died. What the person agreed to passes by an allow rule of higher priority.
 */
import { CONFIRM, SHOP, SHOP_GET, SHOP_POST } from '../detect/catalogue.ts'

export interface ShieldRule {
  id: number
  priority: number
  action: { type: 'block' | 'allow' }
  condition: {
    urlFilter?: string
    requestMethods?: string[]
    resourceTypes: string[]
    tabIds?: number[]
    initiatorDomains?: string[]
  }
}

export const BLOCK_PRIORITY = 1
export const ALLOW_PRIORITY = 100

/** Named one by one: a rule without types leaves out the navigation of a tab. */
export const EVERY_TYPE = [
  'main_frame',
  'sub_frame',
  'stylesheet',
  'script',
  'image',
  'font',
  'object',
  'xmlhttprequest',
  'ping',
  'csp_report',
  'media',
  'websocket',
  'webtransport',
  'webbundle',
  'other',
]

const WRITES = ['post', 'put', 'patch', 'delete']

/** Block rules of the catalogue, numbered from 1. */
export function shieldRules(): ShieldRule[] {
  const rows: { urlFilter: string; requestMethods?: string[] }[] = [
    ...lines(CONFIRM).map((line) => ({ urlFilter: hostFilter(line), requestMethods: WRITES })),
    ...lines(SHOP).map((line) => ({ urlFilter: pathFilter(line), requestMethods: WRITES })),
    ...lines(SHOP_POST).map((line) => ({ urlFilter: pathFilter(line), requestMethods: ['post'] })),
    // These pay by GET: pictures, scripts and links reach them too.
    ...lines(SHOP_GET).map((line) => ({ urlFilter: pathFilter(line.replaceAll('|', '*')) })),
  ]
  const blocks = rows.map((row) => ({ ...row, resourceTypes: EVERY_TYPE }))
  // A rule that names methods never matches a socket.
  const sockets = rows.map(({ urlFilter }) => ({ urlFilter, resourceTypes: ['websocket', 'webtransport'] }))
  return [...blocks, ...sockets].map((condition, index) => ({
    id: index + 1,
    priority: BLOCK_PRIORITY,
    action: { type: 'block' },
    condition,
  }))
}

/** `||` anchors at a domain label; `^` stands for a slash or a port's colon, and for the end. */
function hostFilter(line: string): string {
  const slash = line.indexOf('/')
  const host = line.slice(0, slash).replace(/^\*\./, '')
  const path = line.slice(slash + 1)
  return host.endsWith('.*') ? `||${host}/${path}^` : `||${host}^*${path}^`
}

function pathFilter(line: string): string {
  return `${line}^`
}

function lines(table: string): string[] {
  return table.trim().split('\n')
}
