// YAML with CEL inside the values of expression keys, coloured with the classes of components.css.
import { LRLanguage, LanguageSupport, indentNodeProp, delimitedIndent, syntaxHighlighting, syntaxTree } from '@codemirror/language'
import { yamlLanguage } from '@codemirror/lang-yaml'
import { parseMixed } from '@lezer/common'
import { styleTags, tags as t, tagHighlighter } from '@lezer/highlight'
import { Decoration, ViewPlugin } from '@codemirror/view'
import { RangeSetBuilder } from '@codemirror/state'
import { parser as celParser } from './cel.grammar'

const ROOTS = /\b(object|oldObject|request|params|variables|namespaceObject|authorizer|self|oldSelf)\b/g
const cel = celParser.configure({
  props: [
    styleTags({
      'Function/...': t.function(t.variableName), 'Variable/...': t.variableName, 'Field/...': t.propertyName, EscapedField: t.propertyName,
      String: t.string, Number: t.number, Literal: t.bool, Keyword: t.operatorKeyword, 'Operator/...': t.operator, Comment: t.lineComment,
      '( ) [ ] "[?" { } , :': t.punctuation,
    }),
  ],
})

const KEYS = /^["']?(expression|messageExpression|valueExpression)["']?$/
const isExpression = (node, input) => {
  let pair = node.parent
  if (pair?.name === 'BlockLiteral') pair = pair.parent
  while (pair && (pair.name === 'Tagged' || pair.name === 'Anchored')) pair = pair.parent
  if (pair?.name !== 'Pair') return false
  const key = pair.getChild('Key')
  return !!key && node.from > key.to && KEYS.test(input.read(key.from, key.to))
}
const mixed = parseMixed((node, input) => {
  if (node.name !== 'Literal' && node.name !== 'QuotedLiteral' && node.name !== 'BlockLiteralContent') return null
  if (!isExpression(node.node, input)) return null
  const quoted = node.name === 'QuotedLiteral' ? 1 : 0
  if (node.to - node.from <= 2 * quoted) return null
  return { parser: cel, overlay: [{ from: node.from + quoted, to: node.to - quoted }] }
})

const language = LRLanguage.define({ name: 'yaml', parser: yamlLanguage.parser.configure({ wrap: mixed }), languageData: { commentTokens: { line: '#' } } })

const colours = tagHighlighter([
  { tag: t.definition(t.propertyName), class: 'c-key' },
  { tag: [t.string, t.content, t.attributeValue], class: 'c-str' },
  { tag: [t.number, t.bool, t.operatorKeyword], class: 'c-num' },
  { tag: t.function(t.variableName), class: 'c-fn' },
  { tag: [t.propertyName, t.variableName], class: 'c-f' },
  { tag: t.operator, class: 'c-op' },
  { tag: [t.lineComment], class: 'c-com' },
  { tag: [t.punctuation, t.separator, t.squareBracket, t.brace, t.meta, t.keyword, t.special(t.string)], class: 'c-p' },
])

// What the syntax tree knows but classes of tokens cannot say: CEL islands, document separators, roots, numbers in YAML.
const SCALAR = /^(-?\d+(\.\d+)?|true|false|null)$/
const mark = cls => Decoration.mark({ class: cls })
const island = mark('isl'), root = mark('c-var'), number = mark('c-num')
const separator = Decoration.line({ class: 'sep' })
function islands(view) {
  const found = [], doc = view.state.doc, tree = syntaxTree(view.state)
  const input = { read: (a, b) => doc.sliceString(a, b) }
  const seen = new Set()
  // The iteration below does not enter nested trees, so the variables of CEL are looked up one by one.
  const roots = (from, to) => {
    for (const match of doc.sliceString(from, to).matchAll(ROOTS)) {
      const at = from + match.index
      if (tree.resolveInner(at, 1).name === 'Variable') found.push([at, at + match[0].length, root])
    }
  }
  for (const { from, to } of view.visibleRanges) {
    tree.iterate({ from, to, enter(ref) {
      const { name } = ref
      if (name === 'BlockLiteralContent') {
        if (!isExpression(ref.node, input)) return
        roots(ref.from, ref.to)
        let indent = Infinity
        const first = doc.lineAt(ref.from).number, last = doc.lineAt(ref.to).number
        const lines = []
        for (let n = first; n <= last; n++) {
          const line = doc.line(n)
          if (!line.text.trim()) continue
          indent = Math.min(indent, line.text.search(/\S/))
          lines.push(line.from)
        }
        for (const at of lines) if (!seen.has(at)) {
          seen.add(at)
          found.push([at, at, Decoration.line({ class: 'cel', attributes: { style: `--isl:${indent}ch` } })])
        }
      } else if (name === 'Literal' || name === 'QuotedLiteral') {
        if (ref.node.parent?.name !== 'Key' && isExpression(ref.node, input)) {
          found.push([ref.from, ref.to, island])
          roots(ref.from, ref.to)
        }
        else if (name === 'Literal' && ref.to - ref.from < 24 && ref.node.parent?.name !== 'Key' && SCALAR.test(doc.sliceString(ref.from, ref.to))) found.push([ref.from, ref.to, number])
      } else if (name === 'DirectiveEnd') {
        const line = doc.lineAt(ref.from)
        if (!seen.has(line.from)) { seen.add(line.from); found.push([line.from, line.from, separator]) }
      }
    } })
  }
  return Decoration.set(found.map(([a, b, deco]) => deco.range(a, b)), true)
}
const drawIslands = ViewPlugin.fromClass(class {
  constructor(view) { this.decorations = islands(view) }
  update(update) {
    if (update.docChanged || update.viewportChanged || syntaxTree(update.startState) !== syntaxTree(update.state)) this.decorations = islands(update.view)
  }
}, { decorations: plugin => plugin.decorations })

export const yamlWithCel = [new LanguageSupport(language), syntaxHighlighting(colours), drawIslands]
