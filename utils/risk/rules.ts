/** The rules in force, in the order in which a person should read what they say. */
import { BEHAVIOUR_RULES } from './behaviour-rules.ts'
import { MERCHANT_RULES } from './merchant-rules.ts'
import { MONEY_RULES } from './money-rules.ts'
import { ORDER_RULES } from './order-rules.ts'
import type { Rule } from './rule.ts'

export const RULES: readonly Rule[] = [...MONEY_RULES, ...MERCHANT_RULES, ...BEHAVIOUR_RULES, ...ORDER_RULES]
