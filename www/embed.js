// <celgate-example>: an example in a page of documentation that its readers can change. One line in the page:
//   <script type="module" src="https://…/embed.js"></script>
// Attributes: example (id of the catalogue), expect (denied, admitted, warned, notJudged), show (policies, resources,
// cluster), split, heading. Texts of its own go inside, and are what is read where no script runs:
//   <celgate-example expect="denied"><pre data-text="policies">…</pre><pre data-text="resources">…</pre></celgate-example>
// The playground runs in a frame of its own, so the styles and the policy of the page around stay as they are.
const base = new URL('./', import.meta.url)

class CelgateExample extends HTMLElement {
  connectedCallback() {
    if (this.frame) return
    const asked = { title: this.getAttribute('heading') ?? '', split: this.hasAttribute('split') }
    for (const name of ['example', 'expect', 'show']) asked[name] = this.getAttribute(name) ?? ''
    for (const part of this.querySelectorAll('[data-text]')) asked[part.dataset.text] = part.textContent.replace(/^\n/, '')
    this.frame = document.createElement('iframe')
    this.frame.title = asked.title ? `Example: ${asked.title}` : 'Example'
    this.frame.loading = 'lazy'
    this.frame.allow = 'clipboard-write'
    Object.assign(this.frame.style, { display: 'block', width: '100%', height: '280px', border: '0', colorScheme: 'normal' })
    this.frame.src = new URL(`index.html#embed=${encodeURIComponent(JSON.stringify(asked))}`, base).href
    // The frame says how tall it is.
    this.heard = event => {
      if (event.source === this.frame.contentWindow && event.origin === base.origin && event.data?.celgate > 0) this.frame.style.height = `${event.data.celgate}px`
    }
    addEventListener('message', this.heard)
    this.replaceChildren(this.frame)
  }

  disconnectedCallback() {
    removeEventListener('message', this.heard)
    this.frame = null
    this.replaceChildren()
  }
}
customElements.define('celgate-example', CelgateExample)
