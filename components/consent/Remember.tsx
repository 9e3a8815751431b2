import { useId, useState } from 'preact/hooks'
import { fromDecimal, type Money, toDecimal } from '../../utils/money/money.ts'
import type { Order } from '../../utils/order/order.ts'
import { MAX_ALLOWANCE_ORDERS } from '../../utils/policy/allowance.ts'
import { t } from '../../utils/words/words.ts'
import { plainDecimal } from '../caps/plainDecimal.ts'

/** What Approve would also agree to; `invalid` while the fields say nothing that can be agreed to. */
export interface RememberTerms {
  limit: Money
  perOrder: Money
  orders: number
  days: number
}
export type Remembering = RememberTerms | 'invalid' | null

const DAYS = [1, 7, 30, 90] as const
const USUAL = { orders: 5, days: 7, times: 3n }

interface RememberProps {
  order: Order & { total: Money }
  value: Remembering
  onChange: (value: Remembering) => void
}

/** "Approve and remember for this site up to …": the terms; it is Approve that agrees to them. */
export function Remember({ order, value, onChange }: RememberProps) {
  const id = useId()
  const { total } = order
  const [fields, setFields] = useState({
    limit: toDecimal({ ...total, amount: total.amount * USUAL.times }),
    perOrder: toDecimal(total),
    orders: String(USUAL.orders),
    days: String(USUAL.days),
  })

  function change(next: Partial<typeof fields>) {
    const changed = { ...fields, ...next }
    setFields(changed)
    onChange(read(changed, total.currency))
  }

  const amounts = [
    ['limit', t('remember_limit')],
    ['perOrder', t('remember_per_order')],
  ] as const
  return (
    <div class="stack-tight remember" data-testid="remember">
      <label class="check">
        <input
          type="checkbox"
          checked={value !== null}
          onChange={(event) => onChange(event.currentTarget.checked ? read(fields, total.currency) : null)}
        />
        <strong>{t('remember_heading')}</strong>
      </label>
      <p class="small quiet">{t('remember_text', { site: order.site.key })}</p>
      {value !== null && (
        <div class="cap-editor-fields">
          {amounts.map(([name, label]) => (
            <div class="field" key={name}>
              <label for={`${id}-${name}`}>
                {label} <bdi>({total.currency})</bdi>
              </label>
              <input
                id={`${id}-${name}`}
                class="number"
                inputMode="decimal"
                autocomplete="off"
                value={fields[name]}
                aria-invalid={value === 'invalid'}
                aria-describedby={value === 'invalid' ? `${id}-wrong` : undefined}
                onInput={(event) => change({ [name]: event.currentTarget.value })}
              />
            </div>
          ))}
          <div class="field">
            <label for={`${id}-orders`}>{t('remember_orders')}</label>
            <input
              id={`${id}-orders`}
              class="number"
              inputMode="numeric"
              autocomplete="off"
              value={fields.orders}
              aria-invalid={value === 'invalid'}
              onInput={(event) => change({ orders: event.currentTarget.value })}
            />
          </div>
          <div class="field">
            <label for={`${id}-days`}>{t('remember_days')}</label>
            <select
              id={`${id}-days`}
              value={fields.days}
              onChange={(event) => change({ days: event.currentTarget.value })}
            >
              {DAYS.map((days) => (
                <option key={days} value={days}>
                  {t('days', { count: days })}
                </option>
              ))}
            </select>
          </div>
        </div>
      )}
      {value === 'invalid' && (
        <p class="alert" id={`${id}-wrong`} role="alert">
          {t('remember_wrong')}
        </p>
      )}
    </div>
  )
}

function read(
  fields: { limit: string; perOrder: string; orders: string; days: string },
  currency: string,
): Remembering {
  const limit = fromDecimal(plainDecimal(fields.limit), currency)
  const perOrder = fromDecimal(plainDecimal(fields.perOrder), currency)
  const orders = /^\d{1,4}$/.test(fields.orders.trim()) ? Number(fields.orders) : 0
  const days = DAYS.find((known) => String(known) === fields.days)
  if (limit === null || perOrder === null || days === undefined) return 'invalid'
  if (perOrder.amount <= 0n || perOrder.amount > limit.amount) return 'invalid'
  if (orders < 1 || orders > MAX_ALLOWANCE_ORDERS) return 'invalid'
  return { limit, perOrder, orders, days }
}
