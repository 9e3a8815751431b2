import type { AttemptRow } from '../../utils/ledger/db.ts'
import { actorReasonText } from '../../utils/words/speak.ts'
import { t } from '../../utils/words/words.ts'
import { Icon, type IconName } from '../Icon.tsx'

const ICONS: Record<AttemptRow['actor']['kind'], IconName> = {
  agent: 'agent',
  person: 'person',
  unknown: 'question',
}

/** Who asks and why we think so. */
export function WhoAsks({ attempt }: { attempt: AttemptRow }) {
  const { actor, order } = attempt
  // An agent that asked through the backend: there was no page, and what it says are its own words.
  const asked = attempt.channel === 'agent-request'
  const facts: [label: string, value: string | null][] = [
    [t('fact_agent'), asked ? (attempt.agent ?? null) : null],
    [t('fact_page'), asked && attempt.agent !== undefined ? null : attempt.page],
    [t(asked ? 'fact_reason' : 'fact_what'), attempt.what === '' ? null : attempt.what],
    [t('fact_processor'), order.processor],
  ]
  return (
    <section class="card stack" aria-labelledby="who-heading">
      <div class="stack-tight">
        <h2 id="who-heading">{t('who_heading')}</h2>
        <p class="who">
          <Icon name={ICONS[actor.kind]} /> <strong>{t(`actor_${actor.kind}`)}</strong>
        </p>
        <ul class="small quiet stack-tight">
          {actor.reasons.map((reason) => (
            <li key={reason}>{actorReasonText(reason)}</li>
          ))}
        </ul>
      </div>
      <dl class="facts">
        {facts
          .filter((fact): fact is [string, string] => fact[1] !== null)
          .map(([label, value]) => (
            <div key={label}>
              <dt class="small quiet">{label}</dt>
              <dd class="wrap">
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
      </dl>
    </section>
  )
}
