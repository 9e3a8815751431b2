/** Stands in for `webextension-polyfill` inside the simulated worker; the worker's starter hands it in by this name. */
declare const simBrowser: unknown
const browser = simBrowser
export default browser
