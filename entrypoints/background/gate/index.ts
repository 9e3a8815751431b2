import { chromiumGate } from './chromium.ts'
import { firefoxGate } from './firefox.ts'
import type { Gate } from './gate.ts'

export const gate: Gate = import.meta.env.FIREFOX ? firefoxGate : chromiumGate
