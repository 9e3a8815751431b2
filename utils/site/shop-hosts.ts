/**
 * Hosts that give each merchant a name of its own under theirs, and are not in the public suffix list's private part (the
 * list has myshopify.com, square.site, wixsite.com and others). Without them two shops of one host would share caps,
 * history and trust. Checked against the list of tldts 7.5; a name that the list learns is harmless here.
 */
const SHOP_HOSTS: ReadonlySet<string> = new Set([
  '3dcartstores.com',
  'bandcamp.com',
  'bigcartel.com',
  'booth.pm',
  'cafe24.com',
  'company.site',
  'fourthwall.com',
  'gumroad.com',
  'itch.io',
  'jimdosite.com',
  'lemonsqueezy.com',
  'lojavirtualnuvem.com.br',
  'mitiendanube.com',
  'mybigcommerce.com',
  'mydukaan.io',
  'myharavan.com',
  'myinsales.ru',
  'mykajabi.com',
  'mysapo.net',
  'myshopline.com',
  'myshoptet.com',
  'mystrikingly.com',
  'podia.com',
  'prom.ua',
  'sendowl.com',
  'shift4shop.com',
  'shoplineapp.com',
  'shoprenter.hu',
  'squarespace.com',
  'storenvy.com',
  'stores.jp',
  'substack.com',
  'teachable.com',
  'tebex.io',
  'thebase.in',
  'thinkific.com',
  'tilda.ws',
  'volusion.com',
  'weebly.com',
  'wordpress.com',
  'youcan.shop',
  'zid.store',
])

/** Names under which a host speaks for itself: its own till takes money for all of its merchants. */
const OWN_NAMES =
  /^(?:www|app|api|admin|account|accounts|auth|checkout|secure|pay|payments?|help|support)\d?$/

/** The merchant's own name on a host of shops, or null where the host is none or the page is the host's own. */
export function shopOnHost(hostname: string, domain: string): string | null {
  if (!SHOP_HOSTS.has(domain) || hostname === domain) return null
  const label =
    hostname
      .slice(0, -domain.length - 1)
      .split('.')
      .at(-1) ?? ''
  return label === '' || OWN_NAMES.test(label) ? null : `${label}.${domain}`
}
