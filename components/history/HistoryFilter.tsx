import { useId } from 'preact/hooks'
import { type AttemptState, STATES } from '../../utils/attempt/states.ts'
import { t } from '../../utils/words/words.ts'

export interface Filter {
  state: AttemptState | null
  site: string | null
}

interface HistoryFilterProps {
  filter: Filter
  sites: readonly string[]
  onChange: (filter: Filter) => void
}

export function HistoryFilter({ filter, sites, onChange }: HistoryFilterProps) {
  const id = useId()
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <div class="field">
        <label for={`${id}-state`}>{t('filter_state')}</label>
        <select
          id={`${id}-state`}
          value={filter.state ?? ''}
          onChange={(event) => {
            const state = STATES.find((known) => known === event.currentTarget.value) ?? null
            onChange({ ...filter, state })
          }}
        >
          <option value="">{t('filter_all')}</option>
          {STATES.map((state) => (
            <option key={state} value={state}>
              {t(`state_${state}`)}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for={`${id}-site`}>{t('filter_site')}</label>
        <select
          id={`${id}-site`}
          value={filter.site ?? ''}
          onChange={(event) => onChange({ ...filter, site: event.currentTarget.value || null })}
        >
          <option value="">{t('filter_all')}</option>
          {sites.map((site) => (
            <option key={site} value={site}>
              {site}
            </option>
          ))}
        </select>
      </div>
    </form>
  )
}
