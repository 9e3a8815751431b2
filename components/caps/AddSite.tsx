import { useId, useState } from 'preact/hooks'
import { t } from '../../utils/words/words.ts'

interface AddSiteProps {
  /** Each change of the text: the sites below are those that have it in their name. */
  onSearch: (text: string) => void
  /** Answers false where the text is no web address. */
  onAdd: (text: string) => boolean
}

/** Finds a site among those below, or names one that has no cap yet. */
export function AddSite({ onSearch, onAdd }: AddSiteProps) {
  const id = useId()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)
  return (
    <form
      class="add-site"
      onSubmit={(event) => {
        event.preventDefault()
        if (!onAdd(text.trim())) return setWrong(true)
        setText('')
        onSearch('')
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
            onSearch(event.currentTarget.value.trim().toLowerCase())
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
