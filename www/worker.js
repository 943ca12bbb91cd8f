// A worker is the same program without a window. Questions that come while it starts wait here.
const waiting = []
self.onmessage = async ({ data }) => {
  if (typeof data === 'string') { waiting.push(data); return }
  const { default: init } = await import(data.js)
  await init({ module_or_path: data.module })
  for (const text of waiting) self.onmessage({ data: text })
}
