// A browser that is left alone while it loads a page. A driver that can do everything listens to everything: Playwright
// has the page collect a stack for every error that is made (React makes five when it starts) and puts a script of its own
// into it, some 20 ms of the page's thread at full speed before the first paint that no reader has. Here the page is led to
// its address and asked afterwards. The browser is spoken to over its pipe: https://chromedevtools.github.io/devtools-protocol/
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export async function quietBrowser() {
  const folder = mkdtempSync(join(tmpdir(), 'utsyn-quiet-'))
  const program = spawn(process.env.CHROMIUM ?? '/usr/bin/chromium', ['--headless', '--no-sandbox', '--remote-debugging-pipe', `--user-data-dir=${folder}`,
    '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-default-apps', '--disable-extensions', '--disable-sync', '--force-color-profile=srgb', '--hide-scrollbars',
    '--lang=nb-NO', '--accept-lang=nb-NO', 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const gone = new Promise((done) => program.on('exit', done))
  const waiting = new Map()
  let last = 0
  let rest = ''
  program.stdio[4].setEncoding('utf8').on('data', (piece) => {
    const messages = (rest + piece).split('\0')
    rest = messages.pop()
    for (const message of messages.map((one) => JSON.parse(one))) {
      // What it tells unasked has no number, and nobody is there to hear it.
      const one = waiting.get(message.id)
      waiting.delete(message.id)
      if (message.error) one?.reject(new Error(`${one.method}: ${message.error.message}`))
      else one?.resolve(message.result)
    }
  })
  gone.then(() => { for (const one of waiting.values()) one.reject(new Error(`${one.method}: the browser is gone`)) })
  const send = (method, params = {}, sessionId = undefined) => new Promise((resolve, reject) => {
    waiting.set(++last, { method, resolve, reject })
    program.stdio[3].write(`${JSON.stringify({ id: last, method, params, ...(sessionId ? { sessionId } : {}) })}\0`)
  })

  return {
    /** Another person, with the cookies and the memory of `state` (Playwright's storageState). */
    async person(state) {
      const { browserContextId } = await send('Target.createBrowserContext')
      await send('Storage.setCookies', { browserContextId, cookies: state.cookies.map(({ name, value, domain, path, httpOnly, secure, sameSite }) => ({ name, value, domain, path, httpOnly, secure, sameSite })) })
      return { browserContextId, leave: () => send('Target.disposeBrowserContext', { browserContextId }) }
    },
    /** A window of a person. */
    async window({ browserContextId }, { rate = 1, width = 1440, height = 900 } = {}) {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank', browserContextId, newWindow: true, width, height })
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
      const say = (method, params) => send(method, params, sessionId)
      await say('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false })
      await say('Emulation.setTimezoneOverride', { timezoneId: 'Europe/Oslo' })
      if (rate > 1) await say('Emulation.setCPUThrottlingRate', { rate })
      return {
        close: () => send('Target.closeTarget', { targetId }),
        async asked(expression) {
          const { result, exceptionDetails } = await say('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
          if (exceptionDetails) throw new Error(`${expression.slice(0, 80)}: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`)
          return result.value
        },
        /** Leads the page there and leaves it alone for this long. */
        async go(url, ms) {
          const { errorText } = await say('Page.navigate', { url })
          if (errorText) throw new Error(`${url}: ${errorText}`)
          await new Promise((done) => setTimeout(done, ms))
        },
      }
    },
    async close() {
      await send('Browser.close').catch(() => undefined)
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The largest paint so far, asked for inside the page. */
export const largestPaint = `new Promise((done) => {
  new PerformanceObserver((list) => {
    const one = list.getEntries().at(-1)
    done({ at: Math.round(one.startTime), what: [one.element?.tagName, one.element?.className, (one.element?.textContent ?? '').slice(0, 30)].join(' ') })
  }).observe({ type: 'largest-contentful-paint', buffered: true })
  setTimeout(() => done(null), 2000)
})`
