import { useState } from 'preact/hooks'
import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { MyselfForm } from '../../components/site/MyselfForm.tsx'
import { Undo } from '../../components/Undo.tsx'
import { actionDigest } from '../../utils/contract/action.ts'
import { type IdentityView, readMyself, type Settings } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { ledger } from './ledger.ts'
import { send } from './send.ts'
import { useGuarded } from './useGuarded.ts'
import { useLive } from './useLive.ts'
import { useNow } from './useNow.ts'

interface SiteGuardProps {
  site: string
  settings: Settings
  identity: IdentityView | null | undefined
  /** After it began; in the consent window what waits is then rejected. */
  onBegun?: () => void
  /** Only the block, no buying by hand. */
  blockOnly?: boolean
}

/** For one site: blocked or not, and "I'm buying this myself" with its countdown. */
export function SiteGuard({ site, settings, identity, onBegun, blockOnly = false }: SiteGuardProps) {
  const guarded = useGuarded(identity)
  const [justBlocked, setJustBlocked] = useState(false)
  const now = useNow()
  const myself = useLive(() => readMyself(ledger), [])
  const running = (myself.value ?? []).find((one) => one.site === site && now < one.until)
  const blocked = settings.blocked ?? []
  const isBlocked = blocked.includes(site)

  function block(yes: boolean) {
    const change = { blocked: yes ? [...blocked, site] : blocked.filter((other) => other !== site) }
    guarded.run({
      purpose: t('unblock_label', { site }),
      digest: () => actionDigest({ command: 'set-settings', settings: change }),
      send: (proof) => send('set-settings', { settings: change, proof }),
      onDone: () => setJustBlocked(yes),
    })
  }

  function begin(minutes: number) {
    guarded.run({
      purpose: t('purpose_myself', { site, time: t('minutes', { count: minutes }) }),
      digest: () => actionDigest({ command: 'shop-myself', site, minutes }),
      send: (proof) => send('shop-myself', { site, minutes, proof }),
      onDone: () => onBegun?.(),
    })
  }

  return (
    <div class="stack">
      {!isBlocked && !blockOnly && (
        <MyselfForm
          site={site}
          left={running === undefined ? null : running.until - now}
          busy={guarded.busy}
          onBegin={begin}
          onStop={() => void send('stop-myself', { site })}
        />
      )}
      <div class="stack-tight">
        {isBlocked && (
          <div>
            <span class="tag tag-danger">{t('blocked')}</span>
          </div>
        )}
        {justBlocked && isBlocked && (
          <Undo text={t('site_was_blocked', { site })} busy={guarded.busy} onUndo={() => block(false)} />
        )}
        <div>
          <button
            type="button"
            class={`button button-small ${isBlocked ? '' : 'button-danger'}`}
            disabled={guarded.busy}
            aria-label={`${t(isBlocked ? 'unblock_site' : 'block_site')}: ${site}`}
            onClick={() => block(!isBlocked)}
          >
            {t(isBlocked ? 'unblock_site' : 'block_site')}
          </button>
        </div>
        {isBlocked && <p class="small quiet">{t('block_hint', { site })}</p>}
      </div>
      {guarded.failure !== null && (
        <p class="alert" role="alert">
          {t(`error_${guarded.failure.code}`)}
        </p>
      )}
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </div>
  )
}
