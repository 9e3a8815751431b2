import { Type } from 'typebox'
import { principalOf } from '../auth/principals.ts'
import type { Context } from '../context.ts'
import { ActivationAnswer, DeviceAnswer, DeviceList } from '../http/answers.ts'
import { failedTries } from '../http/failed-tries.ts'
import { ProblemError } from '../http/problems.ts'
import { ById, Jws, Nothing, PublicKey, Strict, Text } from '../http/schemas.ts'
import type { App } from '../http/server.ts'
import { activateDevice } from './activation.ts'
import { listDevices, revokeDevice, rotateDeviceKey } from './manage.ts'

const Activation = Strict({
  code: Type.String({ minLength: 1, maxLength: 64 }),
  device_key: PublicKey,
  consent: Type.Union([
    Strict({ kind: Type.Literal('pin'), key: PublicKey }),
    Strict({
      kind: Type.Literal('passkey'),
      credential_id: Type.String({ minLength: 1, maxLength: 1400, pattern: '^[\\w-]+$' }),
      public_key: Type.String({ minLength: 1, maxLength: 2000, pattern: '^[\\w-]+$' }),
      rp_id: Type.String({ minLength: 1, maxLength: 300 }),
      origin: Type.String({ minLength: 1, maxLength: 300 }),
    }),
  ]),
  label: Text,
})

export function addDeviceRoutes(app: App, context: Context): void {
  const tries = failedTries(context.now)
  const device = { access: { device: true } } as const

  app.post(
    '/v1/devices',
    {
      schema: {
        summary: 'Activate a device by one-time code',
        response: { 201: ActivationAnswer },
        body: Activation,
      },
      config: { access: { public: true } },
    },
    async (request, reply) => {
      const wait = tries.waitFor(request.ip)
      if (wait > 0) {
        reply.header('retry-after', String(wait))
        throw new ProblemError('rate_limited')
      }
      try {
        return await reply.code(201).send(await activateDevice(context, request.body))
      } catch (error) {
        if (error instanceof ProblemError && error.code === 'code_invalid') tries.count(request.ip)
        throw error
      }
    },
  )

  app.get(
    '/v1/devices',
    { schema: { summary: 'Devices of the account', response: { 200: DeviceList } }, config: device },
    async (request) => ({
      devices: await listDevices(context, principalOf(request, 'device').accountId),
    }),
  )

  app.post(
    '/v1/devices/:id/revoke',
    {
      schema: {
        summary: 'Revoke a device of the account',
        response: { 200: DeviceAnswer },
        params: ById,
        body: Nothing,
      },
      config: device,
    },
    (request) => revokeDevice(context, principalOf(request, 'device').accountId, request.params.id),
  )

  app.post(
    '/v1/devices/rotate',
    {
      schema: {
        summary: 'Replace the key that signs this device’s requests',
        response: { 200: DeviceAnswer },
        body: Strict({ device_key: PublicKey, proof: Jws }),
      },
      config: device,
    },
    (request) => {
      return rotateDeviceKey(context, principalOf(request, 'device'), request.body)
    },
  )
}
