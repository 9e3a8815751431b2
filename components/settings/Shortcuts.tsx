import { t } from '../../utils/words/words.ts'

const KEYS = [
  ['Alt+Shift+G', 'shortcut_open'],
  ['Alt+← Alt+→', 'shortcut_queue'],
  ['Enter', 'shortcut_enter'],
  ['Esc', 'shortcut_escape'],
] as const

/** What the keyboard does beside Tab; the first can be changed among the browser's own settings for extensions. */
export function Shortcuts() {
  return (
    <dl class="shortcuts">
      {KEYS.map(([keys, key]) => (
        <div key={key} class="row">
          <dt>
            {keys.split(' ').map((one) => (
              <kbd key={one}>{one}</kbd>
            ))}
          </dt>
          <dd>{t(key)}</dd>
        </div>
      ))}
    </dl>
  )
}
