import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../../components/Icon.tsx'
import { LedgerTroubles } from '../../components/log/LedgerState.tsx'
import { readHealth } from '../../utils/ledger/health.ts'
import { keepStorage } from '../../utils/ledger/storage.ts'
import { t } from '../../utils/words/words.ts'
import { currentSettings, ledger } from '../shared/ledger.ts'
import { useLive } from '../shared/useLive.ts'
import { ActivityTab } from './ActivityTab.tsx'
import { HistoryTab } from './HistoryTab.tsx'
import { SettingsTab } from './SettingsTab.tsx'
import { SitesTab } from './SitesTab.tsx'
import { SpendTab } from './SpendTab.tsx'

const TABS = ['sites', 'history', 'spend', 'activity', 'settings'] as const
type Tab = (typeof TABS)[number]

const VIEWS = {
  sites: SitesTab,
  history: HistoryTab,
  spend: SpendTab,
  activity: ActivityTab,
  settings: SettingsTab,
} satisfies Record<Tab, unknown>

/** The dashboard. The part shown is in the address (`#history`), so that it can be linked to and gone back from. */
export function Dashboard() {
  const [tab, setTab] = useState<Tab>(tabOf(location.hash))
  const settings = useLive(currentSettings, [])
  const health = useLive(() => readHealth(ledger), [])
  useEffect(() => {
    // Workers cannot ask the browser to keep the ledger on a full disk; a page can.
    void keepStorage(navigator.storage)
    const follow = () => setTab(tabOf(location.hash))
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])
  const View = VIEWS[tab]
  return (
    <div class="dashboard">
      <header class="dashboard-head">
        <span class="dashboard-brand">
          <Icon name="shield" /> {t('app_name')}
        </span>
        {settings.value !== undefined && (
          <span class={settings.value.on ? 'tag tag-ok' : 'tag tag-danger'}>
            {settings.value.on ? t('guard_on') : t('guard_off')}
          </span>
        )}
        <nav aria-label={t('dashboard_title')}>
          <ul class="tabs">
            {TABS.map((name) => (
              <li key={name}>
                <a href={`#${name}`} aria-current={name === tab ? 'page' : undefined}>
                  {t(`nav_${name}`)}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main class="dashboard-body">
        {health.value && <LedgerTroubles health={health.value} />}
        {settings.failed ? <p class="alert">{t('empty_failed_text')}</p> : <View />}
      </main>
    </div>
  )
}

function tabOf(hash: string): Tab {
  return TABS.find((name) => hash === `#${name}` || hash.startsWith(`#${name}/`)) ?? 'sites'
}
