/**
 * Named points of the path. They time it (`performance.getEntriesByType('mark')`), and they are where the crash tests
 * stop the worker: each is one line in the built background, which is why that bundle is not minified.
 */
export type Point =
  | 'attempt-recorded'
  | 'asked'
  | 'proven'
  | 'committed'
  | 'forwarding'
  | 'authorised'
  | 'release-recorded'
  | 'release-sent'
  | 'settled'

export function mark(point: Point): void {
  performance.mark(point)
}
