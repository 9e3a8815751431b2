/** An OpenAPI description as a page for people: who may call what, with which shape, and what comes back. Pure. */

interface Schema {
  type?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  pattern?: string
  additionalProperties?: boolean | Schema
  patternProperties?: Record<string, Schema>
}

interface Operation {
  summary?: string
  description?: string
  security?: Record<string, string[]>[]
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[]
  requestBody?: { content?: Record<string, { schema?: Schema }> }
  responses?: Record<string, { content?: Record<string, { schema?: Schema }> }>
}

interface Api {
  info: { description?: string }
  paths: Record<string, Record<string, Operation>>
}

/** Longest shape that is written in one line. */
const LINE = 90

export function renderApi(api: Api): string {
  const groups = Map.groupBy(
    Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
    ),
    ({ path }) => groupOf(path),
  )
  const parts = [...groups].map(([group, operations]) => {
    const sections = operations.map(({ method, path, operation }) => section(method, path, operation))
    return `## ${group}\n\n${sections.join('\n')}`
  })
  return `# API of the payments backend

Written by \`npm run docs:api\` from the schemas that requests are judged by; a test holds it true. ${api.info.description ?? ''}

Amounts are minor units as decimal strings with an ISO 4217 code: \`{ amount: "1999", currency: "EUR" }\` is 19.99 euro. Times
are RFC 3339 or epoch as named. A running backend serves the whole description at \`/openapi.json\` and a page at \`/docs\`.

${parts.join('\n')}`
}

function groupOf(path: string): string {
  const [first = '', second = ''] = path.split('/').filter(Boolean)
  return /^v\d+$/.test(first) ? second : 'service'
}

function section(method: string, path: string, operation: Operation): string {
  const who = (operation.security ?? []).map((one) => Object.entries(one).flat(2).join(' ')).join(', ')
  const query = (operation.parameters ?? []).map(
    ({ name, in: place, required, schema }) =>
      `* ${place} \`${name}\`${required === true ? '' : ' (optional)'}: \`${shape(schema ?? {}, '')}\``,
  )
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema
  const answers = Object.entries(operation.responses ?? {}).flatMap(([status, answer]) => {
    const schema = Object.values(answer.content ?? {})[0]?.schema
    return schema === undefined || /^[45]/.test(status) ? [] : [block(`answer ${status}`, schema)]
  })
  return [
    `### ${method.toUpperCase()} ${path}\n`,
    `${operation.summary ?? ''}. Who may: ${who === '' ? 'anyone' : who}.\n`,
    ...(operation.description === undefined ? [] : [`${operation.description}\n`]),
    ...(query.length === 0 ? [] : [`${query.join('\n')}\n`]),
    ...(body === undefined ? [] : [block('body', body)]),
    ...answers,
  ].join('\n')
}

function block(name: string, schema: Schema): string {
  return `${name}\n\n\`\`\`ts\n${shape(schema, '')}\n\`\`\`\n`
}

/** A schema in the words of TypeScript. */
function shape(schema: Schema, indent: string): string {
  if (schema.anyOf !== undefined) {
    const forms = [...new Set(schema.anyOf.map((one) => shape(one, indent)))]
    return forms.join(' | ')
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const).replaceAll('"', "'")
  if (schema.enum !== undefined) {
    return schema.enum.map((value) => JSON.stringify(value).replaceAll('"', "'")).join(' | ')
  }
  if (schema.type === 'array') {
    const item = shape(schema.items ?? {}, indent)
    return / \| /.test(item) && !item.startsWith('{') ? `(${item})[]` : `${item}[]`
  }
  if (schema.type === 'object' || schema.properties !== undefined) return objectShape(schema, indent)
  if (schema.type === 'integer') return 'number'
  return schema.type ?? 'unknown'
}

function objectShape(schema: Schema, indent: string): string {
  const inner = `${indent}  `
  const fields = Object.entries(schema.properties ?? {}).map(
    ([name, field]) =>
      `${/^\w+$/.test(name) ? name : `'${name}'`}${schema.required?.includes(name) ? '' : '?'}: ${shape(field, inner)}`,
  )
  if (fields.length === 0) return 'Record<string, unknown>'
  const line = `{ ${fields.join('; ')} }`
  if (line.length <= LINE && !line.includes('\n')) return line
  return `{\n${fields.map((field) => inner + field).join('\n')}\n${indent}}`
}
