/**
 * The shield: declarativeNetRequest rules, made from the catalogue, that block payment execution calls whoever makes
 * them: workers, service workers, fresh realms, start-up pages. They stand before any script of ours runs and after
 * our worker has died. What the person agreed to passes by an allow rule of higher priority.
 */
import { CONFIRM, PROCESSORS, SHOP, SHOP_GET, SHOP_POST } from '../detect/catalogue.ts'
import { ESCAPED } from '../detect/glance.ts'
import { ACT_WORDS, AFTER_WORDS, INSIDE_WORDS, SINGLE, SINGLE_GET, THINGS } from '../detect/suspect.ts'
import { phrases } from '../detect/words.ts'

export interface ShieldRule {
  id: number
  priority: number
  action: { type: 'block' | 'allow' }
  condition: {
    urlFilter?: string
    regexFilter?: string
    requestMethods?: string[]
    resourceTypes: string[]
    tabIds?: number[]
    initiatorDomains?: string[]
    excludedInitiatorDomains?: string[]
    requestDomains?: string[]
    excludedRequestDomains?: string[]
  }
}

/** Addresses that say what they do, on any host; below what says that they only report. */
const NAMED_PRIORITY = 1
const REPORT_PRIORITY = 2
export const BLOCK_PRIORITY = 3
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

/** `other`: a method that nobody knows; many servers do not look at it. */
const WRITES = ['post', 'put', 'patch', 'delete', 'other']

/** `own`: host of our own pages and worker, whose calls to the payments backend are no page's. Numbered from 1. */
export function shieldRules(own: string): ShieldRule[] {
  const rules = [...catalogueRules(), ...namedRules(own)]
  return rules.map((rule, index) => ({ id: index + 1, ...rule }))
}

type Unnumbered = Omit<ShieldRule, 'id'>

function catalogueRules(): Unnumbered[] {
  const rows: { urlFilter: string; requestMethods?: string[] }[] = [
    ...lines(CONFIRM).map((line) => ({ urlFilter: hostFilter(line), requestMethods: WRITES })),
    ...lines(SHOP).map((line) => ({ urlFilter: pathFilter(line), requestMethods: WRITES })),
    ...lines(SHOP_POST).map((line) => ({ urlFilter: pathFilter(line), requestMethods: ['post'] })),
    // These pay by GET: pictures, scripts and links reach them too.
    ...lines(SHOP_GET)
      .map((line) => line.replaceAll('|', '*'))
      .flatMap((line) => [line, line.replaceAll('/', '%2F')])
      .map((line) => ({ urlFilter: pathFilter(line) })),
  ]
  const blocks = rows.map((row) => ({ ...row, resourceTypes: EVERY_TYPE }))
  // A rule that names methods never matches a socket.
  const sockets = rows.map(({ urlFilter }) => ({ urlFilter, resourceTypes: ['websocket', 'webtransport'] }))
  return [...blocks, ...sockets].map((condition) => ({
    priority: BLOCK_PRIORITY,
    action: { type: 'block' },
    condition,
  }))
}

/**
 * The addresses that the classifier takes for payments by their name (`suspect.ts`), for everyone the hook and the relay
 * cannot reach: workers, realms that are gone at once, pings, a frame's or a window's first navigation. The hook's own
 * calls carry their nonce, a form or link that was let go passes by its address. One small expression a rule: the browser
 * allows each 2 kB of compiled memory.
 */
function namedRules(own: string): Unnumbered[] {
  const excludedRequestDomains = PROCESSORS.split('|')
  const excludedInitiatorDomains = [own]
  const resourceTypes = EVERY_TYPE
  const writes = namedFilters().map((regexFilter) => ({
    regexFilter,
    requestMethods: WRITES,
    resourceTypes,
    excludedRequestDomains,
    excludedInitiatorDomains,
  }))
  const reads = readFilters().map((regexFilter) => ({
    regexFilter,
    resourceTypes,
    excludedInitiatorDomains,
  }))
  const reports = {
    priority: REPORT_PRIORITY,
    action: { type: 'allow' as const },
    condition: { regexFilter: REPORTS, requestMethods: WRITES, resourceTypes },
  }
  return [
    ...[...writes, ...reads].map((condition) => ({
      priority: NAMED_PRIORITY,
      action: { type: 'block' as const },
      condition,
    })),
    reports,
    {
      priority: BLOCK_PRIORITY,
      action: { type: 'block' as const },
      condition: {
        regexFilter: DISGUISED_PATH,
        requestMethods: WRITES,
        resourceTypes,
        excludedInitiatorDomains,
      },
    },
  ]
}

const PATH = '^[^?#]*/'
export const REPORTS = `${PATH}(analytics|track(ing)?|collect|telemetry|events?|metrics|logs?|pixel|push)/`
export const DISGUISED_PATH = `^[^?#]*${ESCAPED.replaceAll('(?:', '(')}`

/** How an address may go on behind its name, a small expression each: together they are more than a rule may have. */
const AT_END = '/*([?#]|$)'
const PAGES = [
  AT_END,
  `[.](php|aspx?|jspx?)${AT_END}`,
  `[.](action|do|html?|json)${AT_END}`,
  '([.][a-z]+)?;',
  '[.]php/',
]
const DATA = [`[.](xml|js|cgi)${AT_END}`]

/** Every expression of the shield, for a browser to say whether it takes them. */
export function expressions(): string[] {
  return shieldRules('').flatMap(({ condition }) => condition.regexFilter ?? [])
}

export function namedFilters(): string[] {
  return [
    ...phrases(ACT_WORDS).map((act) => `${act}[-_]?(my[-_]?|the[-_]?)?(order|purchase|payment|checkout)s?`),
    ...phrases(AFTER_WORDS).map((act) => `(order|purchase|payment|checkout)s?[-_/]+${act}`),
    ...phrases(INSIDE_WORDS).map((act) => `(cart|order|checkout|basket)s?/+[^/?#]+/+${act}`),
    ...phrases(SINGLE),
    `(${THINGS})`,
  ].flatMap((name) => [...PAGES, ...DATA].map((end) => PATH + name + end))
}

function readFilters(): string[] {
  return phrases(SINGLE_GET).flatMap((name) => PAGES.map((end) => PATH + name + end))
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
