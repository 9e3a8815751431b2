import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { AttemptRow, ConsentRow, LogRow, MandateRow, ReceiptRow } from '../../utils/ledger/db.ts'
import { actorReasonText, noteText, reasonText } from '../../utils/words/speak.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { Amount } from '../Amount.tsx'
import { recurrenceText } from '../consent/OrderHead.tsx'
import { eventText } from './eventText.ts'
import { StateTag } from './StateTag.tsx'

export interface AttemptFile {
  attempt: AttemptRow
  log: LogRow[]
  consents: ConsentRow[]
  mandates: MandateRow[]
  receipts: ReceiptRow[]
}

/** All that is kept about one payment: order, decision, what was signed, what came of it, and each step with its time. */
export function AttemptDetails({
  attempt,
  log,
  consents,
  mandates,
  receipts,
  children,
  onClose,
  onPrint,
}: AttemptFile & { children?: ComponentChildren; onClose: () => void; onPrint: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    const element = dialog.current
    if (element?.isConnected && !element.open) element.showModal?.()
    heading.current?.focus()
  }, [])
  const { order } = attempt
  const when = new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium', timeStyle: 'medium' })
  const facts: [string, string | null][] = [
    [t('fact_page'), attempt.page],
    [t('fact_what'), attempt.what],
    [
      t('who_heading'),
      [t(`actor_${attempt.actor.kind}`), ...attempt.actor.reasons.map(actorReasonText)].join(' · '),
    ],
    [t('fact_ship_to'), order.shipTo],
    [t('fact_method'), order.paymentMethod],
    [t('fact_processor'), order.processor],
    [t('fact_recurrence'), order.recurrence === null ? null : recurrenceText(order.recurrence)],
    [t('fact_digest'), attempt.digest],
  ]
  // What nobody knows the end of is asked about first; else what can still be done comes after what happened.
  const acts = <div class="stack details-acts">{children}</div>
  return (
    <dialog
      ref={dialog}
      class="details-dialog"
      aria-labelledby="details-heading"
      onClose={onClose}
      data-testid="details"
    >
      <div class="stack">
        <div class="spread">
          <h2 id="details-heading" class="wrap" tabIndex={-1} ref={heading}>
            <bdi>{order.merchant ?? attempt.site.key}</bdi>
          </h2>
          <StateTag state={attempt.state} />
        </div>
        <p class="details-total">
          <Amount value={order.total} />
        </p>
        {attempt.reason !== null && <p class="wrap">{reasonText(attempt.reason)}</p>}
        {attempt.state === 'unknown' && acts}

        <section class="stack-tight" aria-labelledby="details-items">
          <h3 id="details-items">{t('items_heading')}</h3>
          {order.items.length === 0 && <p class="quiet">{t('items_unknown')}</p>}
          <ul class="stack-tight">
            {order.items.map((item, index) => (
              <li class="spread" key={`${index}-${item.name}`}>
                <span class="wrap">
                  {item.quantity !== 1 && `${item.quantity} × `}
                  <bdi>{item.name === '' ? t('item_unnamed') : item.name}</bdi>
                </span>
                <Amount value={item.amount} />
              </li>
            ))}
          </ul>
        </section>

        {attempt.notes.length > 0 && (
          <section class="stack-tight" aria-labelledby="details-notes">
            <h3 id="details-notes">{t('notes_label')}</h3>
            <ul class="stack-tight">
              {attempt.notes.map((note, index) => (
                <li key={`${note.id}-${index}`} class="wrap">
                  {noteText(note)}
                </li>
              ))}
            </ul>
          </section>
        )}

        <dl class="facts">
          {facts
            .filter((fact): fact is [string, string] => fact[1] !== null && fact[1] !== '')
            .map(([label, value]) => (
              <div key={label}>
                <dt class="small quiet">{label}</dt>
                <dd class="wrap">
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ))}
        </dl>

        <section class="stack-tight" aria-labelledby="details-records">
          <h3 id="details-records">{t('records_heading')}</h3>
          <ul class="stack-tight small">
            {consents.map((consent) => (
              <li key={consent.id} data-testid="details-consent">
                {consent.allowanceId === undefined
                  ? t(`consent_${consent.decision}`, { when: when.format(consent.at) })
                  : t('consent_allowed', { when: when.format(consent.at) })}{' '}
                {consent.factor !== null && t(`consent_by_${consent.factor}`)}
                {isPress(consent) && t('consent_by_press')}
                {consent.approvalId !== undefined && t('consent_elsewhere')}
              </li>
            ))}
            {mandates.map((mandate) => (
              <li key={mandate.id} class="wrap" data-testid="details-mandate">
                {mandate.paymentId === null
                  ? t('mandate_local', { id: mandate.id })
                  : t('mandate_sent', { id: mandate.id, payment: mandate.paymentId })}
              </li>
            ))}
            {receipts.map((receipt) => (
              <li key={receipt.id} data-testid="details-receipt">
                {t(`receipt_${receipt.state}`, { when: when.format(receipt.at) })}{' '}
                {t(receipt.jws === null ? 'receipt_local' : 'receipt_signed')}
              </li>
            ))}
          </ul>
        </section>

        <section class="stack-tight" aria-labelledby="details-timeline">
          <h3 id="details-timeline">{t('timeline_heading')}</h3>
          <ol class="timeline">
            {log.map((line) => (
              <li key={line.seq} data-testid="timeline-row">
                <time class="small quiet number" dateTime={new Date(line.at).toISOString()}>
                  {when.format(line.at)}
                </time>
                <span class="wrap">{eventText(line)}</span>
              </li>
            ))}
          </ol>
        </section>
        {attempt.state !== 'unknown' && acts}
        <div class="row details-buttons">
          <button type="button" class="button" onClick={onPrint}>
            {t('print_receipt')}
          </button>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {t('close')}
          </button>
        </div>
      </div>
    </dialog>
  )
}

function isPress({ decision, factor, allowanceId, approvalId }: ConsentRow): boolean {
  return decision === 'approved' && factor === null && allowanceId === undefined && approvalId === undefined
}
