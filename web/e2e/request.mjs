// What a request is made of, and what the server makes of an object on the way to the policies: each is changed in the page, and
// the answer follows.
import { paste, settled } from './browser.mjs'

const binding = (name, more = '') => `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: ${name}-binding}
spec: {policyName: ${name}, validationActions: [Deny]${more}}
`
const policy = (name, { operations = 'CREATE, UPDATE', resources = 'configmaps', group = '', expression, more = '', bound = '' }) => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: ${name}}
spec:
${more}  matchConstraints:
    resourceRules:
    - {apiGroups: ["${group}"], apiVersions: ["*"], operations: [${operations}], resources: ["${resources}"]}
  validations:
  - expression: ${JSON.stringify(expression)}
${binding(name, bound)}`
const config = (data, namespace = 'shop') => `apiVersion: v1
kind: ConfigMap
metadata: {name: limits, namespace: ${namespace}}
data: {${data}}
`

export function requests({ test, equal, hold, open, clean, head, terminal, axe }) {
  const settings = page => page.locator('[data-float=settings]').click()
  const operation = async (page, word) => {
    await settings(page)
    await page.locator('.settings').getByRole('radio', { name: word, exact: true }).click()
    await page.keyboard.press('Escape')
  }
  // The lines of the diff in a section: `+ path: value`.
  const lines = (page, section) => page.locator(`section[aria-label="${section}"] .diff .a, section[aria-label="${section}"] .diff .d`)
    .evaluateAll(list => list.map(line => line.querySelector('i').textContent + ' ' + line.querySelector('span').textContent))

  test('params: the object that the binding names, and what happens without it', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Policies', policy('at-most', {
      expression: 'int(object.data.replicas) <= int(params.data.most)', more: '  paramKind: {apiVersion: v1, kind: ConfigMap}\n',
      bound: ', paramRef: {name: allowed, namespace: rules, parameterNotFoundAction: Deny}',
    }))
    await paste(page, 'Resources', config('replicas: "7"'))
    const allowed = most => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: allowed, namespace: rules}\ndata: {most: "${most}"}\n`
    await paste(page, 'Cluster', allowed(5))
    await settled(page, 'Denied')
    hold((await page.locator('.pipe .step', { hasText: 'Params' }).innerText()).includes('allowed'), 'the step names the param')
    await paste(page, 'Cluster', allowed(9))
    await settled(page, 'Admitted')
    await paste(page, 'Cluster', '# nothing\n')
    await settled(page, 'Denied')
    hold((await terminal(page)).includes("no params found for policy binding with `Deny` parameterNotFoundAction"), await terminal(page))
    clean(seen)
    await seen.close()
  })

  test('namespace: of the request, and its labels for selectors and expressions', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Policies', policy('no-prod', { expression: "namespaceObject.metadata.labels.?stage.orValue('') != 'prod'" }))
    await paste(page, 'Resources', config('a: b').replace(', namespace: shop', ''))
    await paste(page, 'Cluster', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: live, labels: {stage: prod}}\n')
    await settled(page, 'Admitted')
    await settings(page)
    await page.getByLabel('Namespace').fill('live')
    await settled(page, 'Denied')
    await page.keyboard.press('Escape')
    equal(await page.locator('.bar .chip').innerText().then(text => text.replace(/^Reset\s*/, '').trim()), 'namespace live', 'chip')
    await page.locator('.bar .chip').click()
    await settled(page, 'Admitted')
    await seen.close()
  })

  test('user: groups of the request decide, and roles through the authorizer', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Policies', policy('owners', { expression: "'owners' in request.userInfo.groups || authorizer.group('').resource('configmaps').namespace('shop').check('delete').allowed()" }))
    await paste(page, 'Resources', config('a: b'))
    await settled(page, 'Denied')
    await settings(page)
    await page.getByLabel('Groups').fill('owners')
    await page.keyboard.press('Enter')
    await settled(page, 'Admitted')
    await page.getByRole('button', { name: 'Reset all' }).click()
    await settled(page, 'Denied')
    await page.getByLabel('User').fill('alice')
    await page.keyboard.press('Escape')
    await paste(page, 'Cluster', `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: keeper, namespace: shop}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [delete]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: keepers, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: keeper}
subjects: [{kind: User, name: alice, apiGroup: rbac.authorization.k8s.io}]
`)
    await settled(page, 'Admitted')
    clean(seen)
    await seen.close()
  })

  test('UPDATE: a pair of documents, what it changes, and oldObject', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Policies', policy('no-less', { expression: 'oldObject == null || int(object.data.replicas) >= int(oldObject.data.replicas)' }))
    await paste(page, 'Resources', config('replicas: "2", note: new'))
    await settled(page, 'Admitted')
    equal(await terminal(page), 'configmap/limits created', 'created')
    await paste(page, 'Cluster', config('replicas: "3"'))
    await settled(page, 'Denied')
    equal((await lines(page, 'What the update changes')).sort(), ['+ data.note: new', '+ data.replicas: "2"', '- data.replicas: "3"'], 'what it changes')
    await axe(page, 'update')
    await paste(page, 'Resources', config('replicas: "3"'))
    await settled(page, 'Admitted')
    equal(await lines(page, 'What the update changes'), [], 'nothing')
    equal(await terminal(page), 'configmap/limits replaced', 'what kubectl prints')
    await operation(page, 'Create')
    await settled(page, 'Admitted')
    equal(await page.locator('section[aria-label="What the update changes"]').count(), 0, 'a CREATE changes nothing')
    clean(seen)
    await seen.close()
  })

  test('DELETE: the old object is judged, object is null', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Policies', policy('keep', { operations: 'DELETE', expression: "oldObject.data.?keep.orValue('') != 'yes' && object == null" }))
    await paste(page, 'Resources', config('keep: "yes"'))
    await settled(page, 'not judged')
    await operation(page, 'Delete')
    await settled(page, 'Denied')
    hold((await terminal(page)).includes("ValidatingAdmissionPolicy 'keep' with binding 'keep-binding' denied request"), await terminal(page))
    await paste(page, 'Resources', config('keep: "no"'))
    await settled(page, 'Admitted')
    equal(await terminal(page), 'configmap "limits" deleted from shop namespace', 'what kubectl prints')
    await seen.close()
  })

  test('subresource and dry run: scale has its own rules', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Policies', policy('dry', { resources: 'configmaps', expression: '!request.dryRun' }))
    await paste(page, 'Resources', config('a: b'))
    await settled(page, 'Admitted')
    await settings(page)
    await page.getByLabel('Dry run').check()
    await settled(page, 'Denied')
    await page.getByLabel('Dry run').uncheck()
    await settled(page, 'Admitted')
    await page.getByLabel('Subresource').selectOption('status')
    await settled(page, 'not judged')
    await page.keyboard.press('Escape')
    equal(await page.locator('.bar .chip').innerText().then(text => text.replace(/^Reset\s*/, '').trim()), 'subresource status', 'chip')
    await seen.close()
  })

  test('defaults: what the server adds and drops is listed, and can be switched off', async () => {
    const seen = await open(), { page } = seen
    await paste(page, 'Policies', policy('typed', { resources: 'services', expression: "object.spec.?type.orValue('none') != 'ClusterIP'" }))
    await paste(page, 'Resources', 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {}\n  ports:\n  - port: 80\n')
    await settled(page, 'Denied')
    await page.getByRole('button', { name: /^The object as admission sees it/ }).click()
    const list = await lines(page, 'The object as admission sees it')
    for (const line of ['+ spec.type: ClusterIP', '+ spec.ports[0].protocol: TCP', '+ spec.ports[0].targetPort: 80', '- spec.selector: {}']) {
      hold(list.includes(line), `no ${line} in ${JSON.stringify(list)}`)
    }
    hold(!list.some(line => line.includes('spec.ports[0].port:')), 'what was written is no change')
    await page.getByRole('button', { name: 'Show the whole object' }).click()
    hold((await page.locator('pre.seen').innerText()).includes('sessionAffinity: None'), 'the whole object')
    await axe(page, 'defaults')
    await page.getByRole('button', { name: "Judge it without the server's defaults" }).click()
    await settled(page, 'Admitted')
    equal(await lines(page, 'The object as admission sees it'), [], 'nothing is added')
    await page.locator('.bar .chip', { hasText: 'without defaults' }).click()
    await settled(page, 'Denied')
    clean(seen)
    await seen.close()
  })

  test('request settings: no axe violation, nothing sideways at 320 px, keys alone', async () => {
    for (const options of [{}, { scheme: 'dark' }, { width: 390, height: 844 }]) {
      const seen = await open(options, '#example=no-latest'), { page } = seen
      await settled(page, 'Denied')
      await page.getByRole('button', { name: /^Cluster/ }).locator('visible=true').first().click()
      await page.getByRole('radio', { name: 'Restricted' }).click()
      await settled(page)
      await axe(page, `settings ${JSON.stringify(options)}`)
      if (options.width) {
        await page.setViewportSize({ width: 320, height: 640 })
        equal(await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.querySelector('.float').scrollWidth)) <= 320, true, 'sideways')
      } else {
        await page.getByRole('radio', { name: 'Restricted' }).focus()
        await page.keyboard.press('ArrowLeft')
        equal(await page.getByRole('radio', { name: 'Baseline' }).getAttribute('aria-checked'), 'true', 'arrow keys choose')
      }
      await seen.close()
    }
  })
}
