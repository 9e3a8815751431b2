import { AllowanceList } from '../../components/caps/AllowanceList.tsx'
import { CapTemplates } from '../../components/caps/CapTemplates.tsx'
import { CategoryChoice } from '../../components/caps/CategoryChoice.tsx'
import { LastPurchase } from '../../components/caps/LastPurchase.tsx'
import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { type CapReading, type CapScope, scopeKey, scopeName } from '../../utils/caps/cap.ts'
import { actionDigest } from '../../utils/contract/action.ts'
import type { CapInput } from '../../utils/messages/page.ts'
import type { Allowance } from '../../utils/policy/allowance.ts'
import type { IdentityView, Settings, SettingsChange } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { CapSection } from '../shared/CapSection.tsx'
import { lastPurchase } from '../shared/history.ts'
import { SiteGuard } from '../shared/SiteGuard.tsx'
import { send } from '../shared/send.ts'
import { useGuarded } from '../shared/useGuarded.ts'
import { useLive } from '../shared/useLive.ts'

interface ScopeCardProps {
  scope: CapScope
  readings: readonly CapReading[]
  allowances: readonly Allowance[]
  settings: Settings
  kinds: readonly string[]
  currency: string
  identity: IdentityView | null | undefined
}

/** One of: all sites, a site, a kind of shop, an agent; with all that is agreed about it. */
export function ScopeCard(props: ScopeCardProps) {
  const { scope, settings, kinds, currency, identity } = props
  const guarded = useGuarded(identity)
  const readings = props.readings.filter(({ cap }) => scopeKey(cap.scope) === scopeKey(scope))
  const name = scopeName(scope) ?? t('scope_all')
  const site = scope.kind === 'site' ? scope.site : null

  function change(settings: SettingsChange) {
    guarded.run({
      purpose: t('purpose_settings'),
      digest: () => actionDigest({ command: 'set-settings', settings }),
      send: (proof) => send('set-settings', { settings, proof }),
      onDone: () => {},
    })
  }

  async function begin(caps: CapInput[]) {
    for (const cap of caps) await send('set-cap', { cap, proof: null })
  }

  return (
    <section class="card stack" aria-label={name} data-testid="site-card">
      <h2 class="wrap">
        <bdi>{name}</bdi>
      </h2>
      <CapSection scope={scope} readings={readings} currency={currency} identity={identity} />
      {readings.length === 0 && scope.kind === 'all' && (
        <CapTemplates
          scope={scope}
          currency={currency}
          busy={guarded.busy}
          onChoose={(caps) => void begin(caps)}
        />
      )}
      {site !== null && (
        <>
          <LastPurchaseLine site={site} />
          <AllowanceList
            allowances={props.allowances.filter((one) => one.site === site)}
            busy={false}
            onRevoke={(id) => void send('revoke-allowance', { id })}
          />
          {kinds.length > 0 && (
            <CategoryChoice
              site={site}
              value={settings.categories?.[site] ?? ''}
              kinds={kinds}
              busy={guarded.busy}
              onChoose={(kind) => {
                const { [site]: _, ...others } = settings.categories ?? {}
                change({ categories: kind === '' ? others : { ...others, [site]: kind } })
              }}
            />
          )}
          <SiteGuard site={site} settings={settings} identity={identity} blockOnly />
        </>
      )}
      {guarded.failure !== null && (
        <p class="alert" role="alert">
          {t(`error_${guarded.failure.code}`)}
        </p>
      )}
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </section>
  )
}

function LastPurchaseLine({ site }: { site: string }) {
  const last = useLive(() => lastPurchase(site), [site])
  return last.value === undefined ? null : <LastPurchase row={last.value} />
}
