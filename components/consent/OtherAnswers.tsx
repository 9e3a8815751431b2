import { useId, useState } from 'preact/hooks'
import { MAX_SAY, type Say } from '../../utils/messages/page.ts'
import { t } from '../../utils/words/words.ts'

export interface OtherAnswersProps {
  busy: boolean
  /** Whether a page asks, which can be ignored; an agent's order has none. */
  page: boolean
  onReject: (how: { say: Say | null; ignorePage: boolean }) => void
}

/** Answers that leave the payment unpaid and say more than Reject. */
export function OtherAnswers({ busy, page, onReject }: OtherAnswersProps) {
  const id = useId()
  const [text, setText] = useState('')
  const [empty, setEmpty] = useState(false)

  function reject(kind: Say['kind']) {
    const said = text.trim()
    if (said === '') return setEmpty(true)
    onReject({ say: { kind, text: said }, ignorePage: false })
  }

  return (
    <>
      <div class="field">
        <label for={`${id}-say`}>{t('say_label')}</label>
        <textarea
          id={`${id}-say`}
          rows={2}
          maxLength={MAX_SAY}
          value={text}
          placeholder={t('say_example')}
          aria-invalid={empty}
          aria-describedby={`${id}-hint`}
          onInput={(event) => {
            setText(event.currentTarget.value)
            setEmpty(false)
          }}
        />
        <p class={empty ? 'alert' : 'small quiet'} id={`${id}-hint`} role={empty ? 'alert' : undefined}>
          {empty ? t('say_missing') : t('say_hint')}
        </p>
      </div>
      <div class="row">
        <button type="button" class="button button-small" disabled={busy} onClick={() => reject('change')}>
          {t('ask_change')}
        </button>
        <button type="button" class="button button-small" disabled={busy} onClick={() => reject('reason')}>
          {t('reject_with_words')}
        </button>
      </div>
      {page && (
        <div class="stack-tight">
          <div>
            <button
              type="button"
              class="button button-small button-danger"
              disabled={busy}
              onClick={() => onReject({ say: null, ignorePage: true })}
            >
              {t('ignore_page')}
            </button>
          </div>
          <p class="small quiet">{t('ignore_page_hint')}</p>
        </div>
      )}
    </>
  )
}
