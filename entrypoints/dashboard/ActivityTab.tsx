import { useState } from 'preact/hooks'
import { ActivityLog } from '../../components/log/ActivityLog.tsx'
import { LedgerSignatures } from '../../components/log/LedgerState.tsx'
import { readHealth } from '../../utils/ledger/health.ts'
import { t } from '../../utils/words/words.ts'
import { logPage, verifyLog } from '../shared/history.ts'
import { ledger } from '../shared/ledger.ts'
import { useLive } from '../shared/useLive.ts'

const PAGE = 50

/** Activity log: every move and act, and whether its chain of hashes still holds. */
export function ActivityTab() {
  const [pages, setPages] = useState(1)
  const list = useLive(() => logPage(pages * PAGE), [pages])
  const verification = useLive(verifyLog, [])
  const health = useLive(() => readHealth(ledger), [])
  return (
    <div class="stack">
      <h1>{t('nav_activity')}</h1>
      {health.value && <LedgerSignatures health={health.value} />}
      {list.value !== undefined && (
        <ActivityLog
          rows={list.value.rows}
          more={list.value.more}
          verification={verification.value ?? null}
          onMore={() => setPages(pages + 1)}
        />
      )}
    </div>
  )
}
