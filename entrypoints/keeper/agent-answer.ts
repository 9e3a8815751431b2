/**
 * What an agent is told that has submitted a form as a tool (WebMCP): that it is held, as soon as the background says so.
 * Its call comes back at once and looks like no failure to try again.
 */
import type { StatusWords } from '../../utils/messages/relay.ts'

interface AgentSubmit {
  agentInvoked?: boolean
  respondWith?: (answer: Promise<string>) => void
}

/** Null where no agent waits for an answer, or where it is too late for one: the event was stopped before the keeper came. */
export function answerAgent(event: SubmitEvent): ((words: StatusWords) => void) | null {
  const { agentInvoked, respondWith } = event as AgentSubmit
  if (agentInvoked !== true || respondWith === undefined) return null
  let say: (words: StatusWords) => void = () => {}
  const answer = new Promise<string>((resolve) => {
    say = ({ heading, text }) => resolve(`${heading} ${text}`)
  })
  try {
    respondWith.call(event, answer)
    return say
  } catch {
    return null
  }
}
