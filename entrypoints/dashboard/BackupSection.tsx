import { useState } from 'preact/hooks'
import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { Backup } from '../../components/settings/Backup.tsx'
import { openBackup, sealBackup } from '../../utils/backup/backup.ts'
import { actionDigest } from '../../utils/contract/action.ts'
import { toWire } from '../../utils/money/money.ts'
import type { IdentityView } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { currentSettings, ledger } from '../shared/ledger.ts'
import { saveFile } from '../shared/saveFile.ts'
import { send } from '../shared/send.ts'
import { useGuarded } from '../shared/useGuarded.ts'

/** Backup and restore. A restore is one command, so it happens wholly or not at all, and needs the factor. */
export function BackupSection({ identity }: { identity: IdentityView | null }) {
  const guarded = useGuarded(identity)
  const [said, setSaid] = useState<string | null>(null)
  const [problem, setProblem] = useState<'no_backup' | 'does_not_open' | null>(null)

  async function save(passphrase: string) {
    setProblem(null)
    const [caps, { holdSeconds, zone }] = await Promise.all([ledger.caps.toArray(), currentSettings()])
    const inputs = caps.map(({ scope, window, hours, limit }) => ({
      id: null,
      scope,
      window,
      ...(hours === undefined ? {} : { hours }),
      limit: toWire(limit),
    }))
    const text = await sealBackup({ caps: inputs, holdSeconds, zone }, passphrase)
    saveFile(`consent-guard-backup-${new Date().toISOString().slice(0, 10)}.json`, 'application/json', text)
    setSaid(t('backup_saved', { count: caps.length }))
  }

  async function restore(text: string, passphrase: string) {
    setSaid(null)
    guarded.clear()
    const opened = await openBackup(text, passphrase)
    if (!opened.ok) return setProblem(opened.problem)
    setProblem(null)
    const { backup } = opened
    guarded.run({
      purpose: t('purpose_restore', { count: backup.caps.length }),
      digest: () => actionDigest({ command: 'restore', backup }),
      send: (proof) => send('restore', { backup, proof }),
      onDone: () => setSaid(t('backup_restored', { count: backup.caps.length })),
    })
  }

  return (
    <>
      <Backup
        busy={guarded.busy}
        said={said}
        problem={problem}
        failure={guarded.failure}
        onSave={(passphrase) => void save(passphrase)}
        onRestore={(text, passphrase) => void restore(text, passphrase)}
      />
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </>
  )
}
