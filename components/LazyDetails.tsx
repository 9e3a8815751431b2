import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

interface LazyDetailsProps<P> {
  summary: string
  /** Open from the start. */
  open?: boolean
  class?: string
  testId?: string
  load: () => Promise<ComponentType<P>>
  props: P
}

/** A disclosure whose inside is fetched when it is first opened: what few people need does not delay the first paint. */
export function LazyDetails<P extends object>(given: LazyDetailsProps<P>) {
  const { summary, open = false, testId, load, props } = given
  const [loaded, setLoaded] = useState<{ View: ComponentType<P> } | null>(null)
  function fetch() {
    if (loaded === null) void load().then((View) => setLoaded({ View }))
  }
  useEffect(() => {
    if (open) fetch()
  }, [open])
  return (
    <details
      class={`card ${given.class ?? ''}`}
      open={open}
      data-testid={testId}
      onToggle={(event) => {
        if (event.currentTarget.open) fetch()
      }}
    >
      <summary>{summary}</summary>
      {loaded !== null && <loaded.View {...props} />}
    </details>
  )
}
