import type { AttemptRow } from '../../utils/ledger/db.ts'
import { formatMoney } from '../../utils/money/format.ts'
import type { Recurrence } from '../../utils/order/order.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { Icon } from '../Icon.tsx'

/** Who would be paid and how much: the two facts that everything else explains. */
export function OrderHead({ attempt }: { attempt: AttemptRow }) {
  const { order, site } = attempt
  return (
    <section class="order-head" aria-label={t('order_head_label')}>
      <p class="payee">
        <bdi class="payee-name wrap" data-testid="consent-merchant">
          {order.merchant ?? site.key}
        </bdi>
        <span class="payee-site wrap">
          {!site.secure && <Icon name="warn" />} <bdi data-testid="consent-site">{site.key}</bdi>
        </span>
      </p>
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
    </section>
  )
}

/** "Then €9.99 every month, until you end it" in the person's language. */
export function recurrenceText({ every, unit, amount, trialDays }: Recurrence): string {
  const period = t(`every_${unit}`, { count: every })
  const price = amount === null ? t('recurrence_unknown_price') : formatMoney(amount, currentLocale())
  const rule = t('recurrence_rule', { price, period })
  return trialDays > 0 ? `${t('recurrence_trial', { count: trialDays })} ${rule}` : rule
}
