import type { AgentScope } from '../../utils/contract/orders.ts'
import { t, type WordKey } from '../../utils/words/words.ts'

const WORDS: Record<AgentScope, WordKey> = {
  'orders:create': 'agent_scope_create',
  'orders:modify': 'agent_scope_modify',
  'orders:cancel': 'agent_scope_cancel',
  'orders:read': 'agent_scope_read',
  'caps:read': 'agent_scope_caps',
}

export function scopeText(scope: AgentScope): string {
  return t(WORDS[scope])
}
