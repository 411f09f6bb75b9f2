// Before the first paint: light or dark, as chosen here before or as the machine is set.
;(function () {
  var chosen = null
  try { chosen = localStorage.getItem('utsyn.theme') } catch (e) { /* no storage: as the machine is set */ }
  var dark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.setAttribute('data-color-scheme', dark ? 'dark' : 'light')
})()
