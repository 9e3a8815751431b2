import { useId, useState } from 'preact/hooks'
import type { BackendPairing } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { type Failure, failureSentence } from '../factor/failure.ts'

interface PairingProps {
  backend: BackendPairing | null
  busy: boolean
  failure: Failure | null
  onPair: (url: string, code: string) => void
}

/** Connects a payments backend by its address and one-time code. */
export function Pairing({ backend, busy, failure, onPair }: PairingProps) {
  const id = useId()
  const [url, setUrl] = useState('')
  const [code, setCode] = useState('')
  if (backend !== null) {
    return (
      <dl class="facts" data-testid="paired">
        <div>
          <dt class="small quiet">{t('pair_connected')}</dt>
          <dd class="wrap">{backend.url}</dd>
        </div>
        <div>
          <dt class="small quiet">{t('pair_account')}</dt>
          <dd class="wrap">{backend.accountId}</dd>
        </div>
      </dl>
    )
  }
  return (
    <form
      class="stack"
      data-testid="pairing"
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy) onPair(url.trim(), code.trim())
      }}
    >
      <div class="field">
        <label for={`${id}-url`}>{t('pair_url')}</label>
        <input
          id={`${id}-url`}
          type="url"
          required
          placeholder="https://"
          value={url}
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
      </div>
      <div class="field">
        <label for={`${id}-code`}>{t('pair_code')}</label>
        <input
          id={`${id}-code`}
          required
          autocomplete="one-time-code"
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
      </div>
      {failure !== null && (
        <p class="alert" role="alert">
          {failureSentence(failure)}
        </p>
      )}
      <div>
        <button type="submit" class="button" aria-disabled={busy}>
          {t('pair_connect')}
        </button>
      </div>
    </form>
  )
}
