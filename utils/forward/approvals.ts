/** What the backend answers about approval on another device, parsed; anything else counts as no answer. */
import {
  APPROVAL_STATES,
  type ApprovalAnswer,
  type ApproverAnswer,
  type InvitationAnswer,
} from '../contract/approvals.ts'

export function parseApproval(value: unknown): ApprovalAnswer | null {
  if (!isRecord(value)) return null
  const { approval_id, statement } = value
  const state = APPROVAL_STATES.find((known) => known === value.state)
  if (typeof approval_id !== 'string' || state === undefined) return null
  if (statement !== null && typeof statement !== 'string') return null
  return { approval_id, state, statement }
}

export function parseInvitation(value: unknown): InvitationAnswer | null {
  if (!isRecord(value)) return null
  const { token, expires_at } = value
  const fits = typeof token === 'string' && /^[\w.-]{20,100}$/.test(token) && typeof expires_at === 'string'
  return fits ? { token, expires_at } : null
}

export function parseApprovers(value: unknown): { approvers: ApproverAnswer[] } | null {
  if (!isRecord(value) || !Array.isArray(value.approvers)) return null
  const approvers = value.approvers.flatMap((one: unknown): ApproverAnswer[] => {
    if (!isRecord(one)) return []
    const { approver_id, label, created_at, revoked_at } = one
    if (typeof approver_id !== 'string' || typeof label !== 'string' || typeof created_at !== 'string')
      return []
    return [
      { approver_id, label, created_at, revoked_at: typeof revoked_at === 'string' ? revoked_at : null },
    ]
  })
  return { approvers }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
