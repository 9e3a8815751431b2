import type { CapReading } from '../../utils/caps/cap.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { Bar } from '../Bar.tsx'
import { limitText, windowText } from './capWords.ts'

/** One cap and what is spent of it now, outside any order. */
export function CapBar({ reading }: { reading: CapReading }) {
  const { cap, used, left, resetsAt } = reading
  const locale = currentLocale()
  const limit = limitText(cap.limit)
  const percent =
    cap.limit.amount <= 0n ? 100 : Math.min(100, Number((used.amount * 100n) / cap.limit.amount))
  const counted = cap.window !== 'order'
  return (
    <div class="stack-tight">
      <div class="spread">
        <h3>{windowText(cap)}</h3>
        <bdi class="number">{limit}</bdi>
      </div>
      {counted && (
        <>
          <Bar
            label={windowText(cap)}
            text={t('cap_spent', { used: limitText(used), limit })}
            value={percent}
            parts={[{ kind: percent >= 100 ? 'over' : 'now', percent }]}
          />
          <p class="small quiet">
            {t('cap_spent_left', { used: limitText(used), left: limitText(left) })}{' '}
            {resetsAt !== null &&
              t('cap_resets', {
                when: new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(resetsAt),
              })}
          </p>
        </>
      )}
    </div>
  )
}
