// Screenshots of the screens at both widths and in both schemes. `node shots.mjs DIST OUT [DRAWN [WORD]]`; where the drawn ones are
// at hand they are copied beside, and `index.html` in OUT lays both out side by side.
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { launch, serve, settled, visit } from './browser.mjs'
import { DOCS } from './embed.mjs'

const [dist, out, drawn = '', only = ''] = process.argv.slice(2)
mkdirSync(out, { recursive: true })
const site = await serve(dist), browser = await launch()

const screens = {
  denied: ['#example=no-latest', page => settled(page, 'Denied')],
  warnings: ['#example=replica-limit', page => settled(page, 'warning')],
  nothing: ['#example=why-nothing-happened', page => settled(page, 'not judged')],
  explain: ['#example=no-latest', async page => {
    await settled(page, 'Denied')
    await page.getByRole('button', { name: 'Explain in full' }).first().click()
    await page.getByRole('radio', { name: 'All values' }).click()
  }],
  empty: ['', page => page.waitForSelector('.hello')],
  settings: ['#example=why-nothing-happened', async page => {
    await settled(page)
    await page.getByRole('button', { name: /^Cluster/ }).locator('visible=true').first().click()
  }],
  share: ['#example=no-latest', async page => {
    await settled(page)
    await page.getByRole('button', { name: /^Share/ }).locator('visible=true').first().click()
  }],
  palette: ['#example=no-latest', async page => {
    await settled(page)
    await page.keyboard.press('Control+k')
    await page.keyboard.type('image')
  }],
  broken: ['#example=replica-limit', async page => {
    await settled(page)
    const narrow = page.locator('.mtab', { hasText: 'Policies' })
    if (await narrow.isVisible()) await narrow.click()
    await page.locator('.cm-content[aria-label="Policies"] .cm-line', { hasText: 'expression' }).click()
    await page.keyboard.press('End')
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Backspace')
    if (await narrow.isVisible()) await page.locator('.mtab', { hasText: 'Answer' }).click()
    await page.waitForSelector('section[aria-label="Problems"]')
  }],
  checks: ['', async page => {
    const narrow = page.locator('.mtab', { hasText: 'Resources' })
    if (await narrow.isVisible()) await narrow.click()
    await page.locator('.cm-content[aria-label="Resources"]').click()
    await page.keyboard.insertText('apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: app\n    image: nginx:1.27\n')
    if (await narrow.isVisible()) await page.locator('.mtab', { hasText: 'Answer' }).click()
    await settled(page)
    await page.getByRole('button', { name: /^Preview fix/ }).first().click()
  }],
  update: ['#example=replica-limit', async page => {
    await settled(page)
    await page.getByRole('button', { name: /^The object as admission sees it/ }).click()
    await page.getByRole('button', { name: /^The object as admission sees it/ }).scrollIntoViewIfNeeded()
  }],
  embed: ['docs.html', async page => {
    for (const index of [0, 1]) {
      await page.locator('iframe').nth(index).scrollIntoViewIfNeeded()
      await page.frameLocator('iframe').nth(index).locator('.widget .v-deny').first().waitFor()
    }
    await page.evaluate(() => scrollTo(0, 0))
  }],
}
const rows = []
for (const [name, [fragment, ready]] of Object.entries(screens)) {
  for (const [width, height, scheme] of [[1440, 900, 'light'], [1440, 900, 'dark'], [1280, 800, 'light'], [390, 844, 'light'], [390, 844, 'dark']]) {
    if (only && !`${name}-${width}-${scheme}`.includes(only)) continue
    const file = `${name}-${width}-${scheme}.png`
    const seen = await visit(browser, 'about:blank', { width, height, scheme })
    await seen.page.route('**/docs.html', route => route.fulfill({ body: DOCS, contentType: 'text/html; charset=utf-8' }))
    await seen.page.goto(site.url + fragment)
    try {
      await ready(seen.page)
    } catch (error) {
      console.log(`${file}: ${String(error.message).split('\n')[0]}`)
    }
    await seen.page.waitForTimeout(300)
    await seen.page.screenshot({ path: join(out, file) })
    await seen.close()
    const original = join(drawn, file)
    const beside = drawn && existsSync(original)
    if (beside) copyFileSync(original, join(out, `drawn-${file}`))
    rows.push(`<h2>${file}</h2><div>${beside ? `<img src="drawn-${file}" alt="drawn">` : ''}<img src="${file}" alt="real"></div>`)
    console.log(join(out, file))
  }
}
writeFileSync(join(out, 'index.html'), `<!doctype html><meta charset="utf-8"><title>Drawn and real</title><style>div{display:flex;gap:12px}img{max-width:48vw;border:1px solid #ccc}</style>${rows.join('\n')}`)
await browser.close()
site.close()
