import { defineBackground } from 'wxt/utils/define-background'

export default defineBackground({ persistent: { firefox: true, chrome: false }, type: 'module', main() {} })
