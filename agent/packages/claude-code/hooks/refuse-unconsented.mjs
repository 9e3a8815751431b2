#!/usr/bin/env node
/**
 * Claude Code's PreToolUse hook: a payment by another tool is refused unless it names an order that the person has agreed
 * to in Consent Guard. It never allows by itself what Claude Code would ask about: it refuses, or says nothing.
 */
import { whyNot } from './consent.mjs'
import { pays } from './payment-tools.mjs'

let text = ''
for await (const chunk of process.stdin) text += chunk

let reason = null
try {
  const { tool_name: tool, tool_input: input } = JSON.parse(text)
  if (pays(String(tool), input)) {
    reason = await whyNot(input, {
      url: process.env.CONSENT_GUARD_URL || 'http://127.0.0.1:4870',
      token: process.env.CONSENT_GUARD_TOKEN ?? '',
      ...(process.env.CONSENT_GUARD_USED ? { folder: process.env.CONSENT_GUARD_USED } : {}),
    })
  }
} catch {
  reason = 'the call could not be read'
}

if (reason !== null) {
  process.stdout.write(
    JSON.stringify({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'deny',
        permissionDecisionReason:
          `This pays, and the person has not agreed to it in Consent Guard: ${reason}. Ask with request_payment of ` +
          'consent-guard and wait for "paid" or "approved"; then name the order id in the call. Do not pay another way.',
      },
    }),
  )
}
