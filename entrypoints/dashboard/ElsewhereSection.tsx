import { useEffect, useState } from 'preact/hooks'
import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { Elsewhere } from '../../components/settings/Elsewhere.tsx'
import { actionDigest } from '../../utils/contract/action.ts'
import type { ApproverAnswer } from '../../utils/contract/approvals.ts'
import type { IdentityView, Settings, SettingsChange } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { send } from '../shared/send.ts'
import { useGuarded } from '../shared/useGuarded.ts'

/** How often the list is asked for while a code is shown, ms: the device that scans it appears by itself. */
const LOOK_MS = 2_000

export function ElsewhereSection({
  identity,
  settings,
}: {
  identity: IdentityView | null
  settings: Settings
}) {
  const guarded = useGuarded(identity)
  const [approvers, setApprovers] = useState<ApproverAnswer[]>([])
  const [url, setUrl] = useState<string | null>(null)
  const paired = settings.backend !== null

  async function look() {
    const answer = await send('approvers', {})
    if (!answer.ok) return
    setApprovers((before) => {
      if (answer.value.approvers.length > before.length && before.length > 0) setUrl(null)
      return answer.value.approvers
    })
  }
  useEffect(() => {
    if (!paired) return
    void look()
    if (url === null) return
    const timer = setInterval(() => void look(), LOOK_MS)
    return () => clearInterval(timer)
  }, [paired, url])

  if (!paired) return <p class="quiet">{t('elsewhere_needs_backend')}</p>

  function invite() {
    const nonce = crypto.randomUUID()
    let made: string | null = null
    guarded.run({
      purpose: t('purpose_invite'),
      digest: () => actionDigest({ command: 'invite-approver', nonce }),
      async send(proof) {
        const answer = await send('invite-approver', { nonce, proof })
        if (answer.ok) made = answer.value.url
        return answer
      },
      onDone: () => setUrl(made),
    })
  }

  function change(change: SettingsChange) {
    guarded.run({
      purpose: t('purpose_settings'),
      digest: () => actionDigest({ command: 'set-settings', settings: change }),
      send: (proof) => send('set-settings', { settings: change, proof }),
      onDone: () => {},
    })
  }

  return (
    <>
      <Elsewhere
        approvers={approvers}
        mode={settings.elsewhere ?? 'off'}
        url={url}
        busy={guarded.busy}
        onInvite={invite}
        onRevoke={(id) => void send('disconnect-approver', { id }).then(look)}
        onMode={(elsewhere) => change({ elsewhere })}
      />
      {guarded.failure !== null && (
        <p class="alert" role="alert">
          {t(`error_${guarded.failure.code}`)}
        </p>
      )}
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </>
  )
}
