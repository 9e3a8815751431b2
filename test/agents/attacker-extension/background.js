// An extension agent: attaches chrome.debugger to a web page and clicks there with trusted input. Tests call these
// functions in its worker. Each tells what it was allowed to do.
globalThis.tabOf = async (prefix) =>
  (await chrome.tabs.query({})).find((tab) => (tab.url ?? '').startsWith(prefix))?.id

globalThis.evaluate = async (tabId, expression) => {
  await attach(tabId)
  const answer = await chrome.debugger.sendCommand({ tabId }, 'Runtime.evaluate', {
    expression,
    returnByValue: true,
    awaitPromise: true,
  })
  return answer.result.value
}

globalThis.pressCentre = async (tabId, expression) => {
  const at = await globalThis.evaluate(
    tabId,
    `(() => { const element = ${expression}; element.scrollIntoView({ block: 'center' }); const box = element.getBoundingClientRect(); return { x: box.x + box.width / 2, y: box.y + box.height / 2 } })()`,
  )
  for (const type of ['mousePressed', 'mouseReleased']) {
    await chrome.debugger.sendCommand({ tabId }, 'Input.dispatchMouseEvent', {
      type,
      ...at,
      button: 'left',
      clickCount: 1,
    })
  }
}

/** What happens when it reaches for a page of another extension. */
globalThis.reachFor = async (url, extensionId) => {
  const tab = (await chrome.tabs.query({})).find((known) => (known.url ?? '').startsWith(url))
  const tabId = tab?.id ?? (await chrome.tabs.create({ url })).id
  const tries = {
    attach: () => chrome.debugger.attach({ tabId }, '1.3'),
    attachByExtension: () => chrome.debugger.attach({ extensionId }, '1.3'),
    script: () => chrome.scripting.executeScript({ target: { tabId }, func: () => document.title }),
    message: () => chrome.runtime.sendMessage(extensionId, { command: 'approve' }),
  }
  const results = {}
  for (const [name, attempt] of Object.entries(tries)) {
    try {
      await attempt()
      results[name] = 'allowed'
    } catch (error) {
      results[name] = String(error.message ?? error)
    }
  }
  return results
}

async function attach(tabId) {
  try {
    await chrome.debugger.attach({ tabId }, '1.3')
  } catch (error) {
    if (!String(error.message).includes('already attached')) throw error
  }
}
