// Every visible line of text with its box, and what is wrong with it. Lines of one element may touch; others may not.
() => {
  const outside = ".vh, .sprite, .skip, style, script, title, desc, dialog";
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(outside);
  const boxes = [], wrong = [];
  // What is far from the screen is not laid out until one comes near it: here all of it is looked at.
  for (const far of document.querySelectorAll("body *")) if (getComputedStyle(far).contentVisibility === "auto") far.style.contentVisibility = "visible";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.data.trim() || !shown(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const size = parseFloat(getComputedStyle(parent).fontSize);
    if (size < 11) wrong.push(`smaller than 11 px (${size}): ${node.data}`);
    const cell = parent.closest("td, th, .body, .summary > *");
    const frame = cell && cell.getBoundingClientRect();
    const owner = parent.closest("svg text, p, li, th, td, h1, h2, h3, blockquote, summary") ?? parent;
    for (const rect of range.getClientRects()) {
      if (rect.width < 1 || rect.height < 1) continue;
      const box = { left: rect.left, right: rect.right, top: rect.top + scrollY, bottom: rect.bottom + scrollY, text: node.data.trim(), owner };
      if (box.left < -0.5 || box.right > document.documentElement.clientWidth + 0.5) wrong.push(`outside the page: ${box.text}`);
      if (frame && !parent.closest("svg") && (box.left < frame.left - 1 || box.right > frame.right + 1)) wrong.push(`outside its cell: ${box.text}`);
      const trim = (box.bottom - box.top) * 0.2;
      boxes.push({ ...box, top: box.top + trim, bottom: box.bottom - trim });
    }
  }
  boxes.sort((a, b) => a.top - b.top);
  boxes.forEach((a, place) => {
    for (let next = place + 1; next < boxes.length && boxes[next].top < a.bottom; next++) {
      const b = boxes[next];
      if (a.owner === b.owner) continue;
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - b.top;
      if (across > 1 && down > 1) wrong.push(`overlap: “${a.text}” and “${b.text}”`);
    }
  });
  for (const element of document.querySelectorAll("body *")) {
    if (!(element instanceof HTMLElement) || !shown(element)) continue;
    const style = getComputedStyle(element);
    const hides = /hidden|clip/.test(style.overflowX + style.overflowY);
    if (hides && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)) wrong.push(`clipped: ${element.textContent.slice(0, 60)}`);
  }
  return { wrong, count: boxes.length };
}
