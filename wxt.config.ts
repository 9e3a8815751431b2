import { createHash } from 'node:crypto'
import preact from '@preact/preset-vite'
import type { Plugin, PluginOption } from 'vite'
import { defineConfig } from 'wxt'
import { shieldRules } from './utils/shield/rules.ts'

/** The browser makes the id of an extension from its key: the first half of its SHA-256, written with a to p. */
function idOf(key: string): string {
  const hash = createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 32)
  return hash.replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)))
}

/** Public half of the key that fixes the extension id on Chromium; the private half was never kept. */
const CHROMIUM_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA4e7DQRr4rvPJzbc70imeenOvOpnDihUdMINEYuaaDu8DB8uK4y2A48FEFq45mt+3FC/Eh3IVjYvT+XJNWJqKAsnnsqbuOQKrG0/Zv5lOzcRleyYFzTlAbfNtPq/5uyFoJBNInrrW9dP8oADR01KDC5ehpch3b06l00Xy3rNdDDCa62K52+L1xG+HxAdreqjYTUde172fzwVC0CEq9jXH//O5rDGI82ZJroe0/NiuPHW1bZM2ey4qupBgimpSSmuuQ0dPbwBIqmjpChaSFWJrvJmk6Q+C1bJpszpJBFl96cyB/jVCcvs3+htPckrJWCtwydRLetJ/cIpsLt7L/pBdhQIDAQAB'

/**
 * No remote code, nothing framed. `connect-src` is open to https because the person chooses the
 * backend; plain http only on this machine.
 */
const EXTENSION_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self' https: http://127.0.0.1:* http://localhost:*; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

const EVERY_FRAME = {
  matches: ['<all_urls>'],
  run_at: 'document_start' as const,
  all_frames: true,
  match_about_blank: true,
  match_origin_as_fallback: true,
}

/**
 * The scripts of every frame without WXT's wrapper: nobody waits for their result, and each byte counts. The hook's errors
 * are nobody's: where a page has spoilt the realm before it came, what it would say is the page's to read, and the shield
 * blocks what the hook does not hold.
 */
function bareEntrypoints(): Plugin {
  return {
    name: 'bare-entrypoints',
    enforce: 'pre',
    resolveId: {
      filter: { id: /define-unlisted-script$/ },
      handler: (_id, importer) => (EVERYWHERE.test(importer ?? '') ? BARE_DEFINE : null),
    },
    load: {
      filter: { id: [BARE, /define-unlisted-script/] },
      handler: (id) =>
        BARE.test(id)
          ? `import script from ${JSON.stringify(id.split('?')[1])}; script()`
          : `export const defineUnlistedScript = (main) => ${id === BARE_DEFINE ? 'main' : '({ main })'}`,
    },
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk' && chunk.fileName === 'hook.js')
          chunk.code = `try{${chunk.code.trim()}}catch{}`
      }
    },
  }
}

const EVERYWHERE = /entrypoints\/(?:hook|relay)\/index/
const BARE_DEFINE = '\0bare/define-unlisted-script'
const BARE = /virtual:wxt-unlisted-script-entrypoint\?.*entrypoints\/(?:hook|relay)\//

const SHIELD_FILE = 'rules/shield.json'

/**
 * reflect-metadata (a part of the passkey library) asks `Function` and `eval` for the global object where `globalThis`
 * is missing. It never is here, the extension's own policy forbids both, and a reviewer should not meet them.
 */
const noEval: PluginOption = {
  name: 'no-eval',
  transform(code, id) {
    if (!id.includes('reflect-metadata')) return null
    return code
      .replace(/return Function\([^\n]*\)\(\);/, 'return undefined;')
      .replace(/return \([^\n]*eval\)\([^\n]*\);/, 'return undefined;')
  },
}

/**
 * Our pages draw nothing before their script has run. Without this the browser spends a frame on the empty page. The
 * consent window has a first frame of its own, which shall wait for nothing else: `consent-first.ts` fetches the rest.
 */
const firstFrame: PluginOption = {
  name: 'first-frame',
  transformIndexHtml: {
    order: 'post',
    handler: (html) =>
      html.includes('consent-first')
        ? putAside(html)
        : html.replace('<script type="module"', '<script type="module" blocking="render"'),
  },
}

const FILES = /\n *<(?:script type="module"|link rel="(?:modulepreload|stylesheet)")[^\n]*/g

/** The page's own script and styles in a template, where the browser does not fetch them yet. */
function putAside(html: string): string {
  const files = html.match(FILES)
  if (files === null) throw new Error('the consent page names no script')
  const rest = `<template id="rest">${files.join('')}\n    </template>`
  return html.replace(FILES, '').replace('<div id="root"></div>', (root) => `${root}\n    ${rest}`)
}

export default defineConfig({
  srcDir: '.',
  entrypointsDir: 'entrypoints',
  publicDir: 'public',
  outDir: process.env.CG_OUT ?? '.output',
  imports: false,
  manifest: ({ browser }) => ({
    name: '__MSG_extName__',
    description: '__MSG_extDescription__',
    default_locale: 'en',
    minimum_chrome_version: browser === 'firefox' ? undefined : '144',
    ...(browser === 'firefox'
      ? {
          browser_specific_settings: {
            gecko: {
              id: 'consent-guard@consent-guard.example',
              strict_min_version: '150.0',
              // Nothing leaves the browser, except to a backend that the person pairs: asked for then.
              data_collection_permissions: { required: ['none'], optional: ['financialAndPaymentInfo'] },
            },
          },
        }
      : { key: CHROMIUM_KEY }),
    permissions: [
      'storage',
      'unlimitedStorage',
      'alarms',
      'scripting',
      'notifications',
      // Only to hear of cart pages, by their address: what the cart said is compared with the checkout.
      'webNavigation',
      ...(browser === 'firefox'
        ? ['webRequest', 'webRequestBlocking']
        : ['declarativeNetRequestWithHostAccess', 'webRequest', 'sidePanel']),
    ],
    host_permissions: ['<all_urls>'],
    // On Firefox blocking webRequest holds what this would only block.
    declarative_net_request:
      browser === 'firefox'
        ? undefined
        : { rule_resources: [{ id: 'shield', enabled: true, path: SHIELD_FILE }] },
    externally_connectable: browser === 'firefox' ? undefined : { ids: [] },
    content_security_policy: { extension_pages: EXTENSION_CSP },
    // By hand, because the order counts: the relay must listen before the hook hands it its port, and neither may run
    // after a page script. WXT's own content-script wrapper would also announce us to the page by an event.
    content_scripts: [
      { ...EVERY_FRAME, js: ['relay.js'] },
      { ...EVERY_FRAME, js: ['hook.js'], world: 'MAIN' },
    ],
    action: { default_title: '__MSG_extName__' },
    // Opens the toolbar popup; the person may set another key in the browser's own settings.
    commands: {
      [browser === 'firefox' ? '_execute_browser_action' : '_execute_action']: {
        suggested_key: { default: 'Alt+Shift+G' },
      },
    },
    // The same consent view beside the page, for those who open it there; no install warning comes with it.
    side_panel: browser === 'firefox' ? undefined : { default_path: 'consent.html?panel' },
    options_ui: { page: 'dashboard.html', open_in_tab: true },
    icons: { 16: 'icons/16.png', 32: 'icons/32.png', 48: 'icons/48.png', 128: 'icons/128.png' },
  }),
  // For reviewers: what the build needs and how to run it (docs/store/build.md), nothing else.
  zip: {
    includeSources: ['**/*', '.npmrc'],
    excludeSources: ['docs/!(store)/**', 'test/**', 'backend/**', 'agent/**', 'dist/**', 'reports/**'],
  },
  vite: () => ({
    plugins: [preact(), noEval, bareEntrypoints(), firstFrame],
    // The package's entry wraps an ES5 build, a tenth larger; every bundle takes the same one, so there is one Dexie.
    resolve: { alias: [{ find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.min.mjs' }] },
    build: {
      target: 'es2022',
      sourcemap: false,
      // Its comments name folders of the machine that builds, and the packages shall be the same everywhere.
      rolldownOptions: { experimental: { attachDebugInfo: 'none' } },
    },
  }),
  hooks: {
    // The consent window shares no chunks with the other pages: while a payment waits, every further file that a new
    // renderer has to fetch and link is time before its first paint.
    'entrypoints:grouped': (_wxt, groups) => {
      for (const group of groups) {
        if (!Array.isArray(group)) continue
        const at = group.findIndex(({ name }) => name === 'consent')
        if (at >= 0 && group.length > 1) groups.push(group.splice(at, 1))
      }
    },
    // Written at every build, so that the rules cannot fall behind the catalogue they are made from.
    'build:publicAssets': (wxt, files) => {
      if (wxt.config.browser === 'firefox') return
      files.push({ relativeDest: SHIELD_FILE, contents: JSON.stringify(shieldRules(idOf(CHROMIUM_KEY))) })
    },
    // Store reviewers read the background and crash tests stop at its named points, so it is not minified.
    'vite:build:extendConfig': (entrypoints, config) => {
      if (entrypoints.some((entrypoint) => entrypoint.type === 'background')) {
        config.build = { ...config.build, minify: false }
      }
    },
  },
})
