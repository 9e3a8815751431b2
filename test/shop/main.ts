/** `node test/shop/main.ts --port 4880 [--processor-port N] [--backend URL --key KEY] [--data FOLDER]` */
import { parseArgs } from 'node:util'
import { startShop } from './shop.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4880' },
    'processor-port': { type: 'string', default: '0' },
    backend: { type: 'string' },
    key: { type: 'string' },
    data: { type: 'string' },
  },
})

const shop = await startShop({
  port: Number(values.port),
  processorPort: Number(values['processor-port']),
  ...(values.backend !== undefined && values.key !== undefined
    ? { backend: { url: values.backend, key: values.key } }
    : {}),
  ...(values.data === undefined ? {} : { data: values.data }),
})
console.log(`Fernwood Goods is open at ${shop.url}`)
console.log(`Orders: ${shop.url}/admin/orders (kept in ${shop.store}); processor at ${shop.processorUrl}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    shop.close().then(() => process.exit(0))
  })
}
