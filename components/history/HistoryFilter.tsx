import { type ComponentChildren, createContext } from 'preact'
import { useContext, useId, useState } from 'preact/hooks'
import { STATES } from '../../utils/attempt/states.ts'
import { t } from '../../utils/words/words.ts'
import { daysOf, type Filter, isFiltered, NO_FILTER, PERIODS, type Period, periodOf } from './filter.ts'

interface HistoryFilterProps {
  filter: Filter
  sites: readonly string[]
  onChange: (filter: Filter) => void
}

const ACTORS = ['agent', 'person', 'unknown'] as const

export function HistoryFilter({ filter, sites, onChange }: HistoryFilterProps) {
  const set = (change: Partial<Filter>) => onChange({ ...filter, ...change })
  const today = new Date()
  const period = periodOf(filter, today)
  // On a phone eight fields would push the history out of sight.
  const [roomy] = useState(() => matchMedia('(min-width: 40rem)').matches)
  return (
    <search>
      <form class="stack" aria-label={t('filter_label')} onSubmit={(event) => event.preventDefault()}>
        <div class="first-filters">
          <Labelled label={t('filter_text')}>
            <Text type="search" value={filter.text} onInput={(text) => set({ text })} />
          </Labelled>
          <Labelled label={t('filter_period')}>
            <Choice
              value={period ?? ''}
              options={[
                ...PERIODS.map((one): [string, string] => [one, periodText(one)]),
                ...(period === 'own' ? [['own', t('period_own')] as const] : []),
              ]}
              onChange={(value) => {
                const chosen = PERIODS.find((one) => one === value)
                set(chosen === undefined ? { from: null, to: null } : daysOf(chosen, today))
              }}
            />
          </Labelled>
        </div>
        <details class="more-filters" open={roomy}>
          <summary>{t('filter_label')}</summary>
          <div class="filters">
            <Labelled label={t('filter_state')}>
              <Choice
                value={filter.state ?? ''}
                options={STATES.map((state) => [state, t(`state_${state}`)])}
                onChange={(value) => set({ state: STATES.find((state) => state === value) ?? null })}
              />
            </Labelled>
            <Labelled label={t('filter_site')}>
              <Choice
                value={filter.site ?? ''}
                options={sites.map((site) => [site, site])}
                onChange={(value) => set({ site: value || null })}
              />
            </Labelled>
            <Labelled label={t('who_heading')}>
              <Choice
                value={filter.actor ?? ''}
                options={ACTORS.map((kind) => [kind, t(`actor_${kind}`)])}
                onChange={(value) => set({ actor: ACTORS.find((kind) => kind === value) ?? null })}
              />
            </Labelled>
            <Labelled label={t('cap_currency')}>
              <Text type="search" value={filter.currency} onInput={(currency) => set({ currency })} />
            </Labelled>
            <Labelled label={t('filter_from')}>
              <Text type="date" value={filter.from ?? ''} onInput={(from) => set({ from: from || null })} />
            </Labelled>
            <Labelled label={t('filter_to')}>
              <Text type="date" value={filter.to ?? ''} onInput={(to) => set({ to: to || null })} />
            </Labelled>
            <Labelled label={t('filter_least')}>
              <Text type="amount" value={filter.least} onInput={(least) => set({ least })} />
            </Labelled>
            <Labelled label={t('filter_most')}>
              <Text type="amount" value={filter.most} onInput={(most) => set({ most })} />
            </Labelled>
          </div>
        </details>
        {isFiltered(filter) && (
          <div>
            <button type="button" class="button button-link" onClick={() => onChange(NO_FILTER)}>
              {t('filter_clear')}
            </button>
          </div>
        )}
      </form>
    </search>
  )
}

function periodText(period: Period): string {
  if (period === 'today') return t('period_today')
  return period === 'year' ? t('period_year') : t('period_days', { count: Number(period) })
}

const FieldId = createContext('')

function Labelled({ label, children }: { label: string; children: ComponentChildren }) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <FieldId.Provider value={id}>{children}</FieldId.Provider>
    </div>
  )
}

interface TextProps {
  type: 'search' | 'date' | 'amount'
  value: string
  onInput: (value: string) => void
}

function Text({ type, value, onInput }: TextProps) {
  const common = {
    id: useContext(FieldId),
    value,
    onInput: (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
  }
  if (type === 'date') return <input type="date" {...common} />
  if (type === 'amount') return <input inputMode="decimal" autocomplete="off" {...common} />
  return <input type="search" {...common} />
}

interface ChoiceProps {
  value: string
  options: readonly (readonly [value: string, text: string])[]
  onChange: (value: string) => void
}

function Choice({ value, options, onChange }: ChoiceProps) {
  const id = useContext(FieldId)
  return (
    <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      <option value="">{t('filter_all')}</option>
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  )
}
