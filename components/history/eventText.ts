import type { LogRow } from '../../utils/ledger/db.ts'
import { isWordKey, t } from '../../utils/words/words.ts'

/** An event of the log in words; one that has none is shown by its name. */
export function eventText(line: LogRow): string {
  const key = `event_${line.event.replaceAll(/[^a-z]+/gi, '_')}`
  return isWordKey(key) ? t(key) : line.event
}
