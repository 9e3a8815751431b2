import type { LogRow } from '../../utils/ledger/db.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { eventText } from '../history/eventText.ts'
import { Icon } from '../Icon.tsx'

export type Verification = { kind: 'whole'; count: number } | { kind: 'broken'; seq: number } | null

interface ActivityLogProps {
  rows: readonly LogRow[]
  more: boolean
  verification: Verification
  onMore: () => void
}

/** The append-only log, newest first, with what checking its chain of hashes said. */
export function ActivityLog({ rows, more, verification, onMore }: ActivityLogProps) {
  const when = new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium', timeStyle: 'medium' })
  return (
    <div class="stack">
      <p role="status" data-testid="verification">
        {verification === null ? (
          <span class="tag">{t('log_checking')}</span>
        ) : verification.kind === 'whole' ? (
          <span class="tag tag-ok">
            <Icon name="check" /> {t('log_whole', { count: verification.count })}
          </span>
        ) : (
          <span class="tag tag-danger">
            <Icon name="stop" /> {t('log_broken', { seq: verification.seq })}
          </span>
        )}
      </p>
      <p class="quiet small">{t('log_text')}</p>
      {rows.length === 0 ? (
        <p class="card empty-card quiet">{t('log_empty')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        <section class="card table-scroll history log" tabIndex={0} aria-label={t('nav_activity')}>
          <table>
            <thead>
              <tr>
                <th scope="col">#</th>
                <th scope="col">{t('column_when')}</th>
                <th scope="col">{t('log_event')}</th>
                <th scope="col">{t('log_about')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.seq} data-testid="log-row">
                  <td class="number">{row.seq}</td>
                  <td class="nowrap">
                    <time dateTime={new Date(row.at).toISOString()}>{when.format(row.at)}</time>
                  </td>
                  <td class="wrap">{eventText(row)}</td>
                  <td class="wrap small quiet">
                    <bdi>{row.attemptId?.slice(0, 8) ?? ''}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {more && (
        <div>
          <button type="button" class="button" onClick={onMore}>
            {t('history_more')}
          </button>
        </div>
      )}
    </div>
  )
}
