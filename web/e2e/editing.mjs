// Writing CEL in the page: completion, what a word means, type checks at the column, the reference, lessons, explain.
import { paste, settled, visit } from './browser.mjs'

const POLICY = expression => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: written
spec:
  paramKind: {apiVersion: example.com/v1, kind: Limit}
  matchConstraints:
    resourceRules:
    - {apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["deployments"]}
  variables:
  - name: pod
    expression: object.spec.template.spec
  validations:
  - expression: >-
      ${expression}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: limits.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Limit, plural: limits}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {maxReplicas: {type: integer}}}}
`

export function editing({ test, equal, hold, open, clean, squiggles, text, axe, site }) {
  const list = '.cm-tooltip-autocomplete'
  const options = page => page.locator(`${list} .cm-completionLabel`).allInnerTexts()
  // Puts the caret behind the last place where the policy says so.
  const caret = async (page, after) => {
    await page.locator('.cm-content[aria-label="Policies"] .cm-line', { hasText: after }).first().click()
    await page.keyboard.press('End')
  }
  const write = async (page, expression) => {
    await paste(page, 'Policies', POLICY('PLACE'))
    await caret(page, 'PLACE')
    for (let n = 0; n < 5; n++) await page.keyboard.press('Backspace')
    await page.keyboard.type(expression, { delay: 5 })
  }

  test('completion: fields by schema, variables, params, macros and what they bind', async () => {
    const seen = await open(), { page } = seen
    const cases = [
      ['obj', ['object'], []],
      ['object.spec.', ['replicas', 'template', 'strategy'], ['containers']],
      ['object.spec.template.spec.containers.all(c, c.', ['image', 'securityContext', 'ports'], ['template']],
      ['variables.', ['pod'], []],
      ['variables.pod.containers[0].', ['image'], []],
      ['params.', ['maxReplicas'], ['spec']],
      ['request.userInfo.', ['username', 'groups'], []],
      ['authorizer.', ['requestResource', 'group'], []],
      ["'a'.", ['startsWith', 'matches'], ['all']],
    ]
    for (const [expression, wanted, absent] of cases) {
      await write(page, expression)
      await page.waitForFunction(([list, wanted]) => {
        const labels = [...document.querySelectorAll(`${list} .cm-completionLabel`)].map(label => label.textContent)
        return wanted.every(name => labels.includes(name))
      }, [list, wanted], { timeout: 8000 }).catch(async () => { throw new Error(`${expression}: ${wanted} among ${await options(page)}`) })
      const labels = await options(page)
      for (const name of absent) hold(!labels.includes(name), `${expression}: ${name} is offered`)
      await page.keyboard.press('Escape')
      await page.waitForSelector(list, { state: 'detached' })
    }
    clean(seen)
    await seen.close()
  })

  test('completion writes calls, and says what functions do', async () => {
    const seen = await open(), { page } = seen
    await write(page, 'object.spec.template.spec.containers.al')
    await page.waitForSelector(`${list} [aria-selected]`)
    // Keys that come right after the list opens are not meant for it.
    await page.waitForTimeout(150)
    await page.keyboard.press('Enter')
    await page.keyboard.type('c')
    await page.keyboard.press('Tab')
    await page.keyboard.type('c.image.startsW', { delay: 5 })
    await page.waitForSelector(`${list} [aria-selected]`)
    await page.waitForFunction(() => document.querySelector('.cm-completionInfo')?.textContent.includes('string.startsWith(string) -> bool'))
    const info = await page.locator('.cm-completionInfo').innerText()
    hold(info.includes('→ true'), `an example: ${info}`)
    await page.waitForTimeout(150)
    await page.keyboard.press('Enter')
    await page.keyboard.type("'registry.example/'")
    hold((await text(page, 'Policies')).includes("object.spec.template.spec.containers.all(c, c.image.startsWith('registry.example/'))"), `written: ${(await text(page, 'Policies')).split('\n')[15]}`)
    clean(seen)
    await seen.close()
  })

  test('what a word means: under the pointer, and with the keyboard', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Policies', POLICY('object.spec.template.spec.containers.all(c, c.image.matches(variables.pod.hostname))'))
    // The pointer over a word of the first line that has it.
    const over = async word => {
      const box = await page.locator('.cm-content[aria-label="Policies"]').evaluate((content, word) => {
        const walk = document.createTreeWalker(content, NodeFilter.SHOW_TEXT)
        for (let node; (node = walk.nextNode());) {
          const at = node.data.indexOf(word)
          if (at < 0 || !node.parentElement.closest('.cel, .isl')) continue
          const range = document.createRange()
          range.setStart(node, at); range.setEnd(node, at + word.length)
          const { x, y, width, height } = range.getBoundingClientRect()
          return { x: x + width / 2, y: y + height / 2 }
        }
      }, word)
      await page.mouse.move(5, 5)
      await page.mouse.move(box.x, box.y)
    }
    for (const [word, wanted] of [['matches', 'string.matches(string) -> bool'], ['containers', 'containers: list(object)'], ['image', 'image: string'], ['all', 'e.all(x, predicate)']]) {
      await over(word)
      await page.waitForFunction(wanted => document.querySelector('.cm-tooltip-hover .ed-card')?.textContent.includes(wanted), wanted, { timeout: 8000 })
        .catch(async () => { throw new Error(`${word}: ${await page.locator('.cm-tooltip').allInnerTexts()}`) })
    }
    await page.mouse.move(5, 5)
    await page.waitForSelector('.ed-card', { state: 'detached' })
    await caret(page, 'matches')
    for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Control+i')
    await page.waitForFunction(() => document.querySelector('.ed-card')?.textContent.includes('hostname: string'))
    hold((await page.locator('.cm-announced').allInnerTexts()).join(' ').includes('hostname: string'), 'it is announced')
    await page.keyboard.press('Escape')
    await page.waitForSelector('.ed-card', { state: 'detached' })
    clean(seen)
    await seen.close()
  })

  test('what the controller will warn of is marked at its column', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Policies', POLICY("object.spec.replcias < 5 && object.spec.replicas < 'five'"))
    await paste(page, 'Resources', 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}}\n')
    await settled(page)
    const marked = await page.locator('.cm-content[aria-label="Policies"] .sq.warn').allInnerTexts()
    hold(marked.join('').includes('replcias'), `the field is marked: ${marked}`)
    hold(!marked.join('').includes('&&'), `and nothing else: ${marked}`)
    const problems = await page.locator('.answer').innerText()
    hold(problems.includes("undefined field 'replcias'") || await page.locator('.status').innerText().then(text => text.includes('undefined field')), 'its text')
    await caret(page, 'replcias')
    await paste(page, 'Policies', POLICY('object.spec.replicas < 5'))
    await settled(page)
    equal(await squiggles(page, 'Policies', 'warn').then(marks => marks.includes('replicas')), false, 'corrected, it is gone')
    clean(seen)
    await seen.close()
  })

  for (const width of [1440, 390]) test(`the reference: search, links, no violation, ${width} px`, async () => {
    const seen = await visit(test.browser, site() + 'reference.html', { width, height: 844 }), { page } = seen
    const shown = () => page.locator('article:visible h3 a').allInnerTexts()
    hold((await shown()).length > 100, 'every function')
    await page.getByLabel('Find').fill('sortby')
    equal(await shown(), ['sortBy', 'sort'].filter(name => name === 'sortBy'), 'found by name')
    hold((await page.locator('article:visible').innerText()).includes('Kubernetes 1.34'), 'since')
    await page.getByLabel('Find').fill('nothing has this')
    hold(await page.locator('#nothing').isVisible(), 'nothing is said to be found')
    await page.getByLabel('Find').fill('')
    await page.goto(site() + 'reference.html#startsWith')
    equal(await page.evaluate(() => document.querySelector(':target h3 a')?.textContent), 'startsWith', 'an address of a function')
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme)
    // A dozen entries are like all the others, and quicker to look at.
    await page.getByLabel('Find').fill('optional')
    await page.locator('#theme').click()
    equal(await theme(), 'dark', 'dark')
    await axe(page, 'reference, dark')
    await page.locator('#theme').click()
    await axe(page, 'reference, light')
    await page.getByLabel('Find').fill('')
    await page.setViewportSize({ width: 320, height: 640 })
    equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, 'nothing scrolls sideways')
    clean(seen)
    await seen.close()
  })

  test('a lesson: its goal, a live check, passed by editing, remembered', async () => {
    const seen = await open({}, '#example=guard'), { page } = seen
    const lesson = page.locator('section[aria-label="Lesson"]')
    await lesson.waitFor()
    await settled(page)
    const meter = async count => {
      await page.waitForFunction(count => document.querySelector('section[aria-label="Lesson"] .meter + .small')?.textContent.startsWith(`${count} of`), count, { timeout: 8000 })
        .catch(async () => { throw new Error(`${count} hold: ${await lesson.innerText()}`) })
    }
    await meter(3)
    hold(await page.locator('.bar .tag').innerText() === 'Lesson', 'the tag')
    await axe(page, 'lesson')
    // The manifests are not to be changed: it is seen at once, and undone.
    const before = await text(page, 'Resources')
    await paste(page, 'Resources', before + '\n# more')
    await meter(2)
    await page.getByRole('button', { name: 'Undo: Resources' }).click()
    await meter(3)
    // The guard turned around, by hand.
    const policies = await text(page, 'Policies')
    const from = policies.indexOf('      object.spec.containers.all'), to = policies.indexOf('    message:')
    await paste(page, 'Policies', policies.slice(0, from) + '      object.spec.containers.all(c, c.?securityContext.?readOnlyRootFilesystem.orValue(false))\n' + policies.slice(to))
    await page.waitForFunction(() => document.querySelector('section[aria-label="Lesson"] h2')?.textContent.startsWith('Passed'), null, { timeout: 8000 })
      .catch(async () => { throw new Error(`not passed: ${await lesson.innerText()}`) })
    await page.waitForFunction(() => [...document.querySelectorAll('[role=status]')].some(status => status.textContent.includes('The lesson is passed')))
    // The palette remembers, and the next one is a click away.
    await page.keyboard.press('Control+k')
    await page.getByRole('option', { name: /A guard that lets everything pass.*4 of 4/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Next:/ }).click()
    await page.waitForFunction(() => document.querySelector('section[aria-label="Lesson"] h2')?.textContent === 'A policy that nobody asked')
    await page.getByRole('button', { name: 'Show a solution' }).click()
    await page.waitForFunction(() => document.querySelector('section[aria-label="Lesson"] h2')?.textContent.startsWith('Passed'))
    clean(seen)
    await seen.close()
  })

  test('explain: what was skipped, where it stops, fields beside the path, keys', async () => {
    const seen = await open({}, '#example=no-latest'), { page } = seen
    await settled(page, 'Denied')
    await page.getByRole('button', { name: 'Explain in full' }).first().click()
    hold((await page.locator('section[aria-label="Iterations"] .sec-h').innerText()).includes('stops at the first false'), 'where it stops')
    const rows = await page.locator('.turns tbody tr').allInnerTexts()
    hold(/skipped/.test(rows[0]), `the skipped call: ${rows[0]}`)
    hold(/quay\.io/.test(rows[2]), `the element that was never visited: ${rows[2]}`)
    const fields = () => page.locator('.reads tbody tr').allInnerTexts().then(rows => rows.map(row => row.replace(/\s+/g, ' ').trim()))
    equal((await fields()).length, 2, 'fields on the deciding path')
    await page.getByRole('radio', { name: 'All values' }).click()
    const all = (await fields()).join('\n')
    hold(all.includes('spec.containers list of 3') && all.includes('spec.containers[0].image') && /spec\.initContainers not read absent/.test(all), `all fields: ${all}`)
    hold(/Each element adds about \d+\./.test(await page.locator('section[aria-label="Cost"]').innerText()), 'what an element costs')
    // Keys go through the values, and each is lit in the editor.
    await page.locator('.xp').first().focus()
    await page.keyboard.press('ArrowRight')
    await page.waitForSelector('.cm-content[aria-label="Policies"] .lit')
    const first = await page.locator('.lit').allInnerTexts()
    await page.keyboard.press('End')
    hold(JSON.stringify(await page.locator('.lit').allInnerTexts()) !== JSON.stringify(first), 'another value is lit')
    await axe(page, 'explain, all values')
    clean(seen)
    await seen.close()
  })
}
