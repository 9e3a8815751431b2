/** What runs in the page for `inspect`: the reader that the extension runs. */
import { readOrder } from '../utils/order/read.ts'

export function inspect(): unknown {
  const start = performance.now()
  const reading = readOrder(document, { openRoot: (element) => element.shadowRoot })
  return { reading, ms: performance.now() - start }
}
