import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { CapReading } from '../../utils/caps/cap.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import type { Say } from '../../utils/messages/page.ts'
import { t } from '../../utils/words/words.ts'
import type { Failure } from '../factor/failure.ts'
import { CapMeters } from './CapMeters.tsx'
import './consent.css'
import { Decision, type DecisionProps } from './Decision.tsx'
import { Changes, Notes, noteKey } from './Notes.tsx'
import { OrderHead } from './OrderHead.tsx'
import { OrderLines } from './OrderLines.tsx'
import { OtherAnswers } from './OtherAnswers.tsx'
import { type Queue, QueueBar } from './QueueBar.tsx'
import { Sources } from './Sources.tsx'
import { useArming } from './useArming.ts'
import { WhoAsks } from './WhoAsks.tsx'

export interface ConsentViewProps {
  attempt: AttemptRow
  readings: readonly CapReading[]
  /** Changing a cap in place: the page wires it, because it needs the factor. */
  capEditor?: ComponentChildren
  queue: Queue
  now: number
  factor: 'pin' | 'passkey' | null
  busy: boolean
  failure: Failure | null
  onApprove: (pin: string | null) => void
  onReject: (how: { say: Say | null; ignorePage: boolean }) => void
  onRejectAll: () => void
  onPrevious: () => void
  onNext: () => void
}

/** One payment that waits for the person: what it is, what is odd about it, and the decision. */
export function ConsentView(props: ConsentViewProps) {
  const { attempt, readings, queue, now, failure } = props
  const [acknowledged, setAcknowledged] = useState<ReadonlySet<string>>(new Set())
  const heading = useRef<HTMLHeadingElement>(null)
  const notes = [...attempt.changed, ...attempt.notes]
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
  ].join()
  const armed = useArming(content)

  // Another order starts afresh, with focus on its heading.
  useEffect(() => {
    setAcknowledged(new Set())
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
      <main class="consent-body" key={attempt.id}>
        <h1 ref={heading} tabIndex={-1}>
          {t('consent_heading')}
        </h1>
        <OrderHead attempt={attempt} />
        <Changes
          notes={attempt.changed}
          acknowledged={acknowledged}
          onAcknowledge={impossible === null ? acknowledge : null}
        />
        <Notes
          notes={attempt.notes}
          acknowledged={acknowledged}
          onAcknowledge={impossible === null ? acknowledge : null}
        />
        <OrderLines order={attempt.order} />
        <CapMeters readings={readings} site={attempt.site.key}>
          {props.capEditor}
        </CapMeters>
        <WhoAsks attempt={attempt} />
        <Sources sources={attempt.sources} />
        <OtherAnswers
          busy={props.busy}
          page={attempt.channel !== 'agent-request'}
          open={attempt.notes.some((note) => note.id === 'many_attempts')}
          onReject={props.onReject}
        />
      </main>
      <Decision
        key={`${attempt.id}-${attempt.digest}`}
        attempt={attempt}
        factor={props.factor}
        armed={armed}
        openNotes={openNotes}
        impossible={impossible}
        busy={props.busy}
        failure={failure}
        onApprove={props.onApprove}
        onReject={() => props.onReject({ say: null, ignorePage: false })}
      />
    </div>
  )
}

/** A cap that was changed in the meantime is new content too. */
function limitKey({ cap, after }: CapReading): string {
  return `${cap.id}:${cap.limit.amount}:${after.amount}`
}

/** What the background will refuse: an amount that no cap can be held against, or one above a cap. */
function impossibility(attempt: AttemptRow, readings: readonly CapReading[]): DecisionProps['impossible'] {
  const { total } = attempt.order
  if (total === null || total.amount < 0n) return 'unknown_total'
  return readings.some((reading) => reading.excess.amount > 0n) ? 'cap_exceeded' : null
}
