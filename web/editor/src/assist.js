// Help with writing CEL: completion, and what a word means (under the pointer, or with Ctrl I at the caret). What there is
// and of what type, the engine says; what functions do, `reference.json` says, fetched when it is first asked for.
import { autocompletion, snippet } from '@codemirror/autocomplete'
import { ensureSyntaxTree } from '@codemirror/language'
import { EditorView, hoverTooltip, keymap, showTooltip } from '@codemirror/view'
import { Prec, StateEffect, StateField } from '@codemirror/state'

const bytes = new TextEncoder()
let entries
const texts = () => entries ??= fetch('reference.json').then(response => response.ok ? response.json() : []).catch(() => [])

// The grammar's name of the whole of an expression.
function inExpression(state, at) {
  const tree = ensureSyntaxTree(state, at, 100)
  // Not parsed in time: the engine will know.
  if (!tree) return true
  for (const side of [-1, 1]) for (let node = tree.resolveInner(at, side); node; node = node.parent) {
    if (node.name === 'String' || node.name === 'Comment') return false
    if (node.name === 'Expression') return true
  }
  return false
}

async function entryOf({ label, kind, detail }) {
  if (kind === 'variable') return (await texts()).find(entry => entry.kind === kind && entry.name === label) ?? null
  if (kind !== 'function' && kind !== 'macro') return null
  const named = (await texts()).filter(entry => entry.kind === kind && (entry.name === label || entry.name.endsWith('.' + label)))
  return named.find(entry => entry.signatures.includes(detail)) ?? named.find(entry => entry.name === label) ?? null
}

const element = (name, cls, ...parts) => {
  const made = document.createElement(name)
  if (cls) made.className = cls
  made.append(...parts)
  return made
}

// What is known of a name: signatures or type, since when, what it does, an example, where there is more.
function card(item, entry) {
  const dom = element('div', 'ed-card')
  const called = item.kind === 'function' || item.kind === 'macro'
  const lines = called && entry ? entry.signatures : [item.kind === 'keyword' ? item.detail : `${item.label}: ${item.detail}`]
  // The signature that is meant comes first.
  for (const line of [item.detail, ...lines.filter(line => line !== item.detail)].slice(called ? 0 : 1, 5)) dom.append(element('div', 'mono', line))
  if (!entry) return dom
  if (lines.length > 5) dom.append(element('div', 't3', `and ${lines.length - 5} more`))
  dom.append(element('p', '', entry.doc.replaceAll('`', '')))
  if (entry.since) dom.append(element('p', 't2', `New expressions may use it from Kubernetes ${entry.since} on.`))
  const [example] = entry.examples
  if (example && called) dom.append(element('div', 'mono t2', `${example.expression} → ${example.error ? 'error: ' : ''}${example.result}`))
  const more = element('a', '', 'Reference')
  more.href = `reference.html#${entry.id}`
  more.target = '_blank'
  more.rel = 'noopener'
  dom.append(more)
  return dom
}
const spoken = (item, entry) => [entry && item.kind !== 'variable' ? item.detail : `${item.label}: ${item.detail}`, entry?.doc.replaceAll('`', ''), entry?.since && `since Kubernetes ${entry.since}`].filter(Boolean).join('. ')

// What is written when a completion is chosen: calls with their arguments to fill in.
function apply({ label, kind, detail }) {
  if (kind !== 'function' && kind !== 'macro') return undefined
  const inside = detail.match(/\((.*)\)(?: -> .*)?$/)?.[1] ?? ''
  const called = detail.slice(0, detail.indexOf('(') + 1).endsWith(`${label}(`)
  return (view, completion, from, to) => {
    const after = view.state.sliceDoc(to, to + 1)
    if (after === '(' || !called) return view.dispatch({ changes: { from, to, insert: label }, selection: { anchor: from + label.length } })
    const fields = kind === 'macro' && !inside.includes('{') && label !== 'has' ? inside.split(', ').map(name => '${' + name + '}').join(', ') : inside ? '${}' : ''
    snippet(`${label}(${fields})`)(view, completion, from, to)
  }
}

const BOOST = { field: 50, variable: 40, macro: 20, function: 10, namespace: 0, keyword: -10 }

export function assist(ask) {
  const once = (state, at, hover) => new Promise(done => ask(hover, bytes.encode(state.sliceDoc(0, at)).length, done)).then(JSON.parse)
  // A worker that was replaced meanwhile says so.
  const question = async (state, at, hover) => {
    const answer = await once(state, at, hover)
    return answer === 'again' ? once(state, at, hover).then(answer => answer === 'again' ? null : answer) : answer
  }

  async function complete(context) {
    const begun = context.matchBefore(/\w+/), before = context.state.sliceDoc(context.pos - 2, context.pos)
    if (!context.explicit && !(begun && !/^\d/.test(begun.text)) && !/\.\??$/.test(before)) return null
    if (!context.explicit && !inExpression(context.state, context.pos)) return null
    const answer = await question(context.state, context.pos, false)
    // Not null: CodeMirror would not ask again for what was typed meanwhile.
    if (!answer) return { from: context.pos, options: [], validFor: /^$/ }
    return {
      from: context.pos - answer.begun, validFor: /^\w*$/,
      options: answer.items.map(item => ({
        label: item.label, type: item.kind, detail: item.kind === 'field' || item.kind === 'variable' ? item.detail : '', boost: BOOST[item.kind], apply: apply(item),
        info: item.kind === 'keyword' || item.kind === 'namespace' ? undefined : async () => card(item, await entryOf(item)),
      })),
    }
  }

  async function describe(view, at) {
    const line = view.state.doc.lineAt(at)
    const is = index => /\w/.test(line.text[index] ?? '')
    let from = at - line.from, to = from
    while (is(from - 1)) from--
    while (is(to)) to++
    if (from === to || /\d/.test(line.text[from]) || !inExpression(view.state, line.from + to)) return null
    const doc = view.state.doc
    const item = await question(view.state, line.from + to, true)
    if (!item || view.state.doc !== doc) return null
    return { from: line.from + from, to: line.from + to, item, entry: await entryOf(item) }
  }

  const hover = hoverTooltip(async (view, at) => {
    const found = await describe(view, at)
    return found && { pos: found.from, end: found.to, above: true, create: () => ({ dom: card(found.item, found.entry) }) }
  }, { hoverTime: 300 })

  const setShown = StateEffect.define()
  const shown = StateField.define({
    create: () => null,
    update(value, tr) {
      for (const effect of tr.effects) if (effect.is(setShown)) return effect.value
      return tr.docChanged || tr.selection ? null : value
    },
    provide: field => showTooltip.from(field),
  })
  const explain = view => {
    describe(view, view.state.selection.main.head).then(found => view.dispatch({
      effects: found
        ? [setShown.of({ pos: found.from, above: true, create: () => ({ dom: card(found.item, found.entry) }) }), EditorView.announce.of(spoken(found.item, found.entry))]
        : [setShown.of(null), EditorView.announce.of('Nothing is known of this word')],
    }))
    return true
  }
  const close = view => {
    if (!view.state.field(shown)) return false
    view.dispatch({ effects: setShown.of(null) })
    return true
  }
  return [
    autocompletion({ override: [complete], icons: false, maxRenderedOptions: 60, activateOnTypingDelay: 60, optionClass: ({ type }) => `k-${type}` }),
    hover, shown, Prec.highest(keymap.of([{ key: 'Mod-i', run: explain, preventDefault: true }, { key: 'Escape', run: close }])),
  ]
}
