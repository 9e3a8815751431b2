import '../../utils/words/pages.ts'
import { t } from '../../utils/words/words.ts'
import { CapSection } from '../shared/CapSection.tsx'
import { capReadings, readIdentityView } from '../shared/ledger.ts'
import { useLive } from '../shared/useLive.ts'

export interface SiteCapsProps {
  site: string
  currency: string | null
}

/** The caps that count for this site: its own, and those for all sites. */
export function SiteCaps({ site, currency }: SiteCapsProps) {
  const readings = useLive(() => capReadings(Date.now()), [])
  const identity = useLive(readIdentityView, [])
  if (readings.value === undefined) return null
  const all = readings.value
  return (
    <div class="stack">
      <h3 class="wrap">{site}</h3>
      <CapSection
        scope={{ kind: 'site', site }}
        readings={all.filter(({ cap }) => cap.scope.kind === 'site' && cap.scope.site === site)}
        currency={currency ?? 'EUR'}
        identity={identity.value}
      />
      <h3>{t('scope_all')}</h3>
      <CapSection
        scope={{ kind: 'all' }}
        readings={all.filter(({ cap }) => cap.scope.kind === 'all')}
        currency={currency ?? 'EUR'}
        identity={identity.value}
      />
    </div>
  )
}
