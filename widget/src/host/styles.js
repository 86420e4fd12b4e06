/** The widget's own style sheet; amoCRM does not load it by itself. */
export function addStyles(page) {
  const href = `${page.assets()}/style.css?v=${page.version()}`;
  const links = Array.from(document.querySelectorAll('link[data-stockgate-style]'));
  if (links.some((link) => link.getAttribute('href') === href)) return;
  links.forEach((link) => link.remove());
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  link.setAttribute('data-stockgate-style', '');
  document.head.appendChild(link);
}
