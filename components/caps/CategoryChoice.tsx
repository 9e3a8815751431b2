import { t } from '../../utils/words/words.ts'

interface CategoryChoiceProps {
  site: string
  value: string
  kinds: readonly string[]
  busy: boolean
  onChoose: (kind: string) => void
}

/** Which of the person's kinds of shops a site is. Empty: none. */
export function CategoryChoice({ site, value, kinds, busy, onChoose }: CategoryChoiceProps) {
  return (
    <label class="row small">
      <span>{t('category_label')}</span>
      <select
        class="grow"
        aria-label={t('category_of', { site })}
        value={value}
        disabled={busy}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        <option value="">{t('category_none')}</option>
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {kind}
          </option>
        ))}
      </select>
    </label>
  )
}
