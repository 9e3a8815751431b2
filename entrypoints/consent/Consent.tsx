import { useEffect, useMemo, useState } from 'preact/hooks'
import { ConsentView } from '../../components/consent/ConsentView.tsx'
import type { Factor } from '../../components/consent/Decision.tsx'
import { Empty } from '../../components/consent/Empty.tsx'
import { Reading } from '../../components/consent/Reading.tsx'
import type { RememberTerms } from '../../components/consent/Remember.tsx'
import type { Failure } from '../../components/factor/failure.ts'
import type { CapReading } from '../../utils/caps/cap.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import { pressSuffices } from '../../utils/policy/press.ts'
import { t } from '../../utils/words/words.ts'
import {
  askedAttempts,
  ledger,
  readingsFor,
  readOwner,
  readSpending,
  type Spending,
} from '../shared/ledger.ts'
import { provePasskey } from '../shared/passkey.ts'
import { send } from '../shared/send.ts'
import { useLive } from '../shared/useLive.ts'
import { useNow } from '../shared/useNow.ts'
import { CapChange } from './CapChange.tsx'
import { closeWhenSeen } from './close.ts'
import { loadResult, ResultPart } from './ResultPart.tsx'
import { SiteGuardPart } from './SiteGuardPart.tsx'
import { useElsewhere } from './useElsewhere.ts'
import { useReading } from './useReading.ts'

/** Shown beside the page, not in a window of its own: then it stays when nothing waits. */
const beside = location.search === '?panel'

/**
 * The consent window. It shows one attempt at a time and keeps showing it until the person moves on, also when it
 * stops waiting: content that changes by itself under the pointer is how people are tricked.
 */
export function Consent() {
  const now = useNow()
  const [shownId, setShownId] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  /** In the side panel, which stays: the end that the person has seen. */
  const [seenEnd, setSeenEnd] = useState<string | null>(null)
  const [unremembered, setUnremembered] = useState<{ id: string; failure: Failure } | null>(null)
  const asked = useLive(askedAttempts, [])
  const owner = useLive(readOwner, [])
  const identity = { failed: owner.failed, value: owner.value?.identity }
  /** Payments for which a press was not enough after all. */
  const [proofWanted, setProofWanted] = useState<string | null>(null)
  const queue = asked.value ?? []
  const id = shownId ?? queue[0]?.id ?? null
  const shown = useLive(() => (id === null ? undefined : ledger.attempts.get(id)), [id])
  const attempt = shown.value?.id === id ? shown.value : queue.find((row) => row.id === id)
  const spending = useLive(readSpending, [])
  const readings = useMemo(
    () => (attempt && spending.value ? readingsOf(attempt, spending.value) : []),
    [attempt, spending.value],
  )
  const waiting = attempt?.state === 'asked'
  const attemptId = attempt?.id

  useEffect(() => {
    if (attemptId === undefined || !waiting) return
    performance.mark('order-shown')
    setShownId(attemptId)
    void send('seen', { attemptId })
  }, [attemptId, waiting])

  useEffect(() => {
    if (waiting) void loadResult()
  }, [waiting])
  const ended = attempt !== undefined && !waiting
  useEffect(() => {
    document.title = ended ? 'Consent Guard' : t('consent_title')
  }, [ended])
  const mode = owner.value?.elsewhere ?? 'off'
  // Also the next one, while an end is still on screen here: the person may not be at this browser.
  const askedId = waiting ? attemptId : queue[0]?.id
  const elsewhere = useElsewhere(mode !== 'off' && askedId !== undefined ? askedId : null)
  const reading = useReading()
  const finished =
    (reading === null || attempt !== undefined) && asked.value !== undefined && queue.length === 0
  useEffect(
    () => (beside ? undefined : closeWhenSeen(finished, attempt?.state ?? null)),
    [finished, attempt?.state],
  )

  if (asked.failed || identity.failed) return <Empty kind="failed" />
  const unknown = asked.value === undefined || owner.value === undefined
  if (unknown || attempt === undefined || (seenEnd === attempt.id && queue.length === 0)) {
    if (reading !== null) return <Reading site={reading} />
    return unknown || queue.length > 0 ? null : <Empty kind="nothing" />
  }

  if (!waiting) {
    return (
      <ResultPart
        attempt={attempt}
        waiting={queue.length}
        failure={unremembered?.id === attempt.id ? unremembered.failure : null}
        onCancel={() => void send('cancel', { attemptId: attempt.id })}
        onDone={() => {
          if (queue.length === 0 && !beside) window.close()
          if (queue.length === 0 && beside) setSeenEnd(id)
          show(queue[0]?.id ?? null)
        }}
      />
    )
  }

  // The caps are among what a person decides by: nothing is drawn first and moved by them then.
  if (spending.value === undefined && !spending.failed) {
    return reading === null ? null : <Reading site={reading} />
  }

  const index = Math.max(
    0,
    queue.findIndex((row) => row.id === attempt.id),
  )
  return (
    <ConsentView
      attempt={attempt}
      readings={readings}
      capEditor={<CapChange key={attempt.id} site={attempt.site.key} currency={attempt.order.currency} />}
      siteGuard={
        <SiteGuardPart
          key={attempt.id}
          site={attempt.site.key}
          onBegun={() => void send('reject', { attemptId: attempt.id })}
        />
      }
      queue={{ index, count: queue.length }}
      now={now}
      factor={factorFor(attempt)}
      elsewhere={elsewhere}
      busy={busy}
      failure={failure}
      onApprove={(pin) => void approve(attempt, pin, null)}
      onRemember={(pin, terms) => void approve(attempt, pin, terms)}
      onReject={(how) => void decide(() => send('reject', { attemptId: attempt.id, ...how }))}
      onRejectAll={() => void decide(() => rejectAll(queue))}
      onPrevious={() => show(neighbour(queue, index, -1))}
      onNext={() => show(neighbour(queue, index, 1))}
    />
  )

  function factorFor(row: AttemptRow): Factor {
    if (mode === 'only') return 'elsewhere'
    return pressed(row) ? 'press' : (identity.value?.kind ?? null)
  }

  /** Small enough that no proof is asked for at first; the background decides. */
  function pressed({ id: rowId, order, notes, changed }: AttemptRow): boolean {
    return (
      proofWanted !== rowId &&
      pressSuffices({
        settings: { backend: null, freeBelow: owner.value?.freeBelow ?? [] },
        order,
        notes: [...changed, ...notes],
        presses: 0,
      })
    )
  }

  function show(next: string | null) {
    setShownId(next)
    setFailure(null)
  }

  async function approve(row: AttemptRow, pin: string | null, terms: RememberTerms | null) {
    await decide(async () => {
      const view = identity.value
      if (!view) return { ok: false, code: 'not_activated' }
      if (terms === null && pressed(row)) {
        const answer = await send('approve', { attemptId: row.id, digest: row.digest, proof: null })
        if (!answer.ok && answer.code === 'factor_missing') setProofWanted(row.id)
        return answer
      }
      const proof = pin === null ? await provePasskey(row.digest, view) : ({ kind: 'pin', pin } as const)
      if (proof === null) return { ok: false, code: 'factor_missing' }
      if (terms === null) return send('approve', { attemptId: row.id, digest: row.digest, proof })
      const { approveAndRemember } = await import('./remember.ts')
      const { approved, remembered } = await approveAndRemember({ row, terms, proof, identity: view })
      if (remembered !== null && !remembered.ok) setUnremembered({ id: row.id, failure: remembered })
      return approved
    })
  }

  async function decide(act: () => Promise<{ ok: true } | ({ ok: false } & Failure)>) {
    if (busy) return
    setBusy(true)
    setFailure(null)
    const answer = await act()
    setBusy(false)
    if (!answer.ok) setFailure(answer)
  }
}

/** What cannot be read shows no meter; the background refuses such an approval by itself. */
function readingsOf(attempt: AttemptRow, spending: Spending): CapReading[] {
  try {
    return readingsFor(attempt, spending, Date.now())
  } catch {
    return []
  }
}

async function rejectAll(queue: readonly AttemptRow[]) {
  const answers = await Promise.all(queue.map((row) => send('reject', { attemptId: row.id })))
  return answers.find((answer) => !answer.ok) ?? { ok: true as const }
}

function neighbour(queue: readonly AttemptRow[], index: number, step: 1 | -1): string | null {
  return queue[(index + step + queue.length) % queue.length]?.id ?? null
}
