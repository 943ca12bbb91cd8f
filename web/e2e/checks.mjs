// Built-in checks in the page: Pod Security in the server's words, findings worst first, fixes as diffs, silence.
import { paste, settled } from './browser.mjs'

const pod = (more = '') => `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
${more}spec:
  containers:
  - name: app
    image: nginx:1.27
`
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: app
        image: nginx:1.27
`

export function checks({ test, equal, hold, open, clean, terminal, text, axe }) {
  const settings = async (page, act) => {
    await page.locator('[data-float=settings]').click()
    await act(page.locator('.settings'))
    await page.keyboard.press('Escape')
    await settled(page)
  }
  const security = page => page.locator('section[aria-label="Pod Security, restricted"]')
  const hardening = page => page.locator('section[aria-label="Hardening"]')

  test('Pod Security: level and version of a namespace that is not pasted, in the server\'s words', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Resources', pod())
    await settled(page, 'not judged')
    await settings(page, float => float.getByRole('radio', { name: 'Restricted' }).click())
    await settled(page, 'Denied')
    hold((await terminal(page)).startsWith('Error from server (Forbidden): error when creating "resources.yaml": pods "web" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false)'), await terminal(page))
    // Before 1.19 nothing asked for a seccomp profile.
    hold((await terminal(page)).includes('seccompProfile'), 'latest asks for a seccomp profile')
    await settings(page, float => float.getByLabel('as of').selectOption('1.18'))
    const old = await terminal(page)
    hold(old.includes('"restricted:v1.18"') && !old.includes('seccompProfile'), old)
    // A workload is let in, with a warning.
    await paste(page, 'Resources', deployment)
    await settled(page, 'Admitted with 1 warning')
    hold((await terminal(page)).startsWith('Warning: would violate PodSecurity "restricted:v1.18": '), await terminal(page))
    // A namespace among the texts has its own say.
    await paste(page, 'Cluster', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n')
    await settled(page, 'not judged')
    equal(await terminal(page), 'deployment.apps/web created', 'no label, no warning')
    clean(seen)
    await seen.close()
  })

  test('a PodSecurityConfiguration pasted as the cluster\'s sets defaults and exemptions', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Resources', pod())
    const configuration = exempt => `apiVersion: pod-security.admission.config.k8s.io/v1
kind: PodSecurityConfiguration
defaults: {enforce: baseline, warn: restricted}
exemptions: {namespaces: [${exempt}]}
`
    await paste(page, 'Cluster', configuration(''))
    await settled(page, 'warning')
    hold((await terminal(page)).startsWith('Warning: would violate PodSecurity "restricted:latest"'), await terminal(page))
    await paste(page, 'Cluster', configuration('shop'))
    await settled(page, 'not judged')
    equal(await terminal(page), 'pod/web created', 'exempt')
    await seen.close()
  })

  test('findings: worst first, the rest folded; a fix is a diff, one click applies it, one undoes it', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Resources', pod())
    await settled(page)
    const rows = await hardening(page).locator('.finding .sev').allInnerTexts()
    const order = ['Critical', 'High', 'Medium', 'Low', 'Info']
    equal(rows, [...rows].sort((a, b) => order.indexOf(a) - order.indexOf(b)), 'worst first')
    const more = hardening(page).getByRole('button', { name: /^Show \d+ more$/ })
    const hidden = Number((await more.innerText()).match(/\d+/)[0])
    await more.click()
    equal(await hardening(page).locator('.finding .sev').count(), rows.length + hidden, 'all of them')

    const before = await text(page, 'Resources')
    const row = security(page).locator('.finding', { hasText: 'allowPrivilegeEscalation != false' })
    await row.getByRole('button', { name: /^Preview fix/ }).click()
    equal(await security(page).locator('.diff .a span').allInnerTexts(), ['    securityContext:', '      allowPrivilegeEscalation: false'], 'the diff')
    equal(await text(page, 'Resources'), before, 'a preview changes nothing')
    await row.getByRole('button', { name: 'Apply fix' }).click()
    await page.waitForFunction(() => !document.querySelector('section[aria-label="Pod Security, restricted"]').innerText.includes('allowPrivilegeEscalation'))
    hold((await text(page, 'Resources')).includes('      allowPrivilegeEscalation: false'), 'the text has it')
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await page.waitForFunction(() => document.querySelector('section[aria-label="Pod Security, restricted"]').innerText.includes('allowPrivilegeEscalation'))
    equal(await text(page, 'Resources'), before, 'undone')
    equal(await page.getByRole('button', { name: 'Undo', exact: true }).count(), 0, 'and no more to undo')
    clean(seen)
    await seen.close()
  })

  test('all fixes are previewed at once; applied one by one they satisfy restricted', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Resources', pod())
    await settled(page)
    await page.getByRole('button', { name: /^Preview all \d fixes$/ }).first().click()
    hold(await security(page).locator('.diff').count() >= 4, 'the diffs')
    for (let n = 0; n < 8 && await security(page).count(); n++) {
      const apply = security(page).getByRole('button', { name: 'Apply fix' })
      if (!await apply.count()) await security(page).getByRole('button', { name: /^Preview fix/ }).first().click()
      const rows = await security(page).locator('.finding').count()
      await apply.first().click()
      await page.waitForFunction(rows => {
        const section = document.querySelector('section[aria-label="Pod Security, restricted"]')
        return !section || section.querySelectorAll('.finding').length < rows
      }, rows)
      await settled(page)
    }
    equal(await security(page).count(), 0, 'nothing is left')
    await settings(page, float => float.getByRole('radio', { name: 'Restricted' }).click())
    await settled(page, 'not judged')
    equal(await terminal(page), 'pod/web created', 'restricted lets it in')
    await seen.close()
  })

  test('a check is silenced for the scenario, and by an annotation', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Resources', pod())
    await settled(page)
    const ids = () => hardening(page).locator('.finding').evaluateAll(list => list.map(row => row.querySelector('.meta .sev + span')?.textContent).filter(Boolean))
    const [first] = await ids()
    await hardening(page).locator('.finding').first().getByRole('button', { name: /^(Why|Preview fix)/ }).click()
    await page.getByRole('button', { name: 'Silence this check' }).click()
    await page.waitForFunction(first => !document.querySelector('section[aria-label="Hardening"]').innerText.includes(first), first)
    equal(await page.locator('.bar .chip').innerText().then(text => text.replace(/^Reset\s*/, '').trim()), `${first} silenced`, 'chip')
    await page.locator('.bar .chip').click()
    await page.waitForFunction(first => document.querySelector('section[aria-label="Hardening"]').innerText.includes(first), first)
    await paste(page, 'Resources', pod(`  annotations: {celgate.dev/silence: ${first}}\n`))
    await settled(page)
    hold(!(await ids()).includes(first), 'the annotation silences it')
    await seen.close()
  })

  test('trusted registries and completeness are settings', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Resources', pod())
    await settled(page)
    const all = async () => {
      const more = hardening(page).getByRole('button', { name: /^Show \d+ more$/ })
      if (await more.count()) await more.click()
      return hardening(page).innerText()
    }
    const before = await all()
    await settings(page, async float => {
      await float.getByLabel('Trusted registries').fill('registry.example.com')
      await page.keyboard.press('Enter')
    })
    const asked = await all()
    hold(asked !== before && /registry/i.test(asked.replaceAll(before, '')), 'an image from elsewhere is told')
    await seen.close()
  })

  test('axe finds nothing among findings: dark, 390 px', async () => {
    for (const options of [{ scheme: 'dark' }, { width: 390, height: 844 }]) {
      const seen = await open(options), { page } = seen
      if (options.width) await page.locator('.mtab', { hasText: 'Resources' }).click()
      const editor = page.locator('.cm-content[aria-label="Resources"]')
      await editor.click()
      await page.keyboard.insertText(pod())
      if (options.width) await page.locator('.mtab', { hasText: 'Answer' }).click()
      await settled(page)
      for (const name of [/^Preview all/, /^Show \d+ more/]) await page.getByRole('button', { name }).first().click()
      await page.getByRole('button', { name: 'Why' }).first().click()
      await axe(page, `findings ${JSON.stringify(options)}`)
      if (options.width) {
        await page.setViewportSize({ width: 320, height: 640 })
        equal(await page.evaluate(() => Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll('.answer .scroll')].map(e => e.scrollWidth))), 320, 'sideways')
      }
      await seen.close()
    }
  })
}
