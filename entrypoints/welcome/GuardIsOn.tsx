import { useEffect, useRef } from 'preact/hooks'
import { browser } from 'wxt/browser'
import { Icon } from '../../components/Icon.tsx'
import { Protects } from '../../components/welcome/Protects.tsx'
import type { Settings } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { PairingSection } from '../shared/PairingSection.tsx'

/** The end of the first run, and what the page shows ever after. */
export function GuardIsOn({ settings, onPractise }: { settings: Settings; onPractise: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <main class="welcome welcome-body stack" data-testid="guard-is-on">
      <div class="done-mark">
        <Icon name="check" />
      </div>
      <h1 ref={heading} tabIndex={-1}>
        {t('guard_on_heading')}
      </h1>
      <p class="welcome-lead">{t('guard_on_text')}</p>
      <section class="card stack" aria-labelledby="practise-heading">
        <h2 id="practise-heading">{t('practise_heading')}</h2>
        <p class="quiet">{t('practise_text')}</p>
        <div>
          <button type="button" class="button button-primary" data-testid="practise" onClick={onPractise}>
            {t('practise_open')}
          </button>
        </div>
      </section>
      <Protects />
      <section class="card stack" aria-labelledby="pair-heading">
        <h2 id="pair-heading">{t('pair_heading')}</h2>
        {settings.backend === null && <p class="quiet">{t('pair_text')}</p>}
        <PairingSection backend={settings.backend} />
      </section>
      <div>
        <a class="button" href={browser.runtime.getURL('/dashboard.html')}>
          {t('open_dashboard')}
        </a>
      </div>
    </main>
  )
}
