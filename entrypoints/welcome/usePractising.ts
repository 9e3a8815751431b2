import { useEffect, useState } from 'preact/hooks'

const HASH = '#practice'

/** Whether the practice shop is in front: kept in the address, so that Back leaves it and a link can open it. */
export function usePractising(): [practising: boolean, practise: (yes: boolean) => void] {
  const [practising, setPractising] = useState(location.hash === HASH)
  useEffect(() => {
    const follow = () => setPractising(location.hash === HASH)
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])
  return [
    practising,
    (yes) => {
      location.hash = yes ? HASH : ''
    },
  ]
}
