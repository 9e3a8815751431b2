import { Type } from 'typebox'
import { principalOf } from '../auth/principals.ts'
import type { Context } from '../context.ts'
import { AccountAnswer } from '../http/answers.ts'
import { Consent, Strict } from '../http/schemas.ts'
import type { App } from '../http/server.ts'
import { readAccount, setZone } from './zone.ts'

const Zone = Strict({
  zone: Type.String({ minLength: 1, maxLength: 64 }),
  version: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
  consent: Consent,
})

export function addAccountRoutes(app: App, context: Context): void {
  const device = { access: { device: true } } as const

  app.get(
    '/v1/account',
    { schema: { summary: 'The account: its zone', response: { 200: AccountAnswer } }, config: device },
    (request) => readAccount(context, principalOf(request, 'device').accountId),
  )

  app.put(
    '/v1/account/zone',
    {
      schema: {
        summary: 'Set the zone of calendar caps, with the person’s consent',
        response: { 200: AccountAnswer },
        body: Zone,
      },
      config: device,
    },
    (request) => setZone(context, principalOf(request, 'device'), request.body),
  )
}
