/** `Promise.withResolvers`, which Node 20 lacks: the npm package runs there, too. */
export function deferred(): PromiseWithResolvers<void> {
  let resolve: PromiseWithResolvers<void>['resolve'] = () => {}
  let reject: PromiseWithResolvers<void>['reject'] = () => {}
  const promise = new Promise<void>((kept, broken) => {
    resolve = kept
    reject = broken
  })
  return { promise, resolve, reject }
}
