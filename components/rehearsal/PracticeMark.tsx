import { useEffect, useRef } from 'preact/hooks'
import type { Rehearsal } from '../../utils/rehearsal/rehearsal.ts'
import { t } from '../../utils/words/words.ts'
import { Icon } from '../Icon.tsx'
import './rehearsal.css'

/** Above the question, for as long as it is asked. */
export function PracticeMark() {
  return (
    <p class="practice-mark" data-testid="practice-mark">
      <Icon name="info" />
      <strong>{t('practice_mark')}</strong>
    </p>
  )
}

/** What the answer would have done to a real payment. */
export function PracticeEnd({
  state,
  onDone,
}: {
  state: Exclude<Rehearsal['state'], 'asked'>
  onDone: () => void
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [state])
  const approved = state === 'approved'
  return (
    <main class="result" data-testid="consent-result" data-state={state}>
      <div class={`result-mark ${approved ? 'result-ok' : 'result-plain'}`}>
        <Icon name={approved ? 'check' : 'cross'} />
      </div>
      <h1 ref={heading} tabIndex={-1}>
        {t(approved ? 'practice_approved' : 'practice_rejected')}
      </h1>
      <p class="quiet">{t(approved ? 'practice_approved_text' : 'practice_rejected_text')}</p>
      <div class="result-buttons">
        <button type="button" class="button button-primary" data-testid="done" onClick={onDone}>
          {t('result_close')}
        </button>
      </div>
    </main>
  )
}
