import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { copyOf, SHARED, sourceOf } from '../../scripts/copy-hooks.ts'

it.each(SHARED)(
  '%s of the OpenClaw plugin is the one of the Claude Code plugin (npm run copy:hooks)',
  (name) => {
    expect(readFileSync(copyOf(name), 'utf8')).toBe(readFileSync(sourceOf(name), 'utf8'))
  },
)
