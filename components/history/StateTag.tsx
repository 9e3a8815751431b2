import type { AttemptState } from '../../utils/attempt/states.ts'
import { t } from '../../utils/words/words.ts'

const TONES: Partial<Record<AttemptState, string>> = {
  settled: 'tag-ok',
  failed: 'tag-danger',
  refused: 'tag-danger',
  unknown: 'tag-warn',
  asked: 'tag-accent',
  approved: 'tag-accent',
  forwarding: 'tag-accent',
  released: 'tag-accent',
}

export function StateTag({ state }: { state: AttemptState }) {
  return <span class={`tag ${TONES[state] ?? ''}`}>{t(`state_${state}`)}</span>
}
