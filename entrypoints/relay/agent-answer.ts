/**
 * What an agent's own submission of a form (WebMCP) is told at once: its tool call must not hang, and must not look like a
 * failure to try again. Carries no authority, so it needs no words of the person's language.
 */
interface AgentSubmit {
  agentInvoked?: boolean
  respondWith?(answer: Promise<unknown>): void
}

/** After the submission was prevented; only then may a page answer for it. */
export function answerAgent(event: Event): void {
  const { agentInvoked } = event as AgentSubmit
  if (agentInvoked)
    (event as AgentSubmit).respondWith?.(Promise.resolve({ status: 'held_for_user_approval' }))
}
