import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { browser } from 'wxt/browser'
import { Icon } from '../../components/Icon.tsx'
import { Pending } from '../../components/Pending.tsx'
import { siteOf } from '../../utils/site/site.ts'
import { t } from '../../utils/words/words.ts'
import { CapSection } from '../shared/CapSection.tsx'
import {
  askedAttempts,
  capReadings,
  currentSettings,
  readIdentityView,
  usualCurrency,
} from '../shared/ledger.ts'
import { SiteGuard } from '../shared/SiteGuard.tsx'
import { send } from '../shared/send.ts'
import { useLive } from '../shared/useLive.ts'
import { usePromise } from '../shared/usePromise.ts'

/**
 * The toolbar popup: the question itself where one waits, else whether the guard is on and how much may be spent on the
 * site in front.
 */
export function Popup() {
  const asked = useLive(askedAttempts, [])
  const settings = useLive(currentSettings, [])
  const identity = useLive(readIdentityView, [])
  const readings = useLive(() => capReadings(Date.now()), [])
  const currency = useLive(usualCurrency, [])
  const site = usePromise(siteInFront, { key: null })
  const [Here, setHere] = useState<{ View: ComponentType } | null>(null)
  /** The person went from the question to the rest of the popup. */
  const [away, setAway] = useState(false)
  // A passkey's dialog takes the focus, and a popup that loses it is gone.
  const here = identity.value?.kind === 'pin' && (asked.value?.length ?? 0) > 0
  const known = asked.value !== undefined
  useEffect(() => {
    // Opened while nothing waited: what comes then does not take the place of what is under the pointer.
    if (asked.value?.length === 0) setAway(true)
  }, [known])
  useEffect(() => {
    if (here) void import('../consent/Consent.tsx').then(({ Consent }) => setHere({ View: Consent }))
  }, [here])
  if (Here !== null && !away) {
    return (
      <>
        <nav class="popup-home">
          <button type="button" class="button button-link button-small" onClick={() => setAway(true)}>
            <Icon name="back" flip /> {t('popup_home')}
          </button>
        </nav>
        <Here.View />
      </>
    )
  }
  if (here && !away) return null
  if (asked.failed || settings.failed) {
    return (
      <main class="popup-body">
        <p class="alert">{t('empty_failed_text')}</p>
      </main>
    )
  }
  if (asked.value === undefined || settings.value === undefined || site === undefined) return null
  const key = site.key
  return (
    <div class="popup">
      <header class="popup-head">
        <h1>
          <Icon name="shield" /> {t('app_name')}
        </h1>
        <span class={settings.value.on ? 'tag tag-ok' : 'tag tag-danger'} data-testid="guard-state">
          {settings.value.on ? t('guard_on') : t('guard_off')}
        </span>
      </header>
      <main class="popup-body stack">
        {!settings.value.on && (
          <section class="card stack">
            <p>{t('popup_off_text')}</p>
            <button type="button" class="button button-primary" onClick={() => openPage('/welcome.html')}>
              {t('popup_set_up')}
            </button>
          </section>
        )}
        <Pending
          attempts={asked.value}
          onReview={() => void send('open-consent', {}).then(() => window.close())}
          onHere={Here === null ? null : () => setAway(false)}
        />
        {canOpenPanel() && (
          <button type="button" class="button button-small" onClick={() => void openPanel()}>
            {t('panel_open')}
          </button>
        )}
        {key !== null && (
          <section class="card stack" aria-labelledby="site-heading">
            <div>
              <h2 id="site-heading" class="wrap">
                <bdi>{key}</bdi>
              </h2>
              <p class="small quiet">{t('popup_site_caps')}</p>
            </div>
            <CapSection
              scope={{ kind: 'site', site: key }}
              readings={(readings.value ?? []).filter(
                ({ cap }) => cap.scope.kind === 'site' && cap.scope.site === key,
              )}
              currency={currency.value ?? 'EUR'}
              identity={identity.value}
            />
            <SiteGuard site={key} settings={settings.value} identity={identity.value} />
          </section>
        )}
        <nav class="spread" aria-label={t('popup_links')}>
          <button
            type="button"
            class="button button-link"
            onClick={() => openPage('/dashboard.html#history')}
          >
            {t('nav_history')}
          </button>
          <button type="button" class="button button-link" onClick={() => openPage('/dashboard.html#sites')}>
            {t('nav_sites')}
          </button>
          <button
            type="button"
            class="button button-link"
            onClick={() => openPage('/dashboard.html#settings')}
          >
            {t('nav_settings')}
          </button>
        </nav>
      </main>
    </div>
  )
}

/** Registrable domain of the tab in front; null where it is not a web page. */
async function siteInFront(): Promise<{ key: string | null }> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true })
  return { key: tab?.url === undefined ? null : (siteOf(tab.url)?.key ?? null) }
}

/** Chromium only: the consent view beside the page. Opening it takes a press, which this is. */
function canOpenPanel(): boolean {
  return !import.meta.env.FIREFOX && globalThis.chrome?.sidePanel?.open !== undefined
}

async function openPanel() {
  const { id } = await chrome.windows.getCurrent()
  if (!import.meta.env.FIREFOX && id !== undefined) await chrome.sidePanel.open({ windowId: id })
  window.close()
}

function openPage(path: `/welcome.html${string}` | `/dashboard.html${string}`) {
  void browser.tabs.create({ url: browser.runtime.getURL(path) }).then(() => window.close())
}
