import { t } from '../../utils/words/words.ts'
import { currentSettings, readIdentityView } from '../shared/ledger.ts'
import { SiteGuard } from '../shared/SiteGuard.tsx'
import { useLive } from '../shared/useLive.ts'

/** Blocking this site, or buying here oneself, from the payment that waits; both leave it unpaid. */
export function SiteGuardHere({ site, onBegun }: { site: string; onBegun: () => void }) {
  const settings = useLive(currentSettings, [])
  const identity = useLive(readIdentityView, [])
  if (settings.value === undefined) return null
  return (
    <div class="stack-tight">
      <SiteGuard site={site} settings={settings.value} identity={identity.value} onBegun={onBegun} />
      <p class="small quiet">{t('myself_from_here')}</p>
    </div>
  )
}
