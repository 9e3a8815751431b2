import type { ComponentType } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../../utils/words/words.ts'
import type { SiteCapsProps } from './SiteCaps.tsx'

/** Caps changed in place. Loaded when asked for: the window must be on screen before any of this is. */
export function CapChange(props: SiteCapsProps) {
  const [Loaded, setLoaded] = useState<{ View: ComponentType<SiteCapsProps> } | null>(null)
  if (Loaded !== null) return <Loaded.View {...props} />
  return (
    <div>
      <button
        type="button"
        class="button button-small"
        onClick={() => void import('./SiteCaps.tsx').then(({ SiteCaps }) => setLoaded({ View: SiteCaps }))}
      >
        {t('change_caps')}
      </button>
    </div>
  )
}
