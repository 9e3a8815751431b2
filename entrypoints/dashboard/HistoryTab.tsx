import { useState } from 'preact/hooks'
import { AttemptDetails } from '../../components/history/AttemptDetails.tsx'
import { toCsv, toJson } from '../../components/history/export.ts'
import { type Filter, isFiltered, NO_FILTER } from '../../components/history/filter.ts'
import { HistoryFilter } from '../../components/history/HistoryFilter.tsx'
import { HistoryList } from '../../components/history/HistoryList.tsx'
import { t } from '../../utils/words/words.ts'
import { attemptFile, everyMatch, historyPage } from '../shared/history.ts'
import { knownSites } from '../shared/ledger.ts'
import { saveFile } from '../shared/saveFile.ts'
import { useLive } from '../shared/useLive.ts'
import { ForgetChosen } from './ForgetChosen.tsx'
import { OutcomeSection } from './OutcomeSection.tsx'

const PAGE = 25

/** History: newest first, a page at a time, details on demand, and the filtered list as a file. */
export function HistoryTab() {
  const [filter, setFilter] = useState<Filter>(NO_FILTER)
  const [pages, setPages] = useState(1)
  const [open, setOpen] = useState<string | null>(null)
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null)
  const [said, setSaid] = useState('')
  const sites = useLive(knownSites, [])
  const list = useLive(() => historyPage(filter, pages * PAGE), [filter, pages])
  const file = useLive(() => (open === null ? null : attemptFile(open)), [open])

  function choose(ids: ReadonlySet<string> | null) {
    setChosen(ids)
    setSaid('')
  }

  async function save(kind: 'csv' | 'json') {
    const rows = await everyMatch(filter)
    const name = `consent-guard-${new Date().toISOString().slice(0, 10)}.${kind}`
    if (kind === 'csv') saveFile(name, 'text/csv', toCsv(rows))
    else saveFile(name, 'application/json', toJson(rows))
  }

  return (
    <div class="stack">
      <div class="spread">
        <h1>{t('nav_history')}</h1>
        <div class="row">
          <button
            type="button"
            class="button button-small"
            aria-pressed={chosen !== null}
            onClick={() => choose(chosen === null ? new Set() : null)}
          >
            {t('choose_start')}
          </button>
          <button type="button" class="button button-small" onClick={() => void save('csv')}>
            {t('export_csv')}
          </button>
          <button type="button" class="button button-small" onClick={() => void save('json')}>
            {t('export_json')}
          </button>
        </div>
      </div>
      <HistoryFilter
        filter={filter}
        sites={sites.value ?? []}
        onChange={(next) => {
          setFilter(next)
          setPages(1)
        }}
      />
      {chosen !== null && (
        <ForgetChosen
          ids={[...chosen]}
          onCancel={() => choose(null)}
          onDone={(gone) => {
            choose(null)
            setSaid(t('choose_done', { count: gone }))
          }}
        />
      )}
      <p role="status" class={said === '' ? 'visually-hidden' : 'small'}>
        {said}
      </p>
      {list.value !== undefined && (
        <HistoryList
          rows={list.value.rows}
          more={list.value.more}
          filtered={isFiltered(filter)}
          open={open}
          onOpen={setOpen}
          onMore={() => setPages(pages + 1)}
          chosen={chosen}
          onChoose={(id, yes) => {
            const next = new Set(chosen)
            if (yes) next.add(id)
            else next.delete(id)
            choose(next)
          }}
        />
      )}
      {file.value && file.value.attempt.id === open && (
        <AttemptDetails {...file.value} onClose={() => setOpen(null)} onPrint={() => window.print()}>
          <OutcomeSection attempt={file.value.attempt} />
        </AttemptDetails>
      )}
    </div>
  )
}
