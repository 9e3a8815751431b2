import type { ComponentChildren } from 'preact'
import '../../utils/words/pages.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import type { Money } from '../../utils/money/money.ts'
import type { Order } from '../../utils/order/order.ts'
import { OtherAnswers, type OtherAnswersProps } from './OtherAnswers.tsx'
import { Remember, type Remembering } from './Remember.tsx'
import '../caps/caps.css'

export interface MoreAnswersProps extends OtherAnswersProps {
  attempt: AttemptRow
  remembering: Remembering
  /** null where there is nothing that could be remembered. */
  onRemember: ((value: Remembering) => void) | null
  /** Blocking the site, and buying by oneself, where a page asks: the page wires it, because it needs the factor. */
  siteGuard?: ComponentChildren
}

/** Everything that can be answered besides Approve and Reject. */
export function MoreAnswers(props: MoreAnswersProps) {
  const { attempt, remembering, onRemember, siteGuard, ...other } = props
  const { order } = attempt
  return (
    <div class="stack other-body">
      {onRemember !== null && hasTotal(order) && (
        <Remember order={order} value={remembering} onChange={onRemember} />
      )}
      <OtherAnswers {...other} />
      {other.page && siteGuard}
    </div>
  )
}

function hasTotal(order: Order): order is Order & { total: Money } {
  return order.total !== null
}
