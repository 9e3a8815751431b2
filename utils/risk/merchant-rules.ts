/** Rules about who would be paid. */
import { siteOf } from '../site/site.ts'
import { isMixedScript, isPunycode, looksLike, skeleton, toUnicode } from './lookalike.ts'
import { note, type Rule } from './rule.ts'

export const MERCHANT_RULES: readonly Rule[] = [
  {
    id: 'insecure',
    check({ site }) {
      return site.secure ? null : note('insecure', 'site', 'danger', true)
    },
  },
  {
    id: 'lookalike',
    check({ site, history }) {
      const found = looksLike(site.key, site.host, history.merchants ?? [])
      if (!found) return null
      // Weaker signs: "apple-orchard.example" sells apples, and shops of one name have several endings.
      const sure = found.how === 'skeleton' || found.how === 'edit'
      const values = { site: toUnicode(site.key), other: found.other }
      return note('lookalike', 'site', sure ? 'danger' : 'warn', sure, values)
    },
  },
  {
    id: 'mixed-script',
    check({ site }) {
      if (isMixedScript(site.host)) return note('mixed_script', 'site', 'danger', false, { site: site.host })
      if (!isPunycode(site.host)) return null
      return note('international_name', 'site', 'info', false, {
        site: site.host,
        shown: toUnicode(site.host),
      })
    },
  },
  {
    id: 'bare-address',
    check({ site }) {
      const isAddress = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])(:\d+)?$/.test(site.host)
      return isAddress ? note('bare_address', 'site', 'warn', false, { site: site.host }) : null
    },
  },
  {
    id: 'brand',
    check({ order, site, history }) {
      if (order.merchant === null || history.merchants?.includes(site.key)) return null
      const named = skeleton(order.merchant.replace(/\s+/g, ''))
      const own = (history.merchants ?? []).find((key) => skeleton(key.split('.')[0] ?? '') === named)
      if (own === undefined || named.length < 4) return null
      return note('merchant_elsewhere', 'merchant', 'warn', false, {
        merchant: order.merchant,
        site: site.key,
        other: own,
      })
    },
  },
  {
    id: 'processor-lookalike',
    check({ order, site }) {
      const payee = order.processor === null ? null : siteOf(`https://${order.processor}`)
      if (payee === null || payee.key === site.key) return null
      const found = looksLike(payee.key, payee.host, [])
      if (found === null) return null
      return note('lookalike', 'processor', 'danger', found.how !== 'embedded', {
        site: toUnicode(payee.host),
        other: found.other,
      })
    },
  },
  {
    id: 'processor',
    check({ order, site }) {
      if (order.processor === null) return null
      // A processor's own page: the domain says who takes the money, and only the page says for whom.
      if (siteOf(`https://${order.processor}`)?.key === site.key) {
        return note('processor_page', 'merchant', order.merchant === null ? 'warn' : 'info', false, {
          site: site.key,
          merchant: order.merchant ?? '?',
        })
      }
      return note('foreign_processor', 'processor', 'info', false, {
        processor: order.processor,
        site: site.key,
      })
    },
  },
  {
    id: 'first-time',
    check({ history, site }) {
      return history.settledHere === 0 ? note('first_time', 'site', 'info', false, { site: site.key }) : null
    },
  },
]
