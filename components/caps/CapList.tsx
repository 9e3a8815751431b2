import { useState } from 'preact/hooks'
import type { Cap, CapReading, CapScope } from '../../utils/caps/cap.ts'
import type { CapInput } from '../../utils/messages/page.ts'
import { t } from '../../utils/words/words.ts'
import type { Failure } from '../factor/failure.ts'
import { Icon } from '../Icon.tsx'
import { CapBar } from './CapBar.tsx'
import { CapEditor } from './CapEditor.tsx'
import { limitText, windowText } from './capWords.ts'
import './caps.css'

interface CapListProps {
  scope: CapScope
  /** Caps of this scope with what is spent in their window now. */
  readings: readonly CapReading[]
  currency: string
  busy: boolean
  failure: Failure | null
  onSave: (input: CapInput, onDone: () => void) => void
  onRemove: (cap: Cap) => void
  /** Edits begin: forget the last failure. */
  onEdit: () => void
}

/** The caps of one scope, changed in place. */
export function CapList(props: CapListProps) {
  const { scope, readings, currency, busy, failure } = props
  const [editing, setEditing] = useState<string | null>(null)

  function edit(id: string | null) {
    props.onEdit()
    setEditing(id)
  }

  function editor(cap: Cap | null) {
    return (
      <CapEditor
        cap={cap}
        scope={scope}
        currency={currency}
        busy={busy}
        failure={failure}
        onCancel={() => edit(null)}
        onSave={(input) => props.onSave(input, () => edit(null))}
      />
    )
  }

  return (
    <div class="stack">
      {readings.length === 0 && editing !== 'new' && <p class="quiet small">{t('caps_empty')}</p>}
      <ul class="cap-list">
        {readings.map((reading) => (
          <li key={reading.cap.id} class="cap-item" data-testid="cap-row">
            {editing === reading.cap.id ? (
              editor(reading.cap)
            ) : (
              <>
                <CapBar reading={reading} />
                <div class="row">
                  <button
                    type="button"
                    class="button button-small"
                    aria-label={t('cap_change_label', { cap: capName(reading.cap) })}
                    onClick={() => edit(reading.cap.id)}
                  >
                    {t('cap_change')}
                  </button>
                  <button
                    type="button"
                    class="button button-small"
                    aria-label={t('cap_remove_label', { cap: capName(reading.cap) })}
                    onClick={() => props.onRemove(reading.cap)}
                  >
                    {t('cap_remove')}
                  </button>
                </div>
              </>
            )}
          </li>
        ))}
      </ul>
      {failure !== null && editing === null && (
        <p class="alert" role="alert">
          <Icon name="stop" /> {t(`error_${failure.code}`)}
        </p>
      )}
      {editing === 'new' ? (
        editor(null)
      ) : (
        <div>
          <button type="button" class="button button-small" onClick={() => edit('new')}>
            {t('cap_add')}
          </button>
        </div>
      )}
    </div>
  )
}

export function capName(cap: Cap): string {
  return `${windowText(cap)}, ${limitText(cap.limit)}`
}
