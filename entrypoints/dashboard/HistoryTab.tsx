import { useState } from 'preact/hooks'
import { AttemptDetails } from '../../components/history/AttemptDetails.tsx'
import { type Filter, HistoryFilter } from '../../components/history/HistoryFilter.tsx'
import { HistoryList } from '../../components/history/HistoryList.tsx'
import { t } from '../../utils/words/words.ts'
import { attemptFile, historyPage } from '../shared/history.ts'
import { knownSites } from '../shared/ledger.ts'
import { useLive } from '../shared/useLive.ts'

const PAGE = 25

/** History: newest first, a page at a time by key cursor, details on demand. */
export function HistoryTab() {
  const [filter, setFilter] = useState<Filter>({ state: null, site: null })
  const [pages, setPages] = useState(1)
  const [open, setOpen] = useState<string | null>(null)
  const sites = useLive(knownSites, [])
  const list = useLive(() => historyPage(filter, pages * PAGE), [filter, pages])
  const file = useLive(() => (open === null ? null : attemptFile(open)), [open])
  return (
    <div class="stack">
      <h1>{t('nav_history')}</h1>
      <HistoryFilter
        filter={filter}
        sites={sites.value ?? []}
        onChange={(next) => {
          setFilter(next)
          setPages(1)
        }}
      />
      {list.value !== undefined && (
        <HistoryList
          rows={list.value.rows}
          more={list.value.more}
          filtered={filter.state !== null || filter.site !== null}
          open={open}
          onOpen={setOpen}
          onMore={() => setPages(pages + 1)}
        />
      )}
      {file.value && file.value.attempt.id === open && (
        <AttemptDetails {...file.value} onClose={() => setOpen(null)} />
      )}
    </div>
  )
}
