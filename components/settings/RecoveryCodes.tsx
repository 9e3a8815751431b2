import { t } from '../../utils/words/words.ts'

interface RecoveryCodesProps {
  left: number
  /** Just made: shown until the person says that they are written down, and never again. */
  codes: readonly string[] | null
  busy: boolean
  onMake: () => void
  onKept: () => void
}

export function RecoveryCodes({ left, codes, busy, onMake, onKept }: RecoveryCodesProps) {
  return (
    <section class="stack-tight" aria-labelledby="recovery-heading" data-testid="recovery">
      <h3 id="recovery-heading">{t('recovery_heading')}</h3>
      {codes === null ? (
        <>
          <p>{left > 0 ? t('recovery_left', { count: left }) : t('recovery_none')}</p>
          <div>
            <button type="button" class="button button-small" disabled={busy} onClick={onMake}>
              {t('recovery_make')}
            </button>
          </div>
        </>
      ) : (
        <>
          <p>{t('recovery_text')}</p>
          <ul class="codes" dir="ltr">
            {codes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ul>
          <div>
            <button type="button" class="button button-primary button-small" onClick={onKept}>
              {t('recovery_kept')}
            </button>
          </div>
        </>
      )}
    </section>
  )
}
