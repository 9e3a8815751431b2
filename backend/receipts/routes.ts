import { Type } from 'typebox'
import type { Context } from '../context.ts'
import { KeySet } from '../http/answers.ts'
import { Strict } from '../http/schemas.ts'
import type { App } from '../http/server.ts'
import { publishedKeys } from './published.ts'

export function addKeyRoutes(app: App, context: Context): void {
  app.get(
    '/v1/keys',
    {
      schema: {
        summary: 'Public keys that sign receipts and checkpoints, old ones too',
        response: { 200: KeySet },
      },
      config: { access: { public: true } },
    },
    async () => ({ keys: await publishedKeys(context.db, null) }),
  )

  app.post(
    '/v1/operator/keys/rotate',
    {
      schema: {
        summary: 'A new signing key, vouched for by the old one',
        body: Strict({ purpose: Type.Enum(['receipt', 'log']) }),
        response: { 200: KeySet },
      },
      config: { access: { operator: true } },
    },
    async (request) => {
      await (request.body.purpose === 'receipt' ? context.receipts : context.logKeys).rotate()
      return { keys: await publishedKeys(context.db, null) }
    },
  )
}
