import { formatMoney } from '../../utils/money/format.ts'
import { type Money, money } from '../../utils/money/money.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import type { Spend } from './days.ts'
import './spend.css'

interface SpendChartProps {
  spend: Spend
  /** Daily cap over all sites in this currency, drawn as a line. */
  dayCap: Money | null
}

const HEIGHT = 120

/** What was spent each day, as bars, and the same as a table for those who read rather than look. */
export function SpendChart({ spend, dayCap }: SpendChartProps) {
  const { currency, days, sites, total } = spend
  const highest = [...days.map((day) => day.amount), dayCap?.amount ?? 0n].reduce(
    (a, b) => (b > a ? b : a),
    1n,
  )
  const show = (amount: bigint) => formatMoney(money(amount, currency), currentLocale())
  const dateText = new Intl.DateTimeFormat(currentLocale(), {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  })
  const label = (date: string) => dateText.format(new Date(`${date}T00:00:00Z`))
  const height = (amount: bigint) => Number((amount * BigInt(HEIGHT) * 100n) / highest) / 100
  const step = 100 / days.length
  const [first, last] = [days[0], days.at(-1)]
  return (
    <section class="card stack" aria-label={t('spend_heading', { currency })}>
      <div class="spread">
        <h2>{t('spend_heading', { currency })}</h2>
        <strong class="number">{show(total)}</strong>
      </div>
      <svg
        class="spend-chart"
        width="100%"
        height={HEIGHT}
        role="img"
        aria-label={t('spend_chart', { total: show(total) })}
      >
        {days.map((day, index) => (
          <rect
            key={day.date}
            class="spend-bar"
            x={`${index * step + step * 0.15}%`}
            width={`${step * 0.7}%`}
            y={HEIGHT - height(day.amount)}
            height={height(day.amount)}
            rx="2"
          >
            <title>{`${label(day.date)}: ${show(day.amount)}`}</title>
          </rect>
        ))}
        {dayCap !== null && (
          <line
            class="spend-cap"
            x1="0"
            x2="100%"
            y1={HEIGHT - height(dayCap.amount)}
            y2={HEIGHT - height(dayCap.amount)}
          />
        )}
      </svg>
      <p class="spread small quiet" aria-hidden="true">
        <span>{first && label(first.date)}</span>
        <span>{last && label(last.date)}</span>
      </p>
      {dayCap !== null && <p class="small quiet">{t('spend_cap_line', { limit: show(dayCap.amount) })}</p>}
      <table>
        <caption class="visually-hidden">{t('spend_by_site')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('filter_site')}</th>
            <th scope="col" class="end">
              {t('spend_count')}
            </th>
            <th scope="col" class="end">
              {t('column_amount')}
            </th>
          </tr>
        </thead>
        <tbody>
          {sites.map((site) => (
            <tr key={site.site}>
              <th scope="row" class="wrap">
                <bdi>{site.site}</bdi>
                <svg class="site-bar" width="100%" height="6" aria-hidden="true">
                  <rect
                    class="spend-bar"
                    width={`${share(site.amount, sites[0]?.amount ?? 0n)}%`}
                    height="6"
                    rx="3"
                  />
                </svg>
              </th>
              <td class="end number">{site.count}</td>
              <td class="end number">{show(site.amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <details>
        <summary>{t('spend_table')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('column_when')}</th>
              <th scope="col" class="end">
                {t('column_amount')}
              </th>
            </tr>
          </thead>
          <tbody>
            {days
              .filter((day) => day.amount !== 0n)
              .map((day) => (
                <tr key={day.date}>
                  <th scope="row">
                    <time dateTime={day.date}>{label(day.date)}</time>
                  </th>
                  <td class="end number">{show(day.amount)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </section>
  )
}

/** Percent of the most that was spent at one site. */
function share(amount: bigint, most: bigint): number {
  return most <= 0n ? 0 : Number((amount * 1_000n) / most) / 10
}
