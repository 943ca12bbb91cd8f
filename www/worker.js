// A worker is the same program without a window. Questions that come while it starts wait here.
const waiting = []
self.onmessage = async ({ data }) => {
  if (typeof data === 'string') { waiting.push(data); return }
  const { default: init } = await import(data.js)
  const { memory, run } = await init({ module_or_path: data.module })
  let from = 0
  for (const [at, length] of data.data.places) {
    new Uint8Array(memory.buffer, at, length).set(new Uint8Array(data.data.bytes, from, length))
    from += length
  }
  run()
  for (const text of waiting) self.onmessage({ data: text })
}
