/** What can go wrong for an agent, each with the one thing to do next. None of these is ever a reason to pay another way. */
import type { Problem } from '../../utils/contract/api.ts'

/** The backend answered no. `code` is stable. */
export class PaymentRefused extends Error {
  override name = 'PaymentRefused'
  readonly code: string
  readonly status: number
  readonly next: string
  /** An old refusal of the same request, told again; the world may have changed since. */
  readonly replayed: boolean
  constructor(problem: Problem, replayed = false) {
    super(problem.detail === undefined ? problem.title : `${problem.title} ${problem.detail}`)
    this.code = problem.code
    this.status = problem.status
    this.replayed = replayed
    this.next = nextAfter(problem)
  }
}

/** The backend does not answer. Nobody knows whether the request arrived: repeat it with the same intent, never anew. */
export class BackendUnreachable extends Error {
  override name = 'BackendUnreachable'
  readonly next =
    'Wait a little and repeat the same request: it is recognised and cannot pay twice. Do not pay another way.'
}

function nextAfter(problem: Problem): string {
  switch (problem.code) {
    case 'cap_exceeded':
      return 'Tell the person that their cap does not allow this. Only they can change it. Do not split the payment.'
    case 'risk_refused':
      return 'Stop and tell the person what was refused.'
    case 'unauthenticated':
    case 'key_unknown':
    case 'forbidden':
      return 'The agent token is missing, revoked or not allowed to do this. Ask the person for a token in Consent Guard.'
    case 'version_conflict':
      return 'Read the order again, then decide.'
    case 'order_state':
    case 'too_late':
      return 'Read the status of the order; it can no longer be changed this way.'
    case 'rate_limited':
    case 'overloaded':
    case 'in_progress':
      return 'Wait a little, then repeat the same request.'
    case 'not_found':
      return 'There is no such order of this agent. Check the order id.'
    default:
      return 'Nothing was paid. Correct the request or tell the person; do not look for another way to pay.'
  }
}
