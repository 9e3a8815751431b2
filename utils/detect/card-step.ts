/**
 * Many checkouts take the card one step before the review that pays. Such a step may be called like the payment; it never
 * is called an order, a purchase or a charge, and it always hands a card on.
 */
import { carriesCard } from './card.ts'
import { matches } from './matching.ts'
import { classifyRequest, type RequestFacts } from './request.ts'
import { namedPath } from './suspect.ts'

const STEP_PATH = namedPath('payments?')

/** Whether what a form sends could as well be the step before a review. Its button must still say so. */
export function mayBeCardStep(facts: RequestFacts): boolean {
  const { reasons } = classifyRequest(facts)
  return (
    carriesCard(facts.bodyHint) &&
    reasons.every((reason) => reason === 'card_number' || namesOnly(reason, facts.url))
  )
}

function namesOnly(reason: string, url: string): boolean {
  return reason === 'names_payment' && matches(STEP_PATH, url)
}
