// The text editor of the page, as a global: create(host, …, onChange, onAsk) -> handle. All text and marks come from Rust.
import { Annotation, Compartment, EditorState } from '@codemirror/state'
import { EditorView, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter, drawSelection, placeholder, highlightSpecialChars } from '@codemirror/view'
import { defaultKeymap, history, historyKeymap, indentWithTab, undo, redo } from '@codemirror/commands'
import { indentOnInput, indentUnit } from '@codemirror/language'
import { searchKeymap, search, highlightSelectionMatches } from '@codemirror/search'
import { yamlWithCel } from './language.js'
import { marks, setMarks, setLit } from './marks.js'
import { assist } from './assist.js'

const fromRust = Annotation.define()
// The page has its own meaning for these.
const ours = new Set(['Mod-Enter', 'Alt-l', 'Mod-i', 'F3', 'Mod-Alt-g'])
const keys = [...defaultKeymap.filter(k => !ours.has(k.key)), ...historyKeymap, ...searchKeymap.filter(k => !ours.has(k.key)), indentWithTab]

export function create(host, label, hint, doc, onChange, onAsk) {
  const wrap = new Compartment()
  const view = new EditorView({
    parent: host,
    state: EditorState.create({
      doc,
      extensions: [
        marks, lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), highlightSpecialChars(), drawSelection({ cursorBlinkRate: 0 }),
        history(), indentOnInput(), indentUnit.of('  '), EditorState.tabSize.of(2), search({ top: true }), highlightSelectionMatches({ minSelectionLength: 3 }),
        yamlWithCel, assist(onAsk), wrap.of([]), placeholder(hint), keymap.of(keys),
        EditorView.contentAttributes.of({
          'aria-label': label, tabindex: '0', autocapitalize: 'off', autocorrect: 'off', spellcheck: 'false', 'data-gramm': 'false',
        }),
        EditorView.updateListener.of(update => {
          if (update.docChanged && !update.transactions.some(tr => tr.annotation(fromRust))) onChange(update.state.doc.toString())
        }),
      ],
    }),
  })
  const clamp = at => Math.max(0, Math.min(at, view.state.doc.length))
  return {
    setDoc(text) {
      const now = view.state.doc.toString()
      if (now === text) return
      view.dispatch({ changes: { from: 0, to: now.length, insert: text }, selection: { anchor: 0 }, annotations: fromRust.of(true), scrollIntoView: true })
    },
    setMarks(json) { view.dispatch({ effects: setMarks.of(JSON.parse(json)) }) },
    lit(from, to) { view.dispatch({ effects: setLit.of(from < to ? [from, to] : null) }) },
    goto(from, to, focus) {
      const a = clamp(from), b = clamp(to)
      view.dispatch({ selection: { anchor: a, head: b }, effects: EditorView.scrollIntoView(a, { y: 'center' }) })
      if (focus) view.focus()
    },
    edit(from, to, text) {
      view.dispatch({ changes: { from: clamp(from), to: clamp(to), insert: text }, effects: EditorView.scrollIntoView(clamp(from), { y: 'center' }), userEvent: 'input.fix' })
    },
    undo() { undo(view) },
    redo() { redo(view) },
    wrap(on) { view.dispatch({ effects: wrap.reconfigure(on ? EditorView.lineWrapping : []) }) },
    focus() { view.focus() },
    hasFocus() { return view.hasFocus },
    destroy() { view.destroy() },
  }
}
