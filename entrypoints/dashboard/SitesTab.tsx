import { useState } from 'preact/hooks'
import { AddSite } from '../../components/caps/AddSite.tsx'
import { AllowanceList } from '../../components/caps/AllowanceList.tsx'
import { CapHistory } from '../../components/caps/CapHistory.tsx'
import { type CapScope, scopeKey, scopeName } from '../../utils/caps/cap.ts'
import { capHistory } from '../../utils/ledger/caps.ts'
import { siteOf } from '../../utils/site/site.ts'
import { t } from '../../utils/words/words.ts'
import { CapSection } from '../shared/CapSection.tsx'
import {
  capReadings,
  currentAllowances,
  knownSites,
  ledger,
  readIdentityView,
  usualCurrency,
} from '../shared/ledger.ts'
import { send } from '../shared/send.ts'
import { useLive } from '../shared/useLive.ts'

/** Sites & caps: what may be spent, for all sites together and for each one. */
export function SitesTab() {
  const readings = useLive(() => capReadings(Date.now()), [])
  const identity = useLive(readIdentityView, [])
  const currency = useLive(usualCurrency, [])
  const known = useLive(knownSites, [])
  const changes = useLive(() => capHistory(ledger), [])
  const allowances = useLive(() => currentAllowances(Date.now()), [])
  const [added, setAdded] = useState<string[]>([])
  if (readings.value === undefined || known.value === undefined) return null
  const all = readings.value
  const capped = all.flatMap(({ cap }) => (cap.scope.kind === 'site' ? [cap.scope.site] : []))
  const sites = [...new Set([...added, ...capped, ...known.value])]
  const scopes: CapScope[] = [{ kind: 'all' }, ...sites.map((site) => ({ kind: 'site' as const, site }))]
  return (
    <div class="stack sites">
      <h1>{t('nav_sites')}</h1>
      <p class="quiet">{t('sites_text')}</p>
      <AddSite
        onAdd={(text) => {
          const site = siteOf(text.includes('://') ? text : `https://${text}`)
          if (site === null || !site.host.includes('.')) return false
          setAdded([site.key, ...added])
          return true
        }}
      />
      <div class="site-grid">
        {scopes.map((scope) => {
          const name = scopeName(scope) ?? t('scope_all')
          return (
            <section class="card stack" key={name} aria-label={name} data-testid="site-card">
              <h2 class="wrap">
                <bdi>{name}</bdi>
              </h2>
              <CapSection
                scope={scope}
                readings={all.filter(({ cap }) => scopeKey(cap.scope) === scopeKey(scope))}
                currency={currency.value ?? 'EUR'}
                identity={identity.value}
              />
              <AllowanceList
                allowances={(allowances.value ?? []).filter(({ site }) => site === scopeName(scope))}
                busy={false}
                onRevoke={(id) => void send('revoke-allowance', { id })}
              />
            </section>
          )
        })}
      </div>
      <CapHistory changes={changes.value ?? []} />
    </div>
  )
}
