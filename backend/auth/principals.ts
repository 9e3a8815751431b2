/**
 * Who may ask what. Every route names the kinds of principal that it serves; a route that names none does not start.
 * The authorisation matrix test walks `routeTable` with every kind.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AgentScope } from '../../utils/contract/orders.ts'
import type { Context } from '../context.ts'
import { ProblemError } from '../http/problems.ts'
import { type AgentPrincipal, authenticateAgent } from './agent-token.ts'
import { type ApproverPrincipal, authenticateApprover } from './approver-key.ts'
import { authenticateDevice, type Device } from './device-request.ts'
import { authenticateMerchant, type MerchantPrincipal } from './merchant-key.ts'
import { authenticateOperator, type OperatorPrincipal } from './operator-key.ts'

export type Principal = Device | AgentPrincipal | MerchantPrincipal | OperatorPrincipal | ApproverPrincipal

/** `public`: no principal; the route has its own authority (a code) or none is needed. */
export interface Access {
  public?: true
  device?: true
  merchant?: true
  operator?: true
  approver?: true
  agent?: AgentScope
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** The route hears a device's signed request itself, in the statement that does its work. */
    hearsItself?: true
  }
  interface FastifyRequest {
    /** The body as it came, for signatures over it; null where there is none. */
    rawBody: Uint8Array | null
    principal: Principal | null
  }
}

export interface RouteAccess {
  method: string
  url: string
  access: Access
}

/** Must be called before any route is added. */
export function guardRoutes(app: FastifyInstance, context: Context): RouteAccess[] {
  const routeTable: RouteAccess[] = []
  app.decorateRequest('principal', null)
  app.addHook('onRoute', (route) => {
    const access = route.config?.access
    if (access === undefined) throw new Error(`${route.url} does not say who may use it`)
    for (const method of [route.method].flat()) {
      if (method !== 'HEAD') routeTable.push({ method, url: route.url, access })
    }
  })
  // After the body has been read (a device signs it) and before it is judged: strangers learn nothing about shapes.
  app.addHook('preValidation', async (request) => {
    const access = request.routeOptions.config.access
    if (access === undefined || access.public === true) return
    const principal = await authenticate(context, request)
    if (!allows(access, principal)) throw new ProblemError('forbidden')
    request.principal = principal
  })
  return routeTable
}

function allows(access: Access, principal: Principal): boolean {
  if (principal.kind !== 'agent') return access[principal.kind] === true
  return access.agent !== undefined && principal.scopes.includes(access.agent)
}

async function authenticate(context: Context, request: FastifyRequest): Promise<Principal> {
  const { authorization } = request.headers
  const { db } = context
  if (authorization?.startsWith('Device ') === true) {
    return authenticateDevice(db, {
      authorization,
      method: request.method,
      path: request.url.split('?', 1)[0] ?? '',
      body: request.rawBody ?? new Uint8Array(),
      audiences: context.origins(),
      now: context.now(),
      hearsItself: request.routeOptions.config.hearsItself === true,
    })
  }
  if (authorization?.startsWith('Bearer cga_') === true) return authenticateAgent(db, authorization)
  if (authorization?.startsWith('Bearer cgm_') === true) return authenticateMerchant(db, authorization)
  if (authorization?.startsWith('Bearer cgo_') === true) return authenticateOperator(db, authorization)
  if (authorization?.startsWith('Bearer cgp_') === true) return authenticateApprover(db, authorization)
  throw new ProblemError('unauthenticated')
}

/** The principal of one kind; the guard has let no other through unless the route serves several. */
export function principalOf<K extends Principal['kind']>(
  request: FastifyRequest,
  ...kinds: K[]
): Extract<Principal, { kind: K }> {
  const { principal } = request
  if (principal === null || !kinds.some((kind) => kind === principal.kind))
    throw new ProblemError('forbidden')
  return principal as Extract<Principal, { kind: K }>
}

/** Names a principal in idempotency keys and in the log. */
export function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case 'device':
      return principal.deviceId
    case 'agent':
      return principal.agentId
    case 'merchant':
      return principal.accountId
    case 'operator':
      return principal.operatorId
    case 'approver':
      return principal.approverId
  }
}
