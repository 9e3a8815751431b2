/**
 * `npm run screens`: pictures of every surface in every state, light and dark, wide and narrow, into docs/screens.
 * Needs the built extension (`npm run build`). Arguments choose surfaces by part of their name; SCREENS_SCHEME one of light
 * and dark, SCREENS_LANGUAGE the language, SCREENS another folder.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Opened, open } from '../test/e2e/ui/open.ts'
import { invitePhone, openPhone } from '../test/e2e/ui/phone.ts'
import { ACTIVE, activate, FRESH, type Surface } from '../test/e2e/ui/surfaces.ts'
import { openWorld, press } from '../test/harness/world.ts'

const FOLDER = process.env.SCREENS ?? 'docs/screens'
const wanted = process.argv.slice(2)
const PHONE = ['phone-connect', 'phone-nothing', 'phone-question', 'phone-approved'] as const

async function picture(opened: Opened, surface: Surface, scheme: string) {
  for (const [width, suffix] of [
    [surface.width, ''],
    ...(surface.narrow === undefined ? [] : ([[surface.narrow, '-narrow']] as const)),
  ] as const) {
    await opened.show(surface.path, width, surface.height)
    if (surface.seed) {
      await surface.seed(opened)
      await opened.show(surface.path, width, surface.height)
    }
    await surface.act?.(opened)
    const path = join(FOLDER, `${surface.name}-${scheme}${suffix}.png`)
    await opened.page.screenshot({ path })
    console.log(path)
  }
}

/** The page of the other device, with a real backend, shop and browser behind it. */
async function phonePictures() {
  const world = await openWorld()
  const { page, close } = await openPhone(process.env.SCREENS_LANGUAGE ?? 'en-US')
  async function both(name: (typeof PHONE)[number]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      if ((process.env.SCREENS_SCHEME ?? colorScheme) !== colorScheme) continue
      await page.emulateMedia({ colorScheme })
      const path = join(FOLDER, `${name}-${colorScheme}.png`)
      await page.screenshot({ path })
      console.log(path)
    }
  }
  try {
    const { settings, url } = await invitePhone(world)
    await page.goto(url)
    await page.getByRole('button').waitFor()
    await both('phone-connect')
    await page.getByRole('button').click()
    await page.getByRole('button').waitFor({ state: 'detached' })
    await page.getByRole('heading').waitFor()
    await both('phone-nothing')
    await settings.getByTestId('approver').waitFor()
    await settings.getByTestId('elsewhere').locator('select').selectOption('offer')
    await press(await world.atCheckout('fetch-json'), 'fetch-json')
    await page.locator('[data-testid=approve][aria-disabled=false]').waitFor()
    await both('phone-question')
    await page.getByTestId('approve').click()
    await page.locator('.end').waitFor()
    await both('phone-approved')
  } finally {
    await world.close()
    await close()
  }
}

/** A page that shows them side by side. */
function index(surfaces: readonly Pick<Surface, 'name' | 'narrow'>[]): string {
  const sections = surfaces.map(({ name, narrow }) => {
    const files = ['light', 'dark'].flatMap((scheme) => [
      `${name}-${scheme}.png`,
      ...(narrow === undefined ? [] : [`${name}-${scheme}-narrow.png`]),
    ])
    return `## ${name}\n\n${files.map((file) => `![${file}](${file})`).join(' ')}\n`
  })
  return `# Surfaces\n\nEvery surface and state, taken by \`npm run screens\`.\n\n${sections.join('\n')}`
}

mkdirSync(FOLDER, { recursive: true })
const chosen = (surface: { name: string }) =>
  wanted.length === 0 || wanted.some((part) => surface.name.includes(part))
for (const scheme of ['light', 'dark'] as const) {
  if ((process.env.SCREENS_SCHEME ?? scheme) !== scheme) continue
  const opened = await open({ scheme, language: process.env.SCREENS_LANGUAGE ?? 'en-US' })
  try {
    for (const surface of FRESH.filter(chosen)) await picture(opened, surface, scheme)
    await activate(opened)
    for (const surface of ACTIVE.filter(chosen)) await picture(opened, surface, scheme)
  } finally {
    await opened.close()
  }
}
const phone = PHONE.map((name) => ({ name }))
if (phone.some(chosen)) await phonePictures()
writeFileSync(join(FOLDER, 'README.md'), index([...FRESH, ...ACTIVE, ...phone]))
