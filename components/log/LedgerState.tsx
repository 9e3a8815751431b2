import { type LedgerHealth, troublesOf } from '../../utils/ledger/health.ts'
import { t } from '../../utils/words/words.ts'
import { Icon } from '../Icon.tsx'

/** What went wrong with the records themselves; nothing where nothing did. */
export function LedgerTroubles({ health }: { health: LedgerHealth }) {
  const troubles = troublesOf(health)
  if (troubles.length === 0) return null
  return (
    <div class="stack-tight ledger-troubles" data-testid="ledger-troubles">
      {troubles.map((trouble) => (
        <p class="alert wrap" role="alert" key={trouble}>
          {t(`health_${trouble}`)}
        </p>
      ))}
    </div>
  )
}

/** How far the log is signed, here and by the backend. */
export function LedgerSignatures({ health }: { health: LedgerHealth }) {
  const { signed, anchor } = health
  if (signed === null) return null
  return (
    <p class="row small" data-testid="ledger-signatures">
      <span class="tag tag-ok">
        <Icon name="check" /> {t('health_signed', { size: signed.size })}
      </span>
      {anchor?.kind === 'anchored' && (
        <span class="tag tag-ok">
          <Icon name="check" /> {t('health_anchored', { size: anchor.size })}
        </span>
      )}
      {anchor?.kind === 'unreachable' && <span class="tag">{t('health_unreachable')}</span>}
    </p>
  )
}
