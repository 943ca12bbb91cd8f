// A browser and a page for the suite and the screenshots: the built page behind our own small server, nothing else reachable.
import { createServer } from 'node:http'
import { readFileSync, existsSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { chromium } from 'playwright-core'

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml', '.json': 'application/json', '.woff2': 'font/woff2', '.txt': 'text/plain; charset=utf-8', '.md': 'text/plain; charset=utf-8',
}
export const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

export async function serve(dist, { policy = POLICY, spoil = path => null } = {}) {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, 'http://x').pathname)
    const file = join(dist, path === '/' ? 'index.html' : path)
    const other = spoil(path)
    if (other || !existsSync(file)) { response.writeHead(other ?? 404); response.end(); return }
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': policy, 'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    })
    response.end(readFileSync(file))
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() }
}

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--force-color-profile=srgb', '--hide-scrollbars'],
})

// A fresh visitor: own storage, and a list of everything that went wrong.
export async function visit(browser, url, { width = 1440, height = 900, scheme = 'light', ...rest } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, ...rest })
  const page = await context.newPage()
  const trouble = []
  page.on('pageerror', error => trouble.push(`error: ${error.message}`))
  page.on('console', message => { if (message.type() === 'error') trouble.push(`console: ${message.text()}`) })
  page.on('request', request => { if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith('data:')) trouble.push(`foreign request: ${request.url()}`) })
  await page.goto(url)
  return { page, trouble, close: () => context.close() }
}

// Replaces a whole text the way a paste does.
export async function paste(page, label, text) {
  const tab = { Cluster: 'Cluster & request', Resources: 'Resources' }[label]
  if (tab) await page.locator('.p-res [role=tab]', { hasText: tab }).click()
  const editor = page.locator(`.cm-content[aria-label="${label}"]`)
  await editor.click()
  await page.keyboard.press('Control+a')
  await editor.evaluate((content, text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', text)
    content.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)
}

export const settled = (page, word) => page.waitForFunction(word => {
  const live = document.querySelector('.reqs .live .word')?.textContent
  const head = document.querySelector('.decision h1')?.textContent ?? ''
  return live === 'Live' && (!word || head.includes(word))
}, word, { timeout: 15000 })
