import type { IdentityView } from '../../utils/settings/settings.ts'
import { currentLocale, t } from '../../utils/words/words.ts'

/** Which factor is set, and whether it is locked after wrong tries. */
export function IdentityState({
  identity,
  on,
  now,
}: {
  identity: IdentityView | null
  on: boolean
  now: number
}) {
  if (identity === null || !on) return <p>{t('identity_none')}</p>
  const locked = identity.lockedUntil > now
  return (
    <div class="stack-tight">
      <p>{t(identity.kind === 'pin' ? 'identity_pin' : 'identity_passkey')}</p>
      {locked && (
        <p class="alert" role="status">
          {t('identity_locked', {
            when: new Intl.DateTimeFormat(currentLocale(), { timeStyle: 'medium' }).format(
              identity.lockedUntil,
            ),
          })}
        </p>
      )}
      {!locked && identity.failures > 0 && (
        <p class="small">{t('identity_failures', { count: identity.failures })}</p>
      )}
    </div>
  )
}
