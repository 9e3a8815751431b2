import { useId, useState } from 'preact/hooks'
import { PASSPHRASE_MIN } from '../../utils/backup/backup.ts'
import { t } from '../../utils/words/words.ts'
import { type Failure, failureSentence } from '../factor/failure.ts'

interface BackupProps {
  busy: boolean
  /** What came of the last act, in words. */
  said: string | null
  problem: 'no_backup' | 'does_not_open' | null
  failure: Failure | null
  onSave: (passphrase: string) => void
  onRestore: (text: string, passphrase: string) => void
}

/** Saves what the person has set to a sealed file, or takes it back from one. */
export function Backup({ busy, said, problem, failure, onSave, onRestore }: BackupProps) {
  const id = useId()
  const [passphrase, setPassphrase] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const [missing, setMissing] = useState<'passphrase' | 'file' | null>(null)

  function ready(needsFile: boolean): boolean {
    const lacks =
      passphrase.length < PASSPHRASE_MIN ? 'passphrase' : needsFile && file === null ? 'file' : null
    setMissing(lacks)
    return lacks === null && !busy
  }

  const wrong =
    missing === 'passphrase'
      ? t('backup_passphrase_short', { count: PASSPHRASE_MIN })
      : missing === 'file'
        ? t('backup_file_missing')
        : problem !== null
          ? t(`backup_${problem}`)
          : failure !== null
            ? failureSentence(failure)
            : null

  return (
    <div class="stack" data-testid="backup">
      <div class="field">
        <label for={`${id}-passphrase`}>{t('backup_passphrase')}</label>
        <input
          id={`${id}-passphrase`}
          type="password"
          autocomplete="new-password"
          value={passphrase}
          aria-invalid={missing === 'passphrase'}
          aria-describedby={wrong === null ? undefined : `${id}-wrong`}
          onInput={(event) => {
            setPassphrase(event.currentTarget.value)
            setMissing(null)
          }}
        />
      </div>
      <div class="field">
        <label for={`${id}-file`}>{t('backup_file')}</label>
        <input
          id={`${id}-file`}
          type="file"
          accept="application/json,.json"
          onChange={(event) => {
            setFile(event.currentTarget.files?.[0] ?? null)
            setMissing(null)
          }}
        />
      </div>
      {wrong !== null && (
        <p class="alert" id={`${id}-wrong`} role="alert">
          {wrong}
        </p>
      )}
      <div class="row">
        <button type="button" class="button" onClick={() => ready(false) && onSave(passphrase)}>
          {t('backup_save')}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            if (ready(true)) void file?.text().then((text) => onRestore(text, passphrase))
          }}
        >
          {t('backup_restore')}
        </button>
        <span role="status" class="small">
          {said ?? ''}
        </span>
      </div>
    </div>
  )
}
