/** OpenClaw's hook before each tool call. The rules are those of the Claude Code hook, in equal copies (a test compares them). */
import { definePluginEntry } from 'openclaw/plugin-sdk/plugin-entry'
import { whyNot } from './consent.mjs'
import { pays } from './payment-tools.mjs'

/** What the hook answers: undefined lets the call pass. */
export async function beforeToolCall(event, settings) {
  if (!pays(event.toolName, event.params)) return undefined
  const reason = await whyNot(event.toolName, event.params, settings)
  if (reason === null) return undefined
  return {
    block: true,
    blockReason:
      `This pays, and the person has not agreed to it in Consent Guard: ${reason}. Ask with request_payment of ` +
      'consent-guard, wait until it is paid, and name the order id in the call. Do not pay another way.',
  }
}

export default definePluginEntry({
  id: 'consent-guard-gate',
  name: 'Consent Guard gate',
  register(api) {
    const { url, token } = api.pluginConfig ?? {}
    const settings = {
      url: url ?? process.env.CONSENT_GUARD_URL ?? 'http://127.0.0.1:4870',
      token: token ?? process.env.CONSENT_GUARD_TOKEN ?? '',
    }
    api.on('before_tool_call', (event) => beforeToolCall(event, settings))
  },
})
