// What is wrong with how a page lies: wider than the window, texts cut off or over each other, what cannot be hit.
() => {
  const wrong = [];
  const root = document.documentElement;
  const said = (element) => `<${element.localName}${element.id ? "#" + element.id : ""}> ${(element.getAttribute("aria-label") ?? element.textContent).trim().replace(/\s+/g, " ").slice(0, 60)}`;
  const unseen = ".sr, .skip, .vh, style, script, noscript, title, desc, dialog:not([open]), datalist, select";
  const clipped = (element) => {
    for (let box = element; box; box = box.parentElement) if (getComputedStyle(box).clipPath === "inset(50%)") return true;
    return false;
  };
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(unseen) && !clipped(element);
  // What is far from the screen is not laid out until one comes near it: here all of it is looked at.
  for (const far of document.querySelectorAll("body *")) if (getComputedStyle(far).contentVisibility === "auto") far.style.contentVisibility = "visible";
  if (root.scrollWidth > root.clientWidth) wrong.push(`wider than the window: ${root.scrollWidth} > ${root.clientWidth}`);

  // Inside a box that scrolls sideways a text may lie beyond the edge: one can go there.
  const scrolls = (element) => {
    for (let box = element; box && box !== document.body; box = box.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth) return true;
    }
    return false;
  };
  const fixed = (element) => {
    for (let box = element; box; box = box.parentElement) {
      if (/fixed|sticky/.test(getComputedStyle(box).position)) return true;
    }
    return false;
  };
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.data.trim() || !shown(parent)) continue;
    const text = node.data.trim().slice(0, 50), aside = scrolls(parent);
    const range = document.createRange();
    range.selectNodeContents(node);
    const owner = parent.closest("svg text, p, li, th, td, h1, h2, h3, blockquote, summary, label, a, button, dt, dd") ?? parent;
    const frame = parent.closest("td, th, .btn, .tag, .card, .kpi, .sheet")?.getBoundingClientRect();
    for (const rect of range.getClientRects()) {
      if (rect.width < 1 || rect.height < 1) continue;
      if (!aside && (rect.left < -0.5 || rect.right > root.clientWidth + 0.5)) wrong.push(`beyond the edge: ${text}`);
      if (frame && !parent.closest("svg") && (rect.left < frame.left - 1 || rect.right > frame.right + 1)) wrong.push(`beyond its box: ${text}`);
      if (aside || fixed(parent)) continue;
      const trim = rect.height * 0.22;
      lines.push({ left: rect.left, right: rect.right, top: rect.top + trim, bottom: rect.bottom - trim, text, owner });
    }
    if (parseFloat(getComputedStyle(parent).fontSize) < 10.9) wrong.push(`smaller than 11 px: ${text}`);
  }
  lines.sort((a, b) => a.top - b.top);
  lines.forEach((a, place) => {
    for (let next = place + 1; next < lines.length && lines[next].top < a.bottom; next++) {
      const b = lines[next];
      if (a.owner === b.owner || a.owner.contains(b.owner) || b.owner.contains(a.owner)) continue;
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - b.top > 1) wrong.push(`over each other: “${a.text}” and “${b.text}”`);
    }
  });

  for (const element of document.querySelectorAll("body *")) {
    if (!(element instanceof HTMLElement) || !shown(element) || element.matches("input, textarea")) continue;
    const style = getComputedStyle(element);
    const cuts = (way, full, room) => /hidden|clip/.test(style[way]) && full > room + 1;
    if (cuts("overflowX", element.scrollWidth, element.clientWidth) || cuts("overflowY", element.scrollHeight, element.clientHeight)) wrong.push(`cut off: ${said(element)}`);
  }

  // By mouse: whatever can be pressed lies on top and is big enough for a finger (WCAG 2.2, 2.5.8).
  const pressed = "a[href], button, summary, select, input:not([type=hidden]), textarea";
  const was = [scrollX, scrollY];
  for (const element of document.querySelectorAll(pressed)) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest(".sr, .skip, dialog:not([open])") || element.disabled) continue;
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const rects = [...element.getClientRects()].filter((rect) => rect.width > 1 && rect.height > 1);
    if (!rects.length) { wrong.push(`cannot be hit, it has no room: ${said(element)}`); continue; }
    const box = rects[0];
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    const label = element.labels?.[0];
    if (!hit || !(element.contains(hit) || hit.contains(element) && hit.matches("label, tr, svg, .card") || label?.contains(hit) || element.closest(".card")?.contains(hit))) {
      wrong.push(`cannot be hit: ${said(element)} lies under ${hit ? said(hit) : "nothing"}`);
    }
  }
  scrollTo(...was);
  return [...new Set(wrong)];
}
