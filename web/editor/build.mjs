// Lezer grammar and editor bundle. `node build.mjs OUT` writes OUT/editor.js, and only when it changed, so that a
// watching builder does not run in circles.
import { build } from 'esbuild'
import { buildParserFile } from '@lezer/generator'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const out = resolve(process.argv[2] ?? join(here, '../gen'))

const grammar = {
  name: 'lezer grammar',
  setup(build) {
    build.onLoad({ filter: /\.grammar$/ }, ({ path }) => {
      const { parser } = buildParserFile(readFileSync(path, 'utf8'), { fileName: path, moduleStyle: 'es' })
      return { contents: parser, loader: 'js', resolveDir: dirname(path) }
    })
  },
}

// CodeMirror would put a <style> element into the page, which our content security policy forbids. Constructed style
// sheets are allowed; style-mod uses them in shadow roots only, so let it use them in documents as well.
const adopted = {
  name: 'constructed style sheets',
  setup(build) {
    build.onLoad({ filter: /style-mod\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      const test = '!root.head && root.adoptedStyleSheets'
      if (!source.includes(test)) throw new Error('style-mod changed: look again at how it mounts its styles')
      return { contents: source.replace(test, 'root.adoptedStyleSheets'), loader: 'js' }
    })
  },
}

const result = await build({
  entryPoints: [join(here, 'src/index.js')],
  bundle: true, format: 'iife', globalName: 'PlaygroundEditor', minify: true, target: 'es2022', write: false,
  legalComments: 'none', plugins: [grammar, adopted],
})
mkdirSync(out, { recursive: true })
const file = join(out, 'editor.js')
const text = result.outputFiles[0].text + '\nglobalThis.PlaygroundEditor=PlaygroundEditor;\n'
let before = ''
try { before = readFileSync(file, 'utf8') } catch { /* first build */ }
if (before !== text) writeFileSync(file, text)
