import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

interface Props {
  site: string
  onBegun: () => void
}

/** Fetched when the other answers are open: the window must be on screen before any of this is. */
export function SiteGuardPart(props: Props) {
  const [loaded, setLoaded] = useState<{ View: ComponentType<Props> } | null>(null)
  useEffect(() => {
    void import('./SiteGuardHere.tsx').then(({ SiteGuardHere }) => setLoaded({ View: SiteGuardHere }))
  }, [])
  return loaded === null ? null : <loaded.View {...props} />
}
