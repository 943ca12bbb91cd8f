// The playground inside pages of documentation: two examples on one page with a strict policy of its own.
import { visit } from './browser.mjs'

export const DOCS = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Writing validations</title><meta name="viewport" content="width=device-width, initial-scale=1">
<style>body { font: 16px/26px system-ui, sans-serif; margin: 0; color: #1b1b1a } main { max-width: 760px; margin: 0 auto; padding: 24px 16px } h1 { font-size: 30px } h2 { font-size: 20px; margin-top: 32px } pre { overflow: auto }</style>
<script type="module" src="embed.js"></script></head>
<body><main><h1>Writing validations</h1>
<p>Change the tag below and watch the answer follow.</p>
<celgate-example example="no-latest" expect="denied" heading="No latest images"></celgate-example>
<h2>Say how many</h2>
<p>Numbers read as you would write them.</p>
<celgate-example expect="denied" heading="Replica limit" split>
<pre data-text="policies">
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: max-replicas}
spec:
  matchConstraints:
    resourceRules:
    - {apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["deployments"]}
  validations:
  - expression: object.spec.replicas &lt;= 5
    message: too many replicas
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: max-replicas-binding}
spec: {policyName: max-replicas, validationActions: [Deny]}
</pre>
<pre data-text="resources">
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 7
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "nginx:1.27"}]}
</pre></celgate-example></main></body></html>`

export function embedding({ test, equal, hold, axe, browser, site }) {
  const policy = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; frame-src 'self'"
  const open = async (options = {}) => {
    const seen = await visit(browser, `${site()}embed.js`, options)
    await seen.page.route('**/docs.html', route => route.fulfill({ body: DOCS, contentType: 'text/html; charset=utf-8', headers: { 'content-security-policy': policy } }))
    await seen.page.goto(`${site()}docs.html`)
    seen.trouble.length = 0
    return seen
  }
  const frame = (page, index) => page.frameLocator('iframe').nth(index)
  const replace = async (page, index, text) => {
    await frame(page, index).locator('.cm-content[aria-label="Resources"]').click()
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText(text)
  }

  test('embedded: an example, its verdict, and whether that is as the page expects', async () => {
    const seen = await open(), { page } = seen
    const first = frame(page, 0)
    await first.locator('.foot .verdict', { hasText: 'Denied' }).waitFor()
    equal(await first.getByText('As this page expects').count(), 1, 'the expectation holds')
    equal(await first.getByRole('tab').allInnerTexts(), ['pod.yaml', 'policy.yaml'], 'the texts')
    hold(await first.locator('.sq.deny').count() > 0, 'the place is marked')
    await first.getByRole('tab', { name: 'policy.yaml' }).click()
    hold(await first.locator('.cm-content[aria-label="Policies"]').isVisible(), 'the policy')
    await first.getByRole('tab', { name: 'pod.yaml' }).click()
    // No scroll bar: the frame is as tall as what is in it.
    await page.waitForFunction(() => { const frame = document.querySelector('iframe'); return Math.abs(frame.clientHeight - frame.contentDocument.querySelector('main.w').offsetHeight) <= 1 })

    await replace(page, 0, 'apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {team: shop}}\nspec:\n  containers:\n  - name: app\n    image: nginx:1.27\n')
    await first.locator('.notice', { hasText: 'This page expects Denied' }).waitFor()
    hold((await first.locator('.notice').innerText()).includes('You changed line'), 'which line')
    await first.locator('.notice').getByRole('button', { name: 'Reset' }).click()
    await first.getByText('As this page expects').waitFor()

    const second = frame(page, 1)
    await second.locator('iframe, .widget').first().scrollIntoViewIfNeeded()
    await second.locator('.widget-verdict', { hasText: 'Denied too many replicas' }).waitFor()
    hold((await second.locator('.term pre').innerText()).startsWith('The deployments "web" is invalid'), 'the server\'s words')
    const link = await second.getByRole('link', { name: 'Open in celgate' }).getAttribute('href')
    hold(link.startsWith(`${site()}index.html#v1.`) || link.startsWith(`${site()}#v1.`), link)
    equal(await page.evaluate(() => Object.keys(localStorage).filter(key => key.startsWith('celgate.draft'))), [], 'no draft is kept')
    equal(seen.trouble, [], 'console, errors, foreign requests')
    await seen.close()
  })

  test('embedded: axe finds nothing, 390 px and dark; nothing sideways at 320 px', async () => {
    for (const options of [{ width: 390, height: 844 }, { scheme: 'dark' }]) {
      const seen = await open(options), { page } = seen
      for (const index of [0, 1]) {
        await page.locator('iframe').nth(index).scrollIntoViewIfNeeded()
        await frame(page, index).locator('.widget .v-deny').first().waitFor()
      }
      for (const inner of page.frames().slice(1)) await axe(inner, `embedded ${JSON.stringify(options)}`)
      await page.setViewportSize({ width: 320, height: 640 })
      equal(await page.evaluate(() => document.documentElement.scrollWidth <= 320), true, 'sideways')
      for (const inner of page.frames().slice(1)) equal(await inner.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'sideways in the frame')
      await seen.close()
    }
  })
}
