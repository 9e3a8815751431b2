import { t } from '../utils/words/words.ts'

/** Says what has just been done and offers the way back, for as long as nothing else was done here. */
export function Undo({ text, busy, onUndo }: { text: string; busy: boolean; onUndo: () => void }) {
  return (
    <p class="row small" role="status" data-testid="undo">
      <span class="wrap">{text}</span>
      <button type="button" class="button button-small" disabled={busy} onClick={onUndo}>
        {t('undo')}
      </button>
    </p>
  )
}
