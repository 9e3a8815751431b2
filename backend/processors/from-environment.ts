/** Which processors are set up, from the environment: secrets do not belong on a command line. */
import type { Processor } from './processor.ts'

/** Empty: only the sandbox. The first in the list charges new orders. SDKs are loaded only where they are wanted. */
export async function processorsFrom(env: NodeJS.ProcessEnv): Promise<Processor[]> {
  const list: Processor[] = []
  const stripe = allOf(env, {
    secretKey: 'STRIPE_SECRET_KEY',
    webhookSecret: 'STRIPE_WEBHOOK_SECRET',
    customer: 'STRIPE_CUSTOMER',
    paymentMethod: 'STRIPE_PAYMENT_METHOD',
  })
  if (stripe !== null) list.push((await import('./stripe.ts')).stripeProcessor(stripe))
  const alipay = allOf(env, {
    appId: 'ALIPAY_APP_ID',
    privateKey: 'ALIPAY_PRIVATE_KEY',
    alipayPublicKey: 'ALIPAY_PUBLIC_KEY',
    agreementNo: 'ALIPAY_AGREEMENT_NO',
  })
  if (alipay !== null) list.push((await import('./alipay.ts')).alipayProcessor(alipay))
  return list
}

/** All of a processor's settings, or null where none is given; some but not all is a mistake that must be heard. */
function allOf<const K extends string>(
  env: NodeJS.ProcessEnv,
  names: Record<K, string>,
): Record<K, string> | null {
  const entries = Object.entries<string>(names).map(([field, name]) => [field, env[name] ?? ''] as const)
  const missing = entries.filter(([, value]) => value === '')
  if (missing.length === entries.length) return null
  if (missing.length > 0) {
    const wanted = missing.map(([field]) => names[field as K])
    throw new Error(`set ${wanted.join(', ')} as well, or none of them`)
  }
  return Object.fromEntries(entries) as Record<K, string>
}
