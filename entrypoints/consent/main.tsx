import { ledger } from '../shared/ledger.ts'
import { start } from '../shared/start.tsx'
import { Consent } from './Consent.tsx'

// Opened while the words load; the first query waits for nothing then.
ledger.open().catch(() => {})
if (location.search === '?rehearsal') {
  void import('./Rehearsal.tsx').then(({ Rehearsal }) => start(Rehearsal, 'consent_title'))
} else {
  void start(Consent, 'consent_title')
}
