import type { Labelled } from '../../scripts/eval.ts'
export function ownPages(): Labelled[] {
  return []
}
