/**
 * Who may say what. Pages of ours send commands; everything else is refused. The sender is checked by the browser's
 * word, and because an automated browser can run script in our pages, what spends or loosens also needs the factor.
 */
import browser from 'webextension-polyfill'
import { Refusal } from '../../utils/errors/errors.ts'
import type { Answer, PageMessage } from '../../utils/messages/page.ts'
import type { PageApiAnswer } from '../../utils/messages/page-api.ts'
import { parsePageMessage } from '../../utils/messages/parse-page.ts'
import { activate, activationChallenge, pair } from './activation.ts'
import { issueAgent, listAgents, revokeAgent } from './agents.ts'
import { allow, revoke } from './allowance.ts'
import { removeCap, setCap } from './caps.ts'
import { approve, cancel, reject } from './decide.ts'
import { approvers, askElsewhere, disconnectApprover, inviteApprover } from './elsewhere.ts'
import { changeFactor, factorChallenge, removeFactor, renewRecoveryCodes } from './factor.ts'
import { learnedEndpoints } from './learning.ts'
import { startMyself, stopMyself } from './myself.ts'
import { onPageApiCall } from './page-api/answer.ts'
import { allowPage } from './page-api/sites.ts'
import { approveRehearsal, rehearse, rejectRehearsal } from './rehearsal.ts'
import { erase, forget, forgetThese, restore, setRetention } from './restore.ts'
import { db } from './services.ts'
import { forgetLearned, setSettings } from './set-settings.ts'
import { evidence, noteRefund, settleUnknown } from './settle.ts'
import { showConsent } from './surface.ts'

export async function onPageMessage(
  raw: unknown,
  sender: browser.Runtime.MessageSender,
): Promise<Answer<unknown> | PageApiAnswer> {
  const asked = await onPageApiCall(raw, sender)
  if (asked !== null) return asked
  if (!isOurPage(sender)) return { ok: false, code: 'not_ours' }
  const message = parsePageMessage(raw)
  if (!message) return { ok: false, code: 'malformed' }
  try {
    return { ok: true, value: (await run(message)) ?? {} }
  } catch (error) {
    if (error instanceof Refusal) {
      return {
        ok: false,
        code: error.code,
        detail: error.message,
        ...(error.triesLeft === undefined ? {} : { triesLeft: error.triesLeft }),
      }
    }
    console.error('consent-guard: command failed', message.command, error)
    return { ok: false, code: 'internal_error' }
  }
}

/** One of our own pages, in its own top frame. A content script has the page's address as url and is refused. */
function isOurPage(sender: browser.Runtime.MessageSender): boolean {
  const own = new URL(browser.runtime.getURL('')).origin
  if (sender.id !== browser.runtime.id || (sender.frameId ?? 0) !== 0) return false
  return sender.url?.startsWith(`${own}/`) === true
}

async function run(message: PageMessage): Promise<unknown> {
  switch (message.command) {
    case 'activation-challenge':
      return activationChallenge()
    case 'activate':
      return activate(message.factor)
    case 'factor-challenge':
      return factorChallenge()
    case 'change-factor':
      return changeFactor(message)
    case 'remove-factor':
      return removeFactor(message)
    case 'make-recovery-codes':
      return renewRecoveryCodes(message)
    case 'pair':
      return pair(message)
    case 'approve':
      return approve(message)
    case 'reject':
      return reject(message)
    case 'cancel':
      return cancel(message.attemptId)
    case 'seen':
      return seen(message.attemptId)
    case 'set-cap':
      return setCap(message.cap, message.proof)
    case 'remove-cap':
      return removeCap(message.id, message.proof)
    case 'allow':
      return allow(message)
    case 'revoke-allowance':
      return revoke(message.id)
    case 'learned-endpoints':
      return { endpoints: await learnedEndpoints() }
    case 'forget-endpoint':
      return forgetLearned(message)
    case 'ask-elsewhere':
      return askElsewhere(message.attemptId)
    case 'invite-approver':
      return inviteApprover(message)
    case 'approvers':
      return approvers()
    case 'disconnect-approver':
      return disconnectApprover(message.id)
    case 'set-settings':
      return setSettings(message.settings, message.proof ?? null)
    case 'shop-myself':
      return startMyself(message)
    case 'stop-myself':
      return stopMyself(message.site)
    case 'restore':
      return restore(message)
    case 'forget':
      return forget(message)
    case 'forget-these':
      return forgetThese(message)
    case 'agents':
      return listAgents()
    case 'issue-agent':
      return issueAgent(message.agent, message.proof)
    case 'allow-page':
      return allowPage(message.origin, message.allowed, message.proof)
    case 'revoke-agent':
      return revokeAgent(message.agentId)
    case 'settle-unknown':
      return settleUnknown(message)
    case 'record-refund':
      return noteRefund(message)
    case 'set-retention':
      return setRetention(message)
    case 'evidence':
      return evidence(message.attemptId)
    case 'erase':
      return erase(message)
    case 'open-consent':
      return showConsent()
    case 'rehearse':
      return rehearse()
    case 'approve-rehearsal':
      return approveRehearsal(message)
    case 'reject-rehearsal':
      return rejectRehearsal(message.id)
  }
}

/** Closing the window rejects only what was seen. Not a state move: it grants and ends nothing. */
async function seen(attemptId: string): Promise<void> {
  await db.attempts.where({ id: attemptId, state: 'asked' }).modify({ seen: true })
}
