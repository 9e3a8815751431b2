import type { ComponentChildren } from 'preact'
import { type CapReading, scopeName } from '../../utils/caps/cap.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { Bar } from '../Bar.tsx'
import { limitText, windowText } from '../caps/capWords.ts'

/** Each cap before and after this order, with what is left or by how much the order exceeds it. */
interface CapMetersProps {
  readings: readonly CapReading[]
  site: string
  /** What to do about the caps, below them. */
  children?: ComponentChildren
}

export function CapMeters({ readings, site, children }: CapMetersProps) {
  return (
    <section class="card stack" aria-labelledby="caps-heading">
      <h2 id="caps-heading">{t('caps_heading')}</h2>
      {readings.length === 0 ? (
        <p class="quiet small">{t('caps_none', { site })}</p>
      ) : (
        readings.map((reading) => <CapMeter key={reading.cap.id} reading={reading} />)
      )}
      {children}
    </section>
  )
}

export function CapMeter({ reading }: { reading: CapReading }) {
  const { cap, used, after, left, excess, resetsAt } = reading
  const over = excess.amount > 0n
  const name = `${windowText(cap)} · ${scopeName(cap.scope) ?? t('scope_all')}`
  const span = over ? after.amount : cap.limit.amount
  return (
    <div class="cap-meter stack-tight" data-testid="cap-row">
      <div class="spread">
        <h3 class="wrap">{name}</h3>
        <bdi class="number small">{limitText(cap.limit)}</bdi>
      </div>
      <Bar
        label={name}
        text={t('cap_after', { after: limitText(after), limit: limitText(cap.limit) })}
        value={Math.min(100, Math.round(share(after.amount, cap.limit.amount)))}
        parts={[
          { kind: 'used', percent: share(used.amount, span) },
          { kind: 'now', percent: share(over ? left.amount : after.amount - used.amount, span) },
          { kind: 'over', percent: share(excess.amount, span) },
        ]}
      />
      <p class="small quiet">
        {t('cap_before_after', { used: limitText(used), after: limitText(after) })}{' '}
        {resetsAt !== null && t('cap_resets', { when: dateText(resetsAt) })}
      </p>
      {over ? (
        <p class="small cap-over" data-testid="cap-excess">
          {t('cap_excess', { excess: limitText(excess), left: limitText(left) })}
        </p>
      ) : (
        <p class="small" data-testid="cap-left">
          {t('cap_left_after', {
            left: limitText({ amount: cap.limit.amount - after.amount, currency: cap.limit.currency }),
          })}
        </p>
      )}
    </div>
  )
}

/** Percent of `of`, from bigints without losing small shares: 0.00 to 100.00. */
function share(part: bigint, of: bigint): number {
  if (of <= 0n) return part > 0n ? 100 : 0
  const hundredths = (part * 10_000n) / of
  return Number(hundredths > 10_000n ? 10_000n : hundredths < 0n ? 0n : hundredths) / 100
}

function dateText(at: number): string {
  return new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium' }).format(at)
}
