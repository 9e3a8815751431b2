import { CAP_WINDOWS } from '../../utils/caps/cap.ts'
import type { CapChange } from '../../utils/ledger/caps.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { limitText } from './capWords.ts'

/** Who may spend how much, and when that was changed; newest first, from the log. */
export function CapHistory({ changes }: { changes: readonly CapChange[] }) {
  if (changes.length === 0) return null
  const when = new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <details class="card" data-testid="cap-history">
      <summary>{t('cap_history', { count: changes.length })}</summary>
      <ol class="stack-tight cap-history">
        {[...changes].reverse().map((change, index) => (
          <li key={`${change.at}-${index}`} class="spread">
            <span class="wrap">
              <bdi>{change.scope === 'all' ? t('scope_all') : change.scope.replace(/^\w+:/, '')}</bdi> ·{' '}
              {windowName(change.window)}: {changeText(change)}
            </span>
            <time class="small quiet" dateTime={new Date(change.at).toISOString()}>
              {when.format(change.at)}
            </time>
          </li>
        ))}
      </ol>
    </details>
  )
}

function windowName(window: string): string {
  const known = CAP_WINDOWS.find((name) => name === window)
  return t(`window_${known ?? 'sliding'}`)
}

function changeText({ from, to, currency }: CapChange): string {
  const show = (amount: bigint) => limitText({ amount, currency })
  if (to === null) return t('cap_history_removed', { from: from === null ? '' : show(from) })
  if (from === null) return t('cap_history_set', { to: show(to) })
  return t('cap_history_changed', { from: show(from), to: show(to) })
}
