import type { CapScope } from '../../utils/caps/cap.ts'
import type { CapInput } from '../../utils/messages/page.ts'
import { fromDecimal, type Money, toWire } from '../../utils/money/money.ts'
import { t } from '../../utils/words/words.ts'
import { limitText } from './capWords.ts'

/** One order and one month, in whole units of a currency like the euro; see `scaled`. */
const TEMPLATES = [
  { name: 'careful', order: 25, month: 100 },
  { name: 'usual', order: 100, month: 400 },
  { name: 'generous', order: 300, month: 1_500 },
] as const

interface CapTemplatesProps {
  scope: CapScope
  currency: string
  busy: boolean
  onChoose: (caps: CapInput[]) => void
}

/** A first set of caps by one press. Setting a first cap only tightens, so it needs no factor. */
export function CapTemplates({ scope, currency, busy, onChoose }: CapTemplatesProps) {
  return (
    <div class="stack-tight" data-testid="templates">
      <p class="small quiet">{t('template_text')}</p>
      <div class="row">
        {TEMPLATES.map(({ name, order, month }) => {
          const [each, all] = [scaled(order, currency), scaled(month, currency)]
          if (each === null || all === null) return null
          return (
            <button
              key={name}
              type="button"
              class="button button-small"
              disabled={busy}
              onClick={() =>
                onChoose([
                  { id: null, scope, window: 'order', limit: toWire(each) },
                  { id: null, scope, window: 'month', limit: toWire(all) },
                ])
              }
            >
              {t(`template_${name}`, { order: limitText(each), month: limitText(all) })}
            </button>
          )
        })}
      </div>
    </div>
  )
}

/** Currencies whose unit is worth little get a hundred times the number; it is only where one begins. */
const SMALL_UNITS = ['JPY', 'KRW', 'HUF', 'ISK', 'CLP', 'INR', 'RUB', 'PHP', 'THB', 'TWD', 'CZK']
const TINY_UNITS = ['IDR', 'VND', 'COP', 'PYG']

function scaled(amount: number, currency: string): Money | null {
  const factor = TINY_UNITS.includes(currency) ? 10_000 : SMALL_UNITS.includes(currency) ? 100 : 1
  return fromDecimal(String(amount * factor), currency)
}
