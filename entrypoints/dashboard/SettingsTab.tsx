import { useState } from 'preact/hooks'
import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import type { Failure } from '../../components/factor/failure.ts'
import { GuardSettings, LanguageChoice } from '../../components/settings/GuardSettings.tsx'
import { HoldSettings } from '../../components/settings/HoldSettings.tsx'
import { Shortcuts } from '../../components/settings/Shortcuts.tsx'
import { actionDigest } from '../../utils/contract/action.ts'
import type { SettingsChange } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { currentSettings, readIdentityView, usualCurrency } from '../shared/ledger.ts'
import { chooseLanguage, chosenLanguage } from '../shared/load-words.ts'
import { PairingSection } from '../shared/PairingSection.tsx'
import { send } from '../shared/send.ts'
import { useGuarded } from '../shared/useGuarded.ts'
import { useLive } from '../shared/useLive.ts'
import { AgentSection } from './AgentSection.tsx'
import { AskingPagesSection } from './AskingPagesSection.tsx'
import { BackupSection } from './BackupSection.tsx'
import { ElsewhereSection } from './ElsewhereSection.tsx'
import { EraseSection, RetentionSection } from './EraseSection.tsx'
import { ForgetSection } from './ForgetSection.tsx'
import { IdentitySection } from './IdentitySection.tsx'
import { LearnedSection } from './LearnedSection.tsx'
import { WarningsSection } from './WarningsSection.tsx'

export function SettingsTab() {
  const settings = useLive(currentSettings, [])
  const identity = useLive(readIdentityView, [])
  const currency = useLive(usualCurrency, [])
  const guarded = useGuarded(identity.value)
  function change(settings: SettingsChange) {
    guarded.run({
      purpose: t('purpose_settings'),
      digest: () => actionDigest({ command: 'set-settings', settings }),
      send: (proof) => send('set-settings', { settings, proof }),
      onDone: () => {},
    })
  }
  const [outcome, setOutcome] = useState<'saved' | Failure | null>(null)
  if (settings.value === undefined || identity.value === undefined) return null
  return (
    <div class="stack">
      <h1>{t('nav_settings')}</h1>
      <div class="settings">
        <section class="card stack" aria-labelledby="identity-heading">
          <h2 id="identity-heading">{t('identity_heading')}</h2>
          <IdentitySection identity={identity.value} on={settings.value.on} />
        </section>
        <section class="card stack" aria-labelledby="threshold-heading">
          <h2 id="threshold-heading">{t('threshold_heading')}</h2>
          <GuardSettings
            settings={settings.value}
            currency={currency.value ?? 'EUR'}
            busy={guarded.busy}
            onChange={change}
          />
          {guarded.failure !== null && (
            <p class="alert" role="alert">
              {t(`error_${guarded.failure.code}`)}
            </p>
          )}
          {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
        </section>
        <section class="card stack" aria-labelledby="warnings-heading">
          <h2 id="warnings-heading">{t('warnings_heading')}</h2>
          <p class="quiet">{t('warnings_text')}</p>
          <WarningsSection risk={settings.value.risk ?? {}} identity={identity.value} />
        </section>
        <section class="card stack" aria-labelledby="language-heading">
          <h2 id="language-heading">{t('language_heading')}</h2>
          <LanguageChoice value={chosenLanguage()} onChoose={(language) => void speak(language)} />
        </section>
        <section class="card stack" aria-labelledby="shortcuts-heading">
          <h2 id="shortcuts-heading">{t('shortcuts_heading')}</h2>
          <Shortcuts />
        </section>
        <section class="card stack" aria-labelledby="hold-heading">
          <h2 id="hold-heading">{t('hold_heading')}</h2>
          <HoldSettings
            holdSeconds={settings.value.holdSeconds}
            zone={settings.value.zone}
            outcome={outcome}
            onSave={(changed) => {
              setOutcome(null)
              void send('set-settings', { settings: changed }).then((answer) =>
                setOutcome(answer.ok ? 'saved' : answer),
              )
            }}
          />
        </section>
        <section class="card stack" aria-labelledby="pair-heading">
          <h2 id="pair-heading">{t('pair_heading')}</h2>
          {settings.value.backend === null && <p class="quiet">{t('pair_text')}</p>}
          <PairingSection backend={settings.value.backend} />
        </section>
        <section class="card stack" aria-labelledby="elsewhere-heading">
          <h2 id="elsewhere-heading">{t('elsewhere_heading')}</h2>
          <p class="quiet">{t('elsewhere_text')}</p>
          <ElsewhereSection identity={identity.value} settings={settings.value} />
        </section>
        <section class="card stack" aria-labelledby="agents-heading">
          <h2 id="agents-heading">{t('agents_heading')}</h2>
          <p class="quiet">{t('agents_text')}</p>
          <AgentSection backend={settings.value.backend} identity={identity.value} />
        </section>
        <section class="card stack" aria-labelledby="learned-heading">
          <h2 id="learned-heading">{t('learned_heading')}</h2>
          <p class="quiet">{t('learned_text')}</p>
          <LearnedSection identity={identity.value} />
        </section>
        <section class="card stack" aria-labelledby="page-api-heading">
          <h2 id="page-api-heading">{t('page_api_heading')}</h2>
          <p class="quiet">{t('page_api_text')}</p>
          <AskingPagesSection origins={settings.value.pageApi ?? []} identity={identity.value} />
        </section>
        <section class="card stack" aria-labelledby="backup-heading">
          <h2 id="backup-heading">{t('backup_heading')}</h2>
          <p class="quiet">{t('backup_text')}</p>
          <BackupSection identity={identity.value} />
        </section>
        <section class="card stack" aria-labelledby="forget-heading">
          <h2 id="forget-heading">{t('forget_heading')}</h2>
          <p class="quiet">{t('forget_text')}</p>
          <ForgetSection identity={identity.value} />
          <RetentionSection identity={identity.value} days={settings.value.keepDays} />
          <EraseSection identity={identity.value} />
        </section>
      </div>
    </div>
  )
}

/** Pages take it at once, the background from the settings; what is on screen is drawn anew. */
async function speak(language: string) {
  chooseLanguage(language)
  await send('set-settings', { settings: { language } })
  location.reload()
}
