/** All routes, behind the guard. */
import { addAccountRoutes } from './accounts/routes.ts'
import { addAgentRoutes } from './agents/routes.ts'
import { addApprovalRoutes } from './approvals/routes.ts'
import { guardRoutes, type RouteAccess } from './auth/principals.ts'
import { addCapRoutes } from './caps/routes.ts'
import { addClaimRoutes } from './claims/routes.ts'
import type { Context } from './context.ts'
import { addDeviceRoutes } from './devices/routes.ts'
import { addHealthRoutes } from './health.ts'
import { allowPages } from './http/cors.ts'
import { leavingOf } from './http/leaving.ts'
import { measure } from './http/metrics.ts'
import { addApiRoutes, describeApi } from './http/openapi.ts'
import type { App } from './http/server.ts'
import { shedLoad } from './http/shed-load.ts'
import { addEventRoutes } from './log/routes.ts'
import { addMandateRoutes } from './mandates/routes.ts'
import { addMerchantRoutes } from './merchants/routes.ts'
import { addOperatorRoutes } from './operators/routes.ts'
import { addOrderRoutes } from './orders/routes.ts'

import { addProcessorRoutes } from './processors/routes.ts'
import { addKeyRoutes } from './receipts/routes.ts'
import { addSubscriptionRoutes } from './subscriptions/routes.ts'

export async function addRoutes(app: App, context: Context): Promise<RouteAccess[]> {
  await describeApi(app)
  allowPages(app)
  const routeTable = guardRoutes(app, context)
  const leaving = leavingOf(app)
  measure(app)
  shedLoad(app)
  addDeviceRoutes(app, context)
  addMandateRoutes(app, context)
  addOrderRoutes(app, context, leaving)
  addAgentRoutes(app, context)
  addCapRoutes(app, context)
  addAccountRoutes(app, context)
  addSubscriptionRoutes(app, context)
  addApprovalRoutes(app, context, leaving)
  addClaimRoutes(app, context)
  addMerchantRoutes(app, context)
  addProcessorRoutes(app, context)
  addOperatorRoutes(app, context)
  addKeyRoutes(app, context)
  addEventRoutes(app, context, leaving)
  addHealthRoutes(app, context)
  addApiRoutes(app)
  return routeTable
}
