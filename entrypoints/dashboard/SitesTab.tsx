import { useState } from 'preact/hooks'
import { AddName } from '../../components/caps/AddName.tsx'
import { AddSite } from '../../components/caps/AddSite.tsx'
import { CapHistory } from '../../components/caps/CapHistory.tsx'
import type { CapScope } from '../../utils/caps/cap.ts'
import { capHistory } from '../../utils/ledger/caps.ts'
import { siteOf } from '../../utils/site/site.ts'
import { t } from '../../utils/words/words.ts'
import {
  capReadings,
  currentAllowances,
  currentSettings,
  knownSites,
  ledger,
  readIdentityView,
  usualCurrency,
} from '../shared/ledger.ts'
import { useLive } from '../shared/useLive.ts'
import { ScopeCard } from './ScopeCard.tsx'

/** Sites & caps: what may be spent, for all sites together, each one, each kind of shop and each agent. */
export function SitesTab() {
  const readings = useLive(() => capReadings(Date.now()), [])
  const identity = useLive(readIdentityView, [])
  const settings = useLive(currentSettings, [])
  const currency = useLive(usualCurrency, [])
  const known = useLive(knownSites, [])
  const changes = useLive(() => capHistory(ledger), [])
  const allowances = useLive(() => currentAllowances(Date.now()), [])
  const [added, setAdded] = useState<CapScope[]>([])
  const [sought, setSought] = useState('')
  if (readings.value === undefined || known.value === undefined || settings.value === undefined) return null
  const all = readings.value
  const guard = settings.value
  const { blocked = [], categories = {} } = guard
  const capped = [...added, ...all.map(({ cap }) => cap.scope)]
  const sites = unique([
    ...capped.flatMap((scope) => (scope.kind === 'site' ? [scope.site] : [])),
    ...blocked,
    ...known.value,
  ])
  const found = sites.filter((site) => site.includes(sought))
  const kinds = unique([
    ...capped.flatMap((scope) => (scope.kind === 'category' ? [scope.category] : [])),
    ...Object.values(categories),
  ])
  const agents = unique(capped.flatMap((scope) => (scope.kind === 'agent' ? [scope.agent] : [])))
  const card = (scope: CapScope) => (
    <ScopeCard
      key={JSON.stringify(scope)}
      scope={scope}
      readings={all}
      allowances={allowances.value ?? []}
      settings={guard}
      kinds={kinds}
      currency={currency.value ?? 'EUR'}
      identity={identity.value}
    />
  )
  return (
    <div class="stack sites">
      <h1>{t('nav_sites')}</h1>
      <p class="quiet">{t('sites_text')}</p>
      <AddSite
        onSearch={setSought}
        onAdd={(text) => {
          const site = siteOf(text.includes('://') ? text : `https://${text}`)
          if (site === null || !site.host.includes('.')) return false
          setAdded([{ kind: 'site', site: site.key }, ...added])
          return true
        }}
      />
      <div class="site-grid">
        {sought === '' && card({ kind: 'all' })}
        {found.map((site) => card({ kind: 'site', site }))}
      </div>
      {found.length === 0 && sought !== '' && (
        <p class="quiet" role="status">
          {t('sites_none_found')}
        </p>
      )}
      <h2 class="section-heading">{t('category_heading')}</h2>
      <p class="quiet">{t('category_text')}</p>
      <AddName
        label={t('category_add')}
        onAdd={(category) => setAdded([{ kind: 'category', category }, ...added])}
      />
      <div class="site-grid">{kinds.map((category) => card({ kind: 'category', category }))}</div>
      <h2 class="section-heading">{t('agent_caps_heading')}</h2>
      <p class="quiet">{t('agent_caps_text')}</p>
      <AddName label={t('agent_add')} onAdd={(agent) => setAdded([{ kind: 'agent', agent }, ...added])} />
      <div class="site-grid">{agents.map((agent) => card({ kind: 'agent', agent }))}</div>
      <CapHistory changes={changes.value ?? []} />
    </div>
  )
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)]
}
