// What the page weighs: raw and brotli, file by file, and the module against its budget. `node sizes.mjs DIST BUDGET`
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

const [dist, budget] = process.argv.slice(2)
const files = folder => readdirSync(folder).flatMap(name => {
  const path = join(folder, name)
  return statSync(path).isDirectory() ? files(path) : [path]
})
const brotli = bytes => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length
const cell = number => number.toLocaleString('en').padStart(12)
let raw = 0, packed = 0, wasm = 0
console.log(`${'raw'.padStart(12)}${'brotli 11'.padStart(12)}  file`)
for (const path of files(dist).sort()) {
  const bytes = readFileSync(path), small = /\.(woff2|png)$/.test(path) ? bytes.length : brotli(bytes)
  raw += bytes.length; packed += small
  if (path.endsWith('.wasm')) wasm += small
  console.log(`${cell(bytes.length)}${cell(small)}  ${path.slice(dist.length + 1)}`)
}
console.log(`${cell(raw)}${cell(packed)}  in all`)
const good = wasm <= Number(budget)
console.log(`the engine's module: ${wasm.toLocaleString('en')} of ${Number(budget).toLocaleString('en')} bytes compressed, ${good ? 'within' : 'OVER'} the budget`)
process.exit(good ? 0 : 1)
