/**
 * Which merchant a page belongs to. The registrable domain by the public suffix list with its private part,
 * so that two shops on one platform (a.myshopify.com, b.myshopify.com) are two merchants.
 */
import { getDomain } from 'tldts'
import { shopOnHost } from './shop-hosts.ts'

export interface Site {
  /** What caps, spend and history are kept by: the registrable domain, or host and port where there is none. */
  key: string
  origin: string
  host: string
  secure: boolean
}

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** The site of a web address, or null for anything but http and https. */
export function siteOf(url: string): Site | null {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    return null
  }
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') return null
  const host = parsed.host.toLowerCase()
  const domain = getDomain(parsed.hostname, { allowPrivateDomains: true })
  return {
    key: domain === null ? host : (shopOnHost(parsed.hostname.toLowerCase(), domain) ?? domain),
    origin: parsed.origin,
    host,
    secure: parsed.protocol === 'https:' || LOOPBACK.test(parsed.hostname),
  }
}
