/** All routes, behind the guard. */
import { addAgentRoutes } from './agents/routes.ts'
import { guardRoutes, type RouteAccess } from './auth/principals.ts'
import { addCapRoutes } from './caps/routes.ts'
import type { Context } from './context.ts'
import { addDeviceRoutes } from './devices/routes.ts'
import { addHealthRoutes } from './health.ts'
import { leavingOf } from './http/leaving.ts'
import type { App } from './http/server.ts'
import { addEventRoutes } from './log/routes.ts'
import { addMandateRoutes } from './mandates/routes.ts'
import { addMerchantRoutes } from './merchants/routes.ts'
import { addOperatorRoutes } from './operators/routes.ts'
import { addOrderRoutes } from './orders/routes.ts'

export function addRoutes(app: App, context: Context): RouteAccess[] {
  const routeTable = guardRoutes(app, context)
  const leaving = leavingOf(app)
  addDeviceRoutes(app, context)
  addMandateRoutes(app, context)
  addOrderRoutes(app, context, leaving)
  addAgentRoutes(app, context)
  addCapRoutes(app, context)
  addMerchantRoutes(app, context)
  addOperatorRoutes(app, context)
  addEventRoutes(app, context, leaving)
  addHealthRoutes(app, context)
  return routeTable
}
