import { useId, useState } from 'preact/hooks'
import { t } from '../../utils/words/words.ts'
import { type Failure, failureSentence } from '../factor/failure.ts'

interface AskingPagesProps {
  origins: readonly string[]
  busy: boolean
  failure: Failure | null
  onAllow: (origin: string) => void
  onForbid: (origin: string) => void
}

/** Sites whose pages may ask for payments to themselves through `navigator.consentGuard`. */
export function AskingPages({ origins, busy, failure, onAllow, onForbid }: AskingPagesProps) {
  const id = useId()
  const [address, setAddress] = useState('')
  return (
    <form
      class="stack"
      data-testid="asking-pages"
      onSubmit={(event) => {
        event.preventDefault()
        if (busy || !URL.canParse(address.trim())) return
        onAllow(new URL(address.trim()).origin)
        setAddress('')
      }}
    >
      {origins.length > 0 && (
        <ul class="stack agent-list">
          {origins.map((origin) => (
            <li key={origin} class="spread">
              <bdi class="wrap">{origin}</bdi>
              <button
                type="button"
                class="button button-small button-danger"
                disabled={busy}
                aria-label={`${t('page_api_forbid')}: ${origin}`}
                onClick={() => onForbid(origin)}
              >
                {t('page_api_forbid')}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="field">
        <label for={id}>{t('page_api_label')}</label>
        <input
          id={id}
          type="url"
          required
          placeholder="https://shop.example"
          value={address}
          onInput={(event) => setAddress(event.currentTarget.value)}
        />
      </div>
      {failure !== null && (
        <p class="alert" role="alert">
          {failureSentence(failure)}
        </p>
      )}
      <div>
        <button type="submit" class="button" aria-disabled={busy}>
          {t('page_api_allow')}
        </button>
      </div>
    </form>
  )
}
