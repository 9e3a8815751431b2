import { useId, useState } from 'preact/hooks'
import { t } from '../../utils/words/words.ts'

/** Names a site that has no cap yet. `onAdd` answers false where the text is no web address. */
export function AddSite({ onAdd }: { onAdd: (text: string) => boolean }) {
  const id = useId()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)
  return (
    <form
      class="add-site"
      onSubmit={(event) => {
        event.preventDefault()
        if (onAdd(text.trim())) setText('')
        else setWrong(true)
      }}
    >
      <div class="field grow">
        <label for={id}>{t('site_add_label')}</label>
        <input
          id={id}
          value={text}
          autocomplete="off"
          placeholder="shop.example"
          aria-invalid={wrong}
          aria-describedby={wrong ? `${id}-wrong` : undefined}
          onInput={(event) => {
            setText(event.currentTarget.value)
            setWrong(false)
          }}
        />
      </div>
      <button type="submit" class="button">
        {t('site_add')}
      </button>
      {wrong && (
        <p class="alert add-site-wrong" id={`${id}-wrong`} role="alert">
          {t('site_wrong')}
        </p>
      )}
    </form>
  )
}
