// Every text that a reader sees or hears, and that the page itself says is in its own language.
() => {
  const texts = new Set([document.title.replace(/ · Parcours$/, "")]);
  const other = (element) => element.closest("[lang]") !== document.documentElement || element.closest("script, style, code, kbd, blockquote, [translate=no]");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (!other(walker.currentNode.parentElement)) texts.add(walker.currentNode.data);
  for (const name of ["aria-label", "title", "alt", "placeholder", "data-failed", "data-close-word"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) if (!other(element)) texts.add(element.getAttribute(name));
  }
  return [...texts].map((text) => text.trim().replace(/\s+/g, " ")).filter(Boolean);
}
