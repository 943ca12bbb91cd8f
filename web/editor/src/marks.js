// What an answer draws into an editor: squiggles, gutter marks, lenses at line ends, verdicts at document heads.
// Everything arrives from Rust as one JSON value in UTF-16 offsets and moves along with edits until the next answer.
import { StateEffect, StateField, RangeSet } from '@codemirror/state'
import { Decoration, EditorView, GutterMarker, WidgetType, gutter, gutterLineClass, hoverTooltip } from '@codemirror/view'

const SHAPES = {
  admit: ['<circle class="body" cx="8" cy="8" r="6.25"/>', 'M5.4 8.2l1.8 1.8 3.5-3.8'],
  deny: ['<path class="body" d="M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4z"/>', 'M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2'],
  warn: ['<path class="body" d="M8 1.9L14.5 13.5h-13z"/>', 'M8 6.2v3.3M8 11.5v.1'],
  error: ['<path class="body" d="M8 1.2L14.8 8 8 14.8 1.2 8z"/>', 'M8 5v3.4M8 10.7v.1'],
  skip: ['<circle class="body" cx="8" cy="8" r="6.25" stroke-dasharray="2.45 2.45"/>', ''],
  no: ['<circle class="body" cx="8" cy="8" r="6.25"/>', 'M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2'],
}
function icon(kind, more = '') {
  const shape = SHAPES[kind]
  if (!shape) return document.createComment('')
  const holder = document.createElement('span')
  // Constant shapes only; no user text ever passes through innerHTML.
  holder.innerHTML = `<svg class="ico v-${kind} ${more}" viewBox="0 0 16 16" aria-hidden="true">${shape[0]}<path class="glyph" d="${shape[1]}"/></svg>`
  return holder.firstChild
}

class Note extends WidgetType {
  constructor(cls, kind, text) { super(); this.cls = cls; this.kind = kind; this.text = text }
  eq(other) { return other.cls === this.cls && other.kind === this.kind && other.text === this.text }
  toDOM() {
    const span = document.createElement('span')
    span.className = this.cls === 'lens' ? `lens v-${this.kind}` : this.cls
    if (this.kind) span.append(icon(this.kind))
    span.append(this.text)
    // Squiggles, lenses and marks are doubled in the answer; inside the text they would be read as part of the document.
    span.setAttribute('aria-hidden', 'true')
    return span
  }
  ignoreEvent() { return false }
}

class Mark extends GutterMarker {
  constructor(kind) { super(); this.kind = kind }
  eq(other) { return other.kind === this.kind }
  toDOM() { return icon(this.kind, this.kind === 'deny' ? 'solid' : '') }
}
class LineClass extends GutterMarker {
  constructor(kind) { super(); this.elementClass = `m-${kind}` }
  eq(other) { return other.elementClass === this.elementClass }
}

const setMarks = StateEffect.define()
const setLit = StateEffect.define()
const none = { decorations: Decoration.none, gutter: RangeSet.empty, classes: RangeSet.empty, squiggles: [] }

function clamp(value, max) { return Math.max(0, Math.min(value, max)) }

function draw(doc, marks) {
  const deco = [], gut = [], cls = []
  for (const { from, to, kind } of marks.squiggles) {
    let a = clamp(from, doc.length), b = clamp(to, doc.length)
    if (a === b) { // a place between characters: show the character before it, or after it at the line's start
      const line = doc.lineAt(a)
      if (a > line.from) a -= 1
      else if (b < line.to) b += 1
      else continue
    }
    deco.push(Decoration.mark({ class: `sq ${kind}` }).range(a, b))
  }
  for (const { line, kind, text } of marks.lenses) {
    if (line <= doc.lines) deco.push(Decoration.widget({ widget: new Note('lens', kind, text), side: 1 }).range(doc.line(line).to))
  }
  for (const { line, kind, text } of marks.docs) {
    if (line <= doc.lines) deco.push(Decoration.widget({ widget: new Note('docmark', kind, text), side: -1 }).range(doc.line(line).from))
  }
  for (const { line, kind } of marks.gutter) {
    if (line > doc.lines) continue
    gut.push(new Mark(kind).range(doc.line(line).from))
    cls.push(new LineClass(kind).range(doc.line(line).from))
  }
  return {
    decorations: Decoration.set(deco, true), gutter: RangeSet.of(gut, true), classes: RangeSet.of(cls, true),
    squiggles: marks.squiggles,
  }
}

const field = StateField.define({
  create: () => none,
  update(value, tr) {
    if (tr.docChanged) {
      value = {
        decorations: value.decorations.map(tr.changes), gutter: value.gutter.map(tr.changes), classes: value.classes.map(tr.changes),
        squiggles: value.squiggles.map(s => ({ ...s, from: tr.changes.mapPos(clamp(s.from, tr.startState.doc.length)), to: tr.changes.mapPos(clamp(s.to, tr.startState.doc.length)) })),
      }
    }
    for (const effect of tr.effects) if (effect.is(setMarks)) value = draw(tr.newDoc, effect.value)
    return value
  },
  provide: f => [
    EditorView.decorations.from(f, v => v.decorations),
    gutterLineClass.from(f, v => v.classes),
  ],
})

const lit = StateField.define({
  create: () => Decoration.none,
  update(value, tr) {
    value = value.map(tr.changes)
    for (const effect of tr.effects) if (effect.is(setLit)) {
      const range = effect.value
      const end = tr.newDoc.length
      value = range && clamp(range[0], end) < clamp(range[1], end)
        ? Decoration.set([Decoration.mark({ class: 'lit' }).range(clamp(range[0], end), clamp(range[1], end))])
        : Decoration.none
    }
    return value
  },
  provide: f => EditorView.decorations.from(f),
})

const tip = hoverTooltip((view, pos) => {
  const here = view.state.field(field).squiggles.filter(s => s.from <= pos && pos <= Math.max(s.to, s.from + 1))
  if (!here.length) return null
  return {
    pos: here[0].from, end: Math.max(here[0].to, here[0].from), above: true,
    create() {
      const dom = document.createElement('div')
      dom.className = 'ed-tip'
      for (const { kind, message } of here) {
        const row = document.createElement('div')
        row.append(icon(kind, 'ico-14'), message)
        dom.append(row)
      }
      return { dom }
    },
  }
}, { hoverTime: 200 })

export const marks = [
  field, lit, tip,
  gutter({ class: 'cm-marks', markers: view => view.state.field(field).gutter }),
]
export { setMarks, setLit }
