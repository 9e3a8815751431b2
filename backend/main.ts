/**
 * Command line of the payments backend.
 *
 *   node backend/main.ts [--port 4870] [--host 127.0.0.1] [--data DIR] [--public-origin URL]
 *   node backend/main.ts --activation-code [LABEL]     a one-time code for a new account
 *   node backend/main.ts --merchant NAME ORIGIN        a key for an integrated merchant
 *   node backend/main.ts --operator [LABEL]            a key for the operator's routes
 *   node backend/main.ts --revoke-operator ID          the end of such a key
 *
 * CONSENT_GUARD_KEY_SECRET in the environment seals the signing keys in the database (16 characters or more).
 * DATABASE_URL in the environment uses that PostgreSQL instead of the embedded one; with DATABASE_SHARDED=1 no statement
 * touches two accounts (Citus and the like).
 */
import { parseArgs } from 'node:util'
import { startBackend } from './backend.ts'
import { withOperator } from './operator.ts'
import { DataFolderInUse } from './postgres/folder-lock.ts'
import { processorsFrom } from './processors/from-environment.ts'
import { KeySecretWrong } from './receipts/signing-keys.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: process.env.PORT ?? '4870' },
    host: { type: 'string', default: process.env.HOST ?? '127.0.0.1' },
    data: { type: 'string' },
    'public-origin': { type: 'string' },
    'log-level': { type: 'string', default: process.env.LOG_LEVEL ?? 'info' },
    'activation-code': { type: 'boolean', default: false },
    merchant: { type: 'boolean', default: false },
    operator: { type: 'boolean', default: false },
    'revoke-operator': { type: 'string' },
  },
})

const LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const

const place = {
  ...(values.data === undefined ? {} : { dataFolder: values.data }),
  ...(process.env.DATABASE_URL === undefined ? {} : { databaseUrl: process.env.DATABASE_URL }),
}

function say(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function serve(): Promise<void> {
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`--port ${values.port} is not a port`)
  const backend = await startBackend({
    ...place,
    processors: await processorsFrom(process.env),
    port,
    host: values.host,
    ...(process.env.CONSENT_GUARD_KEY_SECRET ? { keySecret: process.env.CONSENT_GUARD_KEY_SECRET } : {}),
    sharded: process.env.DATABASE_SHARDED === '1',
    logLevel: LEVELS.find((level) => level === values['log-level']) ?? 'info',
    ...(values['public-origin'] === undefined ? {} : { publicOrigin: values['public-origin'] }),
    onFatal(reason) {
      process.stderr.write(`${reason}\n`)
      process.exit(1)
    },
  })
  const stop = () => {
    backend.close().then(
      () => process.exit(0),
      (error) => fail(error),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  say({ ready: true, url: backend.url, pid: process.pid })
}

function fail(error: unknown): never {
  const known = error instanceof DataFolderInUse || error instanceof KeySecretWrong
  process.stderr.write(
    `${known || !(error instanceof Error) ? String(error) : (error.stack ?? error.message)}\n`,
  )
  process.exit(1)
}

try {
  if (values['activation-code']) {
    say(await withOperator(place, (operator) => operator.issueActivationCode(positionals[0] ?? 'Account')))
  } else if (values.operator) {
    say(await withOperator(place, (operator) => operator.issueOperatorKey(positionals[0] ?? 'Operator')))
  } else if (values['revoke-operator'] !== undefined) {
    const id = values['revoke-operator']
    say(await withOperator(place, (operator) => operator.revokeOperatorKey(id)))
  } else if (values.merchant) {
    const [name, origin] = positionals
    if (name === undefined || origin === undefined) throw new Error('usage: --merchant NAME ORIGIN')
    say(await withOperator(place, (operator) => operator.registerMerchant({ name, origin })))
  } else await serve()
} catch (error) {
  fail(error)
}
