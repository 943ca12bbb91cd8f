// What the page weighs: raw and brotli, file by file; its module and the engine alone against their budgets.
// `node sizes.mjs DIST ENGINE.wasm`
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

const PAGE = 450 * 1024, ENGINE = 300 * 1024
const [dist, engine] = process.argv.slice(2)
const files = folder => readdirSync(folder).flatMap(name => {
  const path = join(folder, name)
  return statSync(path).isDirectory() ? files(path) : [path]
})
const brotli = bytes => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length
const number = value => value.toLocaleString('en')
const cell = value => number(value).padStart(12)
let raw = 0, packed = 0, wasm = 0, good = true
console.log(`${'raw'.padStart(12)}${'brotli 11'.padStart(12)}  file`)
for (const path of files(dist).sort()) {
  const bytes = readFileSync(path), small = /\.(woff2|png)$/.test(path) ? bytes.length : brotli(bytes)
  raw += bytes.length; packed += small
  if (path.endsWith('.wasm')) wasm += small
  console.log(`${cell(bytes.length)}${cell(small)}  ${path.slice(dist.length + 1)}`)
}
console.log(`${cell(raw)}${cell(packed)}  in all`)
const judge = (what, size, budget) => {
  good &&= size <= budget
  console.log(`${what}: ${number(size)} of ${number(budget)} bytes compressed, ${size <= budget ? 'within' : 'OVER'} the budget`)
}
judge("the page's wasm", wasm, PAGE)
judge('the engine alone', brotli(readFileSync(engine)), ENGINE)
process.exit(good ? 0 : 1)
