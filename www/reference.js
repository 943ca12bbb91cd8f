// The reference page: words narrow the list, the theme is the playground's.
const find = document.getElementById('find'), found = document.getElementById('found'), nothing = document.getElementById('nothing')
const theme = document.getElementById('theme'), root = document.documentElement
const articles = [...document.querySelectorAll('article')].map(article => ({ article, text: article.textContent.toLowerCase(), name: article.querySelector('h3 a').textContent.toLowerCase() }))

const stored = () => { try { return localStorage.getItem('celgate.theme') } catch { return null } }
const dark = () => root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
const label = () => { theme.textContent = dark() ? 'Light' : 'Dark'; theme.title = dark() ? 'Switch to light' : 'Switch to dark' }
if (stored()) root.dataset.theme = stored()
theme.hidden = false
label()
theme.addEventListener('click', () => {
  root.dataset.theme = dark() ? 'light' : 'dark'
  try { localStorage.setItem('celgate.theme', root.dataset.theme) } catch { /* only for this page, then */ }
  label()
})

function narrow() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean)
  let count = 0
  for (const { article, text } of articles) {
    article.hidden = !words.every(word => text.includes(word))
    if (!article.hidden) count++
  }
  for (const section of document.querySelectorAll('main section')) section.hidden = ![...section.querySelectorAll('article')].some(article => !article.hidden)
  found.textContent = words.length ? `${count} of ${articles.length}` : ''
  nothing.hidden = count > 0
}
document.querySelector('.ref-find').hidden = false
find.addEventListener('input', narrow)
find.addEventListener('keydown', event => {
  if (event.key === 'Escape' && find.value) { find.value = ''; narrow() }
  // The best hit is the entry of that name, else the first that is left.
  if (event.key === 'Enter') {
    const left = articles.filter(({ article }) => !article.hidden)
    const best = left.find(({ name }) => name === find.value.trim().toLowerCase()) ?? left[0]
    if (best) location.hash = best.article.id
  }
})
addEventListener('keydown', event => {
  if (event.key === '/' && document.activeElement !== find) { event.preventDefault(); find.focus() }
})
// A link to an entry that the search hides shows it.
addEventListener('hashchange', () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (target?.closest('[hidden]')) { find.value = ''; narrow(); target.scrollIntoView() }
})
