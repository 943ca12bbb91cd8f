// Large texts and the time they take. The figures are printed; the bounds are wide, because machines of a CI are slow.
import { paste, settled } from './browser.mjs'

const policy = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: no-latest}
spec:
  matchConstraints:
    resourceRules:
    - {apiGroups: ["", "apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods", "deployments"]}
  validations:
  - expression: "!has(object.spec.containers) || object.spec.containers.all(c, !c.image.endsWith(':latest'))"
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: no-latest-binding}
spec: {policyName: no-latest, validationActions: [Deny]}
`
const kinds = [
  n => `apiVersion: v1\nkind: Pod\nmetadata: {name: pod-${n}, namespace: shop}\nspec:\n  containers:\n  - name: app\n    image: registry.example.com/app:${n % 7 ? n : 'latest'}\n    ports:\n    - containerPort: 8080\n    resources:\n      limits: {memory: 64Mi}\n`,
  n => `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web-${n}, namespace: shop}\nspec:\n  replicas: 3\n  selector:\n    matchLabels: {app: web-${n}}\n  template:\n    metadata:\n      labels: {app: web-${n}}\n    spec:\n      containers:\n      - name: app\n        image: nginx:1.27\n        securityContext:\n          allowPrivilegeEscalation: false\n`,
  n => `apiVersion: v1\nkind: Service\nmetadata: {name: service-${n}, namespace: shop}\nspec:\n  selector: {app: web-${n}}\n  ports:\n  - port: 80\n    targetPort: 8080\n`,
  n => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings-${n}, namespace: shop}\ndata:\n  one: "1"\n  two: "2"\n`,
]
const manifests = count => Array.from({ length: count }, (_, n) => kinds[n % kinds.length](n)).join('---\n')

export function weight({ test, equal, hold, open, clean }) {
  // What the page itself measured around the engine, in the worker.
  const judged = page => page.evaluate(() => {
    const [, number, unit] = document.querySelector('.status').innerText.match(/Judged in ([\d.]+) (ms|s)/)
    return Number(number) * (unit === 's' ? 1000 : 1)
  })

  test('200 manifests are judged in the worker in time', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Policies', policy)
    await paste(page, 'Resources', manifests(200))
    await settled(page, 'Denied')
    await page.waitForFunction(() => document.querySelectorAll('.reqs .req').length === 200)
    const times = []
    for (let turn = 0; turn < 5; turn++) {
      await page.keyboard.press('Control+Enter')
      await settled(page, 'Denied')
      times.push(await judged(page))
    }
    times.sort((a, b) => a - b)
    console.log(`  200 manifests: ${times.join(', ')} ms in the worker`)
    hold(times[0] <= 400, `the quickest took ${times[0]} ms`)
    clean(seen)
    await seen.close()
  })

  test('a paste of 5,000 lines leaves the page responsive', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Policies', policy)
    const text = manifests(600).split('\n').slice(0, 5000).join('\n')
    await page.evaluate(() => {
      window.gap = 0
      let last = performance.now()
      const tick = () => { const now = performance.now(); window.gap = Math.max(window.gap, now - last); last = now; window.timer = setTimeout(tick, 10) }
      tick()
    })
    const started = Date.now()
    await paste(page, 'Resources', text)
    await settled(page)
    await page.waitForFunction(() => document.querySelectorAll('.reqs .req').length > 300)
    const answered = Date.now() - started
    // One key: how long until the letter stands there.
    await page.locator('.cm-content[aria-label="Resources"]').click()
    await page.keyboard.press('Control+Home')
    const key = await page.evaluate(async () => {
      const editor = document.querySelector('.cm-content[aria-label="Resources"]')
      const seen = new Promise(done => new MutationObserver((_, observer) => { observer.disconnect(); done(performance.now()) }).observe(editor, { subtree: true, childList: true, characterData: true }))
      const before = performance.now()
      document.execCommand('insertText', false, '#')
      return await seen - before
    })
    await settled(page)
    const gap = await page.evaluate(() => { clearTimeout(window.timer); return window.gap })
    console.log(`  5,000 lines: answered after ${answered} ms, a key is there after ${Math.round(key)} ms, the longest the page was busy ${Math.round(gap)} ms`)
    hold(key < 300, `a key took ${key} ms`)
    hold(gap < 2500, `the page was busy for ${gap} ms`)
    clean(seen)
    await seen.close()
  })
}
