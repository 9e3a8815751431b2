import type { ComponentChildren } from 'preact'
import { type CapReading, scopeName } from '../../utils/caps/cap.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import { formatMoney } from '../../utils/money/format.ts'
import type { Recurrence } from '../../utils/order/order.ts'
import { noteText } from '../../utils/words/speak.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { limitText, windowText } from '../caps/capWords.ts'
import { Icon } from '../Icon.tsx'

interface GlanceProps {
  attempt: AttemptRow
  readings: readonly CapReading[]
}

interface HeadProps {
  attempt: AttemptRow
  children?: ComponentChildren
}

/** Who would be paid and how much: the two facts that everything else explains. */
export function OrderHead({ attempt, children }: HeadProps) {
  const { order, site } = attempt
  const first = attempt.notes.find(isFirstTime)
  return (
    <section class="order-head" aria-label={t('order_head_label')}>
      <div class="payee">
        <p class="payee-names">
          <bdi class="payee-name wrap" data-testid="consent-merchant">
            {order.merchant ?? site.key}
          </bdi>
          <span class={order.merchant === null ? 'visually-hidden' : 'payee-site wrap'}>
            {!site.secure && <Icon name="warn" />} <bdi data-testid="consent-site">{site.key}</bdi>
          </span>
        </p>
        {first !== undefined && (
          <span class="tag tag-accent" title={noteText(first)} data-testid="first-time">
            {t('first_time_mark')}
          </span>
        )}
      </div>
      {order.total === null ? (
        <p class="total total-unknown" data-testid="consent-total">
          {t('total_unknown')}
        </p>
      ) : (
        <p class="total number" data-testid="consent-total">
          <bdi>{formatMoney(order.total, currentLocale())}</bdi>
        </p>
      )}
      {order.total !== null && !order.certain && <p class="small total-unsure">{t('total_unsure')}</p>}
      {order.recurrence !== null && (
        <p class="recurrence" data-testid="consent-recurrence">
          <Icon name="repeat" /> <span>{recurrenceText(order.recurrence)}</span>
        </p>
      )}
      {children}
    </section>
  )
}

/** The rest of what a person decides by: who asks, with what, to where, and what is left. */
export function Glance({ attempt, readings }: GlanceProps) {
  const { shipTo, paymentMethod } = attempt.order
  const tightest = readings.toSorted((a, b) => Number(leftPerMille(a) - leftPerMille(b)))[0]
  const over = readings.some(({ excess }) => excess.amount > 0n)
  return (
    <dl class="glance">
      <Fact label={t('who_heading')} value={t(`actor_${attempt.actor.kind}`)} name="who" />
      <Fact label={t('fact_method')} value={paymentMethod} name="method" />
      <Fact label={t('fact_ship_to')} value={shipTo} name="ship-to" />
      {tightest !== undefined && !over && <CapFact reading={tightest} />}
    </dl>
  )
}

function Fact({ label, value, name }: { label: string; value: string | null; name: string }) {
  if (value === null) return null
  return (
    <div data-testid={`glance-${name}`}>
      <dt>{label}</dt>
      <dd class="wrap">
        <bdi>{value}</bdi>
      </dd>
    </div>
  )
}

/** The cap that this order leaves least of; all of them are in their own section, which comes first where one is exceeded. */
function CapFact({ reading: { cap, after } }: { reading: CapReading }) {
  return (
    <div data-testid="glance-cap">
      <dt>{t('caps_heading')}</dt>
      <dd class="wrap">
        {t('cap_left_after', { left: limitText({ ...after, amount: cap.limit.amount - after.amount }) })}{' '}
        <span class="small quiet">
          {windowText(cap)} · <bdi>{scopeName(cap.scope) ?? t('scope_all')}</bdi>
        </span>
      </dd>
    </div>
  )
}

function leftPerMille({ cap, after }: CapReading): bigint {
  const { amount } = cap.limit
  return amount === 0n ? -1n : ((amount - after.amount) * 1_000n) / amount
}

/** Said by a mark beside the name, so that the notes keep to what is odd. */
export function isFirstTime({ id, blocking }: AttemptRow['notes'][number]): boolean {
  return id === 'first_time' && !blocking
}

/** "€9.99 every month, until you end it" in the person's language. */
export function recurrenceText({ every, unit, amount, trialDays }: Recurrence): string {
  const period = t(`every_${unit}`, { count: every })
  const price = amount === null ? t('recurrence_unknown_price') : formatMoney(amount, currentLocale())
  const rule = t('recurrence_rule', { price, period })
  return trialDays > 0 ? `${t('recurrence_trial', { count: trialDays })} ${rule}` : rule
}
