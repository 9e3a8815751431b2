import type { Note, Severity } from '../../utils/order/order.ts'
import { noteText } from '../../utils/words/speak.ts'
import { t } from '../../utils/words/words.ts'
import { Icon, type IconName } from '../Icon.tsx'

const ICONS: Record<Severity, IconName> = { danger: 'stop', warn: 'warn', info: 'info' }
const ORDER: Record<Severity, number> = { danger: 0, warn: 1, info: 2 }

/** Blocking first, then by severity. */
export function sortNotes(notes: readonly Note[]): Note[] {
  return [...notes].sort(
    (a, b) => Number(b.blocking) - Number(a.blocking) || ORDER[a.severity] - ORDER[b.severity],
  )
}

/** Identity of a note within one attempt: the same rule may speak about two fields. */
export function noteKey(note: Note): string {
  return `${note.id}:${note.field}:${JSON.stringify(note.values)}`
}

interface NotesProps {
  notes: readonly Note[]
  acknowledged: ReadonlySet<string>
  /** null where an answer would change nothing. */
  onAcknowledge: ((key: string, yes: boolean) => void) | null
  label?: string
}

export function Notes({ notes, acknowledged, onAcknowledge, label }: NotesProps) {
  if (notes.length === 0) return null
  return (
    <ul class="notes" aria-label={label ?? t('notes_label')}>
      {sortNotes(notes).map((note) => {
        const key = noteKey(note)
        return (
          <li key={key} class={`note note-${note.severity}`} data-testid={`note-${note.id}`}>
            <Icon name={ICONS[note.severity]} />
            <div class="stack-tight">
              <p class="wrap">
                <span class="visually-hidden">{t(`severity_${note.severity}`)}: </span>
                {noteText(note)}
              </p>
              {note.blocking && onAcknowledge !== null && (
                <label class="check">
                  <input
                    type="checkbox"
                    data-testid="acknowledge"
                    checked={acknowledged.has(key)}
                    onChange={(event) => onAcknowledge(key, event.currentTarget.checked)}
                  />
                  <span>{t('note_acknowledge')}</span>
                </label>
              )}
            </div>
          </li>
        )
      })}
    </ul>
  )
}

/** What changed for the worse since the person was last asked; each change is answered like any other warning. */
export function Changes(props: NotesProps) {
  if (props.notes.length === 0) return null
  return (
    <section class="stack-tight" aria-labelledby="changed-heading">
      <h2 id="changed-heading">{t('changed_heading')}</h2>
      <Notes {...props} label={t('changed_heading')} />
    </section>
  )
}
