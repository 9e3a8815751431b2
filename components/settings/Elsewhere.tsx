import type { ApproverAnswer } from '../../utils/contract/approvals.ts'
import type { Settings } from '../../utils/settings/settings.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { QrCode } from './QrCode.tsx'

type Mode = NonNullable<Settings['elsewhere']>
const MODES: readonly Mode[] = ['off', 'offer', 'only']

interface ElsewhereProps {
  approvers: readonly ApproverAnswer[]
  mode: Mode
  /** Address to scan, just made; null where none is shown. */
  url: string | null
  busy: boolean
  onInvite: () => void
  onRevoke: (id: string) => void
  onMode: (mode: Mode) => void
}

/** Devices that may approve, the code that connects one more, and whether only they may. */
export function Elsewhere({ approvers, mode, url, busy, onInvite, onRevoke, onMode }: ElsewhereProps) {
  const day = new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium' })
  const connected = approvers.filter((one) => one.revoked_at === null)
  return (
    <div class="stack" data-testid="elsewhere">
      <ul class="stack-tight">
        {connected.map((one) => {
          const name = t('elsewhere_since', {
            label: one.label,
            when: day.format(Date.parse(one.created_at)),
          })
          return (
            <li key={one.approver_id} class="spread" data-testid="approver">
              <bdi class="wrap">{name}</bdi>
              <button
                type="button"
                class="button button-small"
                disabled={busy}
                aria-label={`${t('elsewhere_revoke')}: ${one.label}`}
                onClick={() => onRevoke(one.approver_id)}
              >
                {t('elsewhere_revoke')}
              </button>
            </li>
          )
        })}
      </ul>
      {url === null ? (
        <div>
          <button type="button" class="button" disabled={busy} onClick={onInvite}>
            {t('elsewhere_connect')}
          </button>
        </div>
      ) : (
        <div class="stack-tight">
          <p>{t('elsewhere_scan')}</p>
          <QrCode text={url} label={t('elsewhere_code')} />
          <code class="small wrap" data-testid="pair-url" dir="ltr">
            {url}
          </code>
        </div>
      )}
      {connected.length > 0 && (
        <label class="field">
          <span>{t('elsewhere_mode')}</span>
          <select
            value={mode}
            disabled={busy}
            onChange={(event) => {
              const chosen = MODES.find((known) => known === event.currentTarget.value)
              if (chosen !== undefined) onMode(chosen)
            }}
          >
            {MODES.map((known) => (
              <option key={known} value={known}>
                {t(`elsewhere_mode_${known}`)}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  )
}
