/** Every platform that is known by its pages; the first that matches reads. */
import { adyen } from './adyen.ts'
import { alipay } from './alipay.ts'
import { amazon } from './amazon.ts'
import { bigcommerce } from './bigcommerce.ts'
import { evershop } from './evershop.ts'
import { klarna } from './klarna.ts'
import { magento } from './magento.ts'
import { medusa } from './medusa.ts'
import { opencart } from './opencart.ts'
import { paypal } from './paypal.ts'
import type { Platform } from './platform.ts'
import { prestashop } from './prestashop.ts'
import { salesforceCommerce } from './salesforce-commerce.ts'
import { shopify } from './shopify.ts'
import { stripe } from './stripe.ts'
import { vendure } from './vendure.ts'
import { woocommerce } from './woocommerce.ts'
import { zenCart } from './zen-cart.ts'

export const PLATFORMS: readonly Platform[] = [
  amazon,
  alipay,
  stripe,
  paypal,
  klarna,
  woocommerce,
  shopify,
  magento,
  prestashop,
  opencart,
  bigcommerce,
  evershop,
  medusa,
  vendure,
  salesforceCommerce,
  zenCart,
  adyen,
]
