import { isFinal } from '../../utils/attempt/states.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { Amount } from '../Amount.tsx'
import './history.css'
import { StateTag } from './StateTag.tsx'

interface HistoryListProps {
  rows: readonly AttemptRow[]
  more: boolean
  filtered: boolean
  open: string | null
  onOpen: (id: string | null) => void
  onMore: () => void
  /** Ids that are ticked, to be deleted; null while nothing is being chosen. */
  chosen?: ReadonlySet<string> | null
  onChoose?: (id: string, yes: boolean) => void
}

export function HistoryList(props: HistoryListProps) {
  const { rows, more, filtered, open, onOpen, onMore, chosen = null } = props
  if (rows.length === 0) {
    return (
      <div class="card empty-card">
        <h2>{t(filtered ? 'history_no_match' : 'history_empty_heading')}</h2>
        {!filtered && <p class="quiet">{t('history_empty_text')}</p>}
      </div>
    )
  }
  const format = new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium', timeStyle: 'short' })
  const nameOf = ({ order, site, createdAt }: AttemptRow) => ({
    merchant: order.merchant ?? site.key,
    when: format.format(createdAt),
  })
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <section class="card table-scroll history purchases" tabIndex={0} aria-label={t('nav_history')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('column_when')}</th>
              <th scope="col">{t('column_merchant')}</th>
              <th scope="col">{t('column_state')}</th>
              <th scope="col" class="end">
                {t('column_amount')}
              </th>
              <th scope="col">
                <span class="visually-hidden">{t('column_details')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id} data-testid="history-row" data-state={row.state}>
                <td class="nowrap">
                  <time dateTime={new Date(row.createdAt).toISOString()}>{format.format(row.createdAt)}</time>
                </td>
                <td class="wrap">
                  <bdi class="history-name">{row.order.merchant ?? row.site.key}</bdi>
                  <bdi class="small quiet history-name">{row.site.key}</bdi>
                </td>
                <td>
                  <StateTag state={row.state} />
                </td>
                <td class="end nowrap">
                  <Amount value={row.order.total} />
                </td>
                <td class="end">
                  {chosen === null ? (
                    <button
                      type="button"
                      class="button button-small"
                      aria-expanded={open === row.id}
                      aria-label={t('details_label', nameOf(row))}
                      onClick={() => onOpen(open === row.id ? null : row.id)}
                    >
                      {t('details')}
                    </button>
                  ) : (
                    <input
                      type="checkbox"
                      aria-label={t('choose_label', nameOf(row))}
                      disabled={!isFinal(row.state)}
                      checked={chosen.has(row.id)}
                      onChange={(event) => props.onChoose?.(row.id, event.currentTarget.checked)}
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {more && (
        <div>
          <button type="button" class="button" onClick={onMore}>
            {t('history_more')}
          </button>
        </div>
      )}
    </>
  )
}
