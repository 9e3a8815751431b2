import { useState } from 'preact/hooks'
import type { Failure } from '../../components/factor/failure.ts'
import { HoldSettings } from '../../components/settings/HoldSettings.tsx'
import { IdentityState } from '../../components/settings/IdentityState.tsx'
import { t } from '../../utils/words/words.ts'
import { currentSettings, readIdentityView } from '../shared/ledger.ts'
import { PairingSection } from '../shared/PairingSection.tsx'
import { send } from '../shared/send.ts'
import { useLive } from '../shared/useLive.ts'
import { useNow } from '../shared/useNow.ts'
import { AgentSection } from './AgentSection.tsx'
import { AskingPagesSection } from './AskingPagesSection.tsx'
import { BackupSection } from './BackupSection.tsx'
import { EraseSection, RetentionSection } from './EraseSection.tsx'
import { ForgetSection } from './ForgetSection.tsx'

export function SettingsTab() {
  const settings = useLive(currentSettings, [])
  const identity = useLive(readIdentityView, [])
  const now = useNow()
  const [outcome, setOutcome] = useState<'saved' | Failure | null>(null)
  if (settings.value === undefined || identity.value === undefined) return null
  return (
    <div class="stack narrow">
      <h1>{t('nav_settings')}</h1>
      <section class="card stack" aria-labelledby="identity-heading">
        <h2 id="identity-heading">{t('identity_heading')}</h2>
        <IdentityState identity={identity.value} on={settings.value.on} now={now} />
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
      <section class="card stack" aria-labelledby="agents-heading">
        <h2 id="agents-heading">{t('agents_heading')}</h2>
        <p class="quiet">{t('agents_text')}</p>
        <AgentSection backend={settings.value.backend} identity={identity.value} />
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
  )
}
