import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { ResultProps } from '../../components/consent/Result.tsx'

/** What became of a decision; fetched as soon as the question is on screen, so that it is there when it is needed. */
export function ResultPart(props: ResultProps) {
  const [loaded, setLoaded] = useState<{ View: ComponentType<ResultProps> } | null>(null)
  useEffect(() => {
    void loadResult().then((View) => setLoaded({ View }))
  }, [])
  return loaded === null ? null : <loaded.View {...props} />
}

export async function loadResult(): Promise<ComponentType<ResultProps>> {
  return (await import('../../components/consent/Result.tsx')).Result
}
