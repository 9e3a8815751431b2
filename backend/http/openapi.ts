/** The API described by the schemas that it is judged by: `/openapi.json`, and a page for people at `/docs`. */
import swagger from '@fastify/swagger'
import type { Access } from '../auth/principals.ts'
import { ProblemAnswer } from './schemas.ts'
import type { App } from './server.ts'

export async function describeApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Consent Guard payments backend',
        version: '1',
        description:
          'Authorises payments by a person’s signed consent, once. Refusals are RFC 9457 problem documents; `code` is stable.',
      },
      components: {
        securitySchemes: {
          device: {
            type: 'apiKey',
            in: 'header',
            name: 'authorization',
            description:
              '`Device <jws>`: ES256 over method, path, body hash, time and a fresh id (after RFC 9449).',
          },
          agent: { type: 'http', scheme: 'bearer', description: 'Agent token `cga_…` with scopes.' },
          merchant: { type: 'http', scheme: 'bearer', description: 'Merchant key `cgm_…`.' },
          approver: {
            type: 'http',
            scheme: 'bearer',
            description: 'Key `cgp_…` of a person’s other device; approving also needs its passkey.',
          },
          operator: { type: 'http', scheme: 'bearer', description: 'Operator key `cgo_…`.' },
        },
      },
    },
    transform: ({ schema, url, route }) => ({
      url,
      schema: {
        ...schema,
        security: securityOf(route.config?.access ?? {}),
        response: { '4XX': ProblemAnswer, '5XX': ProblemAnswer, ...Object(schema?.response) },
      },
    }),
  })
}

function securityOf(access: Access): Record<string, string[]>[] {
  const kinds: Record<string, string[]>[] = []
  if (access.device === true) kinds.push({ device: [] })
  if (access.agent !== undefined) kinds.push({ agent: [access.agent] })
  if (access.merchant === true) kinds.push({ merchant: [] })
  if (access.approver === true) kinds.push({ approver: [] })
  if (access.operator === true) kinds.push({ operator: [] })
  return kinds
}

export function addApiRoutes(app: App): void {
  const open = { access: { public: true } } as const
  app.get('/openapi.json', { schema: { summary: 'This API', hide: true }, config: open }, async () =>
    app.swagger(),
  )
  app.get(
    '/docs',
    { schema: { summary: 'This API, for people', hide: true }, config: open },
    async (_, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .header(
          'content-security-policy',
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        )
        .send(page(app.swagger())),
  )
}

interface Described {
  info: { title: string; description?: string }
  paths?: Record<string, Record<string, Operation | undefined> | undefined>
}

interface Operation {
  summary?: string
  security?: Record<string, string[]>[]
}

function page(api: object): string {
  const { info, paths = {} } = api as Described
  const rows = Object.entries(paths).flatMap(([path, methods = {}]) =>
    Object.entries(methods).map(([method, operation]) => {
      const who = (operation?.security ?? []).map((one) => Object.entries(one).flat(2).join(' ')).join(', ')
      const cells = [method.toUpperCase(), path, operation?.summary ?? '', who === '' ? 'anyone' : who]
      return `<tr>${cells.map((cell, n) => (n < 2 ? `<td><code>${html(cell)}</code>` : `<td>${html(cell)}`)).join('')}`
    }),
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${html(info.title)}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>body{font:1rem/1.5 system-ui;max-width:70rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}
td,th{text-align:start;padding:.4rem .6rem;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent);vertical-align:top}</style>
<h1>${html(info.title)}</h1><p>${html(info.description ?? '')} The whole description is at <a href="/openapi.json">/openapi.json</a>.</p>
<table><thead><tr><th>Method<th>Path<th>What it does<th>Who may</thead><tbody>${rows.join('\n')}</tbody></table></html>`
}

function html(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`)
}
