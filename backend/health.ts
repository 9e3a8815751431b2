import type { Context } from './context.ts'
import { StatusAnswer } from './http/answers.ts'
import { ProblemError } from './http/problems.ts'
import type { App } from './http/server.ts'

export function addHealthRoutes(app: App, context: Context): void {
  const open = { access: { public: true } } as const
  app.get(
    '/healthz',
    { schema: { summary: 'The process lives', response: { 200: StatusAnswer } }, config: open },
    async () => ({
      status: 'ok',
    }),
  )
  app.get(
    '/readyz',
    { schema: { summary: 'The database answers', response: { 200: StatusAnswer } }, config: open },
    async () => {
      await context.db.query('SELECT 1').catch(() => {
        throw new ProblemError('not_ready', 'the database does not answer')
      })
      return { status: 'ready' }
    },
  )
}
