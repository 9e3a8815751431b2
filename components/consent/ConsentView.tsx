import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { CapReading } from '../../utils/caps/cap.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import type { Say } from '../../utils/messages/page.ts'
import type { Note } from '../../utils/order/order.ts'
import { t } from '../../utils/words/words.ts'
import type { Failure } from '../factor/failure.ts'
import { LazyDetails } from '../LazyDetails.tsx'
import { CapMeters } from './CapMeters.tsx'
import './consent.css'
import { Decision, type DecisionProps, type Factor } from './Decision.tsx'
import { Changes, Notes, noteKey } from './Notes.tsx'
import { Glance, isFirstTime, OrderHead } from './OrderHead.tsx'
import { OrderLines } from './OrderLines.tsx'
import { type Queue, QueueBar } from './QueueBar.tsx'
import type { Remembering, RememberTerms } from './Remember.tsx'
import { useArming } from './useArming.ts'
import { WhoAsks } from './WhoAsks.tsx'

export interface ConsentViewProps {
  attempt: AttemptRow
  readings: readonly CapReading[]
  /** Changing a cap in place: the page wires it, because it needs the factor. */
  capEditor?: ComponentChildren
  /** More about the site, among the other answers. */
  siteGuard?: ComponentChildren
  /** Stays above everything: what kind of question this is, where it is not a payment. */
  mark?: ComponentChildren
  queue: Queue
  now: number
  factor: Factor
  /** See `Decision`; absent: not asked elsewhere. */
  elsewhere?: boolean | null
  busy: boolean
  failure: Failure | null
  onApprove: (pin: string | null) => void
  /** Approve, and later orders of this site within these terms too. Absent where that is not offered. */
  onRemember?: (pin: string | null, terms: RememberTerms) => void
  onReject: (how: { say: Say | null; ignorePage: boolean }) => void
  onRejectAll: () => void
  onPrevious: () => void
  onNext: () => void
}

/** One payment that waits for the person: what it is, what is odd about it, and the decision. */
export function ConsentView(props: ConsentViewProps) {
  const { attempt, readings, queue, now, failure } = props
  const [acknowledged, setAcknowledged] = useState<ReadonlySet<string>>(new Set())
  const [remembering, setRemembering] = useState<Remembering>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const shownNotes = attempt.notes.filter((note) => !isSaidElsewhere(note, attempt))
  const notes = [...attempt.changed, ...shownNotes]
  const impossible = impossibility(attempt, readings)
  const blocking = impossible === null ? notes.filter((note) => note.blocking).map(noteKey) : []
  const openNotes = blocking.filter((key) => !acknowledged.has(key)).length
  const content = [
    attempt.id,
    attempt.digest,
    queue.index,
    queue.count,
    ...notes.map(noteKey),
    ...readings.map(limitKey),
    remembering === null ? '' : rememberKey(remembering),
  ].join()
  const arming = useArming(content)

  // Another order starts afresh, with focus on its heading.
  useEffect(() => {
    setAcknowledged(new Set())
    setRemembering(null)
    heading.current?.focus()
  }, [attempt.id, attempt.digest])

  const { onNext, onPrevious } = props
  useEffect(() => {
    if (queue.count < 2) return
    function move(event: KeyboardEvent) {
      if (!event.altKey || event.repeat) return
      const step = event.key === 'ArrowRight' ? onNext : event.key === 'ArrowLeft' ? onPrevious : null
      if (step === null) return
      event.preventDefault()
      step()
    }
    window.addEventListener('keydown', move)
    return () => window.removeEventListener('keydown', move)
  }, [queue.count, onNext, onPrevious])

  function acknowledge(key: string, yes: boolean) {
    const next = new Set(acknowledged)
    if (yes) next.add(key)
    else next.delete(key)
    setAcknowledged(next)
  }

  function showOpenNote() {
    const boxes = document.querySelectorAll<HTMLInputElement>('[data-testid=acknowledge]')
    const open = [...boxes].find((box) => !box.checked)
    open?.scrollIntoView({ block: 'center' })
  }

  // After what must be answered, which shall be in sight.
  const glance = <Glance attempt={attempt} readings={readings} />
  // Above everything else where they are what stops it.
  const caps = (
    <CapMeters key="caps" readings={readings} site={attempt.site.key}>
      {props.capEditor}
    </CapMeters>
  )

  return (
    <div class="consent">
      <QueueBar
        queue={queue}
        expiresAt={attempt.expiresAt}
        now={now}
        onPrevious={props.onPrevious}
        onNext={props.onNext}
        onRejectAll={props.onRejectAll}
      />
      {props.mark}
      <main class="consent-body" key={attempt.id}>
        <h1 ref={heading} tabIndex={-1}>
          {t('consent_heading')}
        </h1>
        <OrderHead attempt={attempt}>{blocking.length === 0 && glance}</OrderHead>
        <Changes
          notes={attempt.changed}
          acknowledged={acknowledged}
          onAcknowledge={impossible === null ? acknowledge : null}
        />
        {impossible === 'hint_cap' && caps}
        <Notes
          notes={shownNotes}
          acknowledged={acknowledged}
          onAcknowledge={impossible === null ? acknowledge : null}
        />
        {blocking.length > 0 && <section class="card">{glance}</section>}
        <OrderLines order={attempt.order} />
        {impossible !== 'hint_cap' && caps}
        <WhoAsks attempt={attempt} />
        {attempt.sources.length > 0 && (
          <LazyDetails
            summary={t('sources_heading')}
            class="sources"
            load={async () => (await import('./Sources.tsx')).Sources}
            props={{ sources: attempt.sources }}
          />
        )}
        <LazyDetails
          summary={t('other_heading')}
          class="other-answers"
          testId="other-answers"
          // This site keeps asking, so silencing it should be near.
          open={attempt.notes.some((note) => note.id === 'many_attempts')}
          load={async () => (await import('./MoreAnswers.tsx')).MoreAnswers}
          props={{
            attempt,
            busy: props.busy,
            page: attempt.channel !== 'agent-request' && props.mark === undefined,
            onReject: props.onReject,
            remembering,
            siteGuard: props.siteGuard,
            onRemember:
              canRemember(attempt) &&
              impossible === null &&
              props.factor !== 'press' &&
              props.factor !== 'elsewhere' &&
              props.onRemember
                ? setRemembering
                : null,
          }}
        />
      </main>
      <Decision
        key={`${attempt.id}-${attempt.digest}`}
        attempt={attempt}
        factor={props.factor}
        elsewhere={props.elsewhere === undefined ? false : props.elsewhere}
        arming={arming}
        openNotes={openNotes}
        onOpenNotes={showOpenNote}
        impossible={impossible}
        busy={props.busy}
        failure={failure}
        remembering={remembering}
        onApprove={(pin) => {
          if (remembering === null) props.onApprove(pin)
          else if (remembering !== 'invalid') props.onRemember?.(pin, remembering)
        }}
        onReject={() => props.onReject({ say: null, ignorePage: false })}
      />
    </div>
  )
}

/** What an allowance could never cover is not offered to be remembered. */
function canRemember({ order }: AttemptRow): boolean {
  return (
    order.certain && order.recurrence === null && order.merchantOrder === null && order.total?.amount !== 0n
  )
}

function rememberKey(remembering: RememberTerms | 'invalid'): string {
  if (remembering === 'invalid') return remembering
  const { limit, perOrder, orders, days } = remembering
  return [limit.amount, perOrder.amount, orders, days].join(':')
}

/** A cap that was changed in the meantime is new content too. */
function limitKey({ cap, after }: CapReading): string {
  return `${cap.id}:${cap.limit.amount}:${after.amount}`
}

/** What the background will refuse: an amount that no cap can be held against, or one above a cap. */
function impossibility(attempt: AttemptRow, readings: readonly CapReading[]): DecisionProps['impossible'] {
  const { total } = attempt.order
  if (total === null) return 'hint_total_unknown'
  if (total.amount < 0n) return 'hint_total_negative'
  return readings.some((reading) => reading.excess.amount > 0n) ? 'hint_cap' : null
}

/**
 * By a mark, by a sentence beside the total, or by the caps, which are read anew: once a cap was raised, with the factor,
 * what was written about it before is answered.
 */
function isSaidElsewhere(note: Note, { order }: AttemptRow): boolean {
  if (note.id === 'cap_exceeded' || note.id === 'cap_orders_exceeded') return true
  if (isFirstTime(note)) return true
  const { recurrence } = order
  if (note.blocking || recurrence === null) return false
  return note.id === 'recurring' || (note.id === 'trial' && recurrence.trialDays > 0)
}
