/**
 * The project's own labelled pages: every language with several shop systems, traps around them, and look-alikes, made
 * from templates into a temporary folder, their labels computed from the same cart; and those of `written/`, each written
 * and labelled by hand after the markup and the words of one shop system, for what no template has.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Labelled, labelledPages } from '../../scripts/labelled-pages.ts'
import { type Cart, cartFor } from './cart.ts'
import { LANGUAGES, type Language } from './languages.ts'
import { LOOK_ALIKES } from './look-alikes.ts'
import { ALIPAY, PROCESSORS } from './processors.ts'
import { SHOPS, type Template } from './shops.ts'
import { SPECIAL } from './special.ts'
import { TRAPS } from './traps.ts'

/** Writes the pages and gives their labels. */
export function ownPages(folder = mkdtempSync(join(tmpdir(), 'consent-guard-pages-'))): Labelled[] {
  mkdirSync(folder, { recursive: true })
  const labels: Labelled[] = []
  const add = (label: Omit<Labelled, 'file' | 'set'>, html: string): void => {
    const file = join(folder, `${label.id}.html`)
    writeFileSync(file, html)
    labels.push({ ...label, set: 'own', file })
  }

  for (const [at, language] of LANGUAGES.entries()) {
    const templates = [...SHOPS, ...PROCESSORS]
    for (const turn of [0, 1, 2]) {
      const template = templates[(at * 3 + turn * 5) % templates.length]
      const trap = TRAPS[(at + turn * 3) % TRAPS.length]
      if (template === undefined || trap === undefined) continue
      const cart = cartFor(language, at + turn * 11)
      const label = labelOf(`${language.tag}-${template.platform}-${trap.name}`, template, cart)
      add(label, htmlPage(language, template, trap.add(template.body(cart), cart)))
    }
    for (const turn of [0, 1]) {
      const look = LOOK_ALIKES[(at + turn * 2 + (at >> 1)) % LOOK_ALIKES.length]
      if (look === undefined) continue
      const cart = cartFor(language, at + turn * 7 + 3)
      add(
        {
          id: `${language.tag}-${look.kind}`,
          language: language.tag.slice(0, 2),
          platform: look.kind,
          control: null,
          total: look.total ? { amount: cart.total.toString(), currency: language.currency } : null,
          items: null,
          recurrence: null,
        },
        htmlPage(language, look, look.body(cart)),
      )
    }
  }
  const chinese = LANGUAGES.find((language) => language.tag === 'zh-CN')
  if (chinese !== undefined) {
    const cart = cartFor(chinese, 5)
    add(labelOf('zh-CN-alipay', ALIPAY, cart), htmlPage(chinese, ALIPAY, ALIPAY.body(cart)))
  }
  for (const page of SPECIAL) add(page.label, page.html)
  return [...labels, ...labelledPages(join(import.meta.dirname, 'written'), 'own')]
}

function labelOf(id: string, template: Template, cart: Cart): Omit<Labelled, 'file' | 'set'> {
  return {
    id,
    language: cart.language.tag.slice(0, 2),
    platform: template.platform,
    control: template.control,
    total: { amount: cart.total.toString(), currency: cart.language.currency },
    items: template.items
      ? cart.lines.map((line) => ({
          name: line.name,
          quantity: line.quantity,
          amount: line.amount.toString(),
        }))
      : null,
    recurrence: null,
  }
}

function htmlPage(language: Language, page: { path: string; css?: string }, body: string): string {
  const address = `https://${language.host}${page.path}`
  const direction = /^(?:ar|he|fa)/.test(language.tag) ? ' dir="rtl"' : ''
  return `<!doctype html><html lang="${language.tag}"${direction}><head><meta charset="utf-8"><title>${language.heading} – Example</title><link rel="canonical" href="${address.replaceAll('&', '&amp;')}"><style>${page.css ?? ''}</style></head><body>${body}</body></html>`
}
