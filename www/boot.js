// Fetches and compiles the engine once, and its tables beside it, shows how far it is, starts the page, and hands both to
// workers.
// When it cannot start it says why. No logic of the playground lives here.
const app = JSON.parse(document.getElementById('wasm-app').textContent)
const js = new URL(app.js, document.baseURI).href
const wasm = new URL(app.wasm, document.baseURI).href
const at = id => document.getElementById(id)
const kilobytes = bytes => Math.round(bytes / 1024).toLocaleString('en')

function failed(title, reason) {
  at('boot-title')?.replaceChildren(title)
  at('boot-text')?.replaceChildren(reason)
  at('boot-meter')?.remove()
  const boot = at('boot')
  if (boot) boot.setAttribute('role', 'alert')
}

// The editor bundle is a deferred script after this one: it has run, or failed, when the document's content is loaded.
const editorRan = document.readyState === 'complete' ? null : new Promise(done => addEventListener('DOMContentLoaded', done, { once: true }))

// Theme first, so that nothing flashes. Storage may be forbidden.
try {
  const theme = localStorage.getItem('celgate.theme')
  if (theme) document.documentElement.dataset.theme = theme
} catch { /* the system's choice, then */ }

// Inside another page there is one example and its verdict, and no frame around it (www/embed.js).
if (location.hash.startsWith('#embed=')) document.body.dataset.embed = ''

async function compile() {
  if (typeof WebAssembly !== 'object') throw new Error('this browser has no WebAssembly, or it is switched off')
  const response = await fetch(wasm)
  if (!response.ok) throw new Error(`the server answered ${response.status} for ${new URL(wasm).pathname}`)
  const total = Number(app.size) || 0
  let got = 0
  const counted = response.body.pipeThrough(new TransformStream({
    transform(chunk, out) {
      got += chunk.length
      out.enqueue(chunk)
      const share = total ? Math.min(100, Math.round(got / total * 100)) : 0
      at('boot-bytes')?.replaceChildren(total ? `${kilobytes(got)} of ${kilobytes(total)} KB` : `${kilobytes(got)} KB`)
      at('boot-meter')?.setAttribute('aria-valuenow', share)
      if (at('boot-fill')) at('boot-fill').style.width = `${share}%`
    },
  }))
  const headers = { 'content-type': 'application/wasm' }
  return WebAssembly.compileStreaming(new Response(counted, { headers }))
}

// The tables that the module looks things up in travel beside it (xtask/src/wasm.rs); trunk leaves them inside.
async function tables() {
  if (!app.tables) return { bytes: new ArrayBuffer(0), places: [] }
  const response = await fetch(new URL(app.tables, document.baseURI))
  if (!response.ok) throw new Error(`the server answered ${response.status} for ${app.tables}`)
  return { bytes: await response.arrayBuffer(), places: app.places }
}

function spawner(module, data) {
  const spawn = () => {
    const worker = new Worker(new URL('worker.js', document.baseURI), { type: 'module' })
    worker.postMessage({ js, module, data })
    return worker
  }
  // The first one starts while the page does; it is ready when the first question comes.
  let early = spawn()
  return () => {
    const worker = early ?? spawn()
    early = null
    return worker
  }
}

try {
  const [module, data, glue] = await Promise.all([compile(), tables(), import(js)])
  performance.mark('celgate-compiled')
  globalThis.playground = { spawn: spawner(module, data) }
  await editorRan
  const { memory, run } = await glue.default({ module_or_path: module })
  let from = 0
  for (const [at, length] of data.places) {
    new Uint8Array(memory.buffer, at, length).set(new Uint8Array(data.bytes, from, length))
    from += length
  }
  run()
  performance.mark('celgate-started')
} catch (error) {
  const text = String(error?.message ?? error)
  const policy = /Content Security Policy|unsafe-eval|CompileError.*(blocked|disallowed)/i.test(text)
  failed(
    'The engine could not start',
    policy ? `The content security policy of this server forbids WebAssembly: it needs script-src 'wasm-unsafe-eval'. (${text})` : `Reason: ${text}.`,
  )
  console.error(error)
}
