import { spendOf } from '../../components/spend/days.ts'
import { SpendChart } from '../../components/spend/SpendChart.tsx'
import { Subscriptions } from '../../components/spend/Subscriptions.tsx'
import { Tips } from '../../components/spend/Tips.tsx'
import { t } from '../../utils/words/words.ts'
import { renewing, settledSince } from '../shared/history.ts'
import { currentSettings, ledger } from '../shared/ledger.ts'
import { useLive } from '../shared/useLive.ts'

const DAYS = 30

/** Spend: the last thirty days by day and site, a chart a currency, and what renews. */
export function SpendTab() {
  const settings = useLive(currentSettings, [])
  const rows = useLive(() => settledSince(Date.now() - (DAYS + 1) * 86_400_000), [])
  const caps = useLive(() => ledger.caps.toArray(), [])
  const subscriptions = useLive(renewing, [])
  if (rows.value === undefined || settings.value === undefined || subscriptions.value === undefined)
    return null
  const spends = spendOf(rows.value, settings.value.zone, new Date(), DAYS)
  return (
    <div class="stack">
      <h1>{t('nav_spend')}</h1>
      {spends.length === 0 && (
        <div class="card empty-card">
          <h2>{t('spend_empty_heading')}</h2>
          <p class="quiet">{t('spend_empty_text')}</p>
        </div>
      )}
      {spends.map((spend) => (
        <SpendChart
          key={spend.currency}
          spend={spend}
          dayCap={
            caps.value?.find(
              ({ scope, window, limit }) =>
                scope.kind === 'all' && window === 'day' && limit.currency === spend.currency,
            )?.limit ?? null
          }
        />
      ))}
      <h2 class="section-heading">{t('subscriptions_heading')}</h2>
      <Subscriptions rows={subscriptions.value} at={Date.now()} zone={settings.value.zone} />
      <h2 class="section-heading">{t('tips_heading')}</h2>
      <Tips rows={rows.value} />
    </div>
  )
}
