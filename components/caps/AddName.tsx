import { useId, useState } from 'preact/hooks'
import { neutralise } from '../../utils/order/neutralise.ts'
import { t } from '../../utils/words/words.ts'

/** Names something that caps can be set for. */
export function AddName({ label, onAdd }: { label: string; onAdd: (name: string) => void }) {
  const id = useId()
  const [text, setText] = useState('')
  return (
    <form
      class="add-site"
      onSubmit={(event) => {
        event.preventDefault()
        const name = neutralise(text)
        if (name === '') return
        onAdd(name)
        setText('')
      }}
    >
      <div class="field grow">
        <label for={id}>{label}</label>
        <input
          id={id}
          value={text}
          autocomplete="off"
          maxLength={60}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <button type="submit" class="button">
        {t('add')}
      </button>
    </form>
  )
}
