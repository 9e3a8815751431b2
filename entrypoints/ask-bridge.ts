import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { bridgePageApi } from './page-api/bridge.ts'

export default defineUnlistedScript(() => bridgePageApi())
