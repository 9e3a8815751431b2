import { browser } from 'wxt/browser'
import type { Answer, PageCommandName, PageCommands } from '../../utils/messages/page.ts'

/** One command to the background. A dead background or an answer that is none counts as "not done". */
export async function send<K extends PageCommandName>(
  command: K,
  input: PageCommands[K]['input'],
): Promise<Answer<PageCommands[K]['output']>> {
  try {
    const answer: unknown = await browser.runtime.sendMessage({ command, ...input })
    if (isAnswer<PageCommands[K]['output']>(answer)) return answer
    return { ok: false, code: 'internal_error', detail: 'no answer' }
  } catch (error) {
    return { ok: false, code: 'internal_error', detail: String(error) }
  }
}

function isAnswer<T>(value: unknown): value is Answer<T> {
  return typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean'
}
