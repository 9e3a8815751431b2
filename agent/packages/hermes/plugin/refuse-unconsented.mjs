#!/usr/bin/env node
/**
 * Claude Code's PreToolUse hook: a payment by another tool is refused unless it names an order that the person has agreed
 * to in Consent Guard. It never allows by itself what Claude Code would ask about: it refuses, or says nothing. Exit code
 * 2 blocks as well, so hooks.json turns whatever else may go wrong into it.
 *
 * `--answer` (Hermes): prints `{"pays": boolean, "reason": string | null}` instead.
 */
import { whyNot } from './consent.mjs'
import { pays } from './payment-tools.mjs'

/** Before the host's own limit, after which it would let the call pass. */
const DEADLINE_MS = 20_000

setTimeout(() => say({ pays: true, reason: 'it could not be checked in time' }), DEADLINE_MS)
say(await judged().catch(() => ({ pays: true, reason: 'the call could not be read' })))

async function judged() {
  let text = ''
  for await (const chunk of process.stdin) text += chunk
  const { tool_name: tool, tool_input: input } = JSON.parse(text)
  if (typeof tool !== 'string') throw new TypeError('no tool is named')
  if (!pays(tool, input)) return { pays: false, reason: null }
  const settings = {
    url: process.env.CONSENT_GUARD_URL || 'http://127.0.0.1:4870',
    token: process.env.CONSENT_GUARD_TOKEN ?? '',
    ...(process.env.CONSENT_GUARD_USED ? { folder: process.env.CONSENT_GUARD_USED } : {}),
  }
  return { pays: true, reason: await whyNot(tool, input, settings) }
}

function say(judgement) {
  const words = process.argv.includes('--answer') ? JSON.stringify(judgement) : refusal(judgement.reason)
  process.stdout.write(words, () => process.exit(0))
}

function refusal(reason) {
  if (reason === null) return ''
  return JSON.stringify({
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'deny',
      permissionDecisionReason:
        `This pays, and the person has not agreed to it in Consent Guard: ${reason}. Ask with request_payment of ` +
        'consent-guard and wait for "paid" or "approved"; then name the order id in the call, with its amount and ' +
        'currency. Do not pay another way.',
    },
  })
}
