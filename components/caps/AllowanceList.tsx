import { parseMoney } from '../../utils/money/money.ts'
import type { Allowance } from '../../utils/policy/allowance.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { limitText } from './capWords.ts'

interface AllowanceListProps {
  allowances: readonly Allowance[]
  busy: boolean
  onRevoke: (id: string) => void
}

/** What a site may take without asking, how much of it is used, and who agreed when. Ending one needs no proof. */
export function AllowanceList({ allowances, busy, onRevoke }: AllowanceListProps) {
  if (allowances.length === 0) return null
  return (
    <ul class="cap-list">
      {allowances.map((allowance) => (
        <AllowanceItem key={allowance.id} {...{ allowance, busy, onRevoke }} />
      ))}
    </ul>
  )
}

function AllowanceItem({
  allowance,
  busy,
  onRevoke,
}: Omit<AllowanceListProps, 'allowances'> & { allowance: Allowance }) {
  const { terms, used, uses, factor, createdAt, remoteId, site } = allowance
  const limit = parseMoney(terms.limit)
  if (limit === null) return null
  const money = (amount: bigint) => limitText({ amount, currency: limit.currency })
  const day = new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <li class="cap-item stack-tight" data-testid="allowance">
      <h3>{t('allowance_heading')}</h3>
      <p>
        {t('allowance_terms', {
          limit: money(limit.amount),
          each: money(BigInt(terms.per_order)),
          when: day.format(Date.parse(terms.expires_at)),
        })}
      </p>
      <p class="small quiet">
        {t('allowance_used', { used: money(used), left: money(limit.amount - used) })}{' '}
        {t('allowance_orders_left', { count: terms.orders - uses })}
      </p>
      <p class="small quiet">
        {t(`allowance_by_${factor}`, { when: day.format(createdAt) })}{' '}
        {remoteId !== null && t('allowance_backend')}
      </p>
      <div>
        <button
          type="button"
          class="button button-small"
          disabled={busy}
          aria-label={`${t('allowance_revoke')}: ${site}`}
          onClick={() => onRevoke(allowance.id)}
        >
          {t('allowance_revoke')}
        </button>
      </div>
    </li>
  )
}
