// Every visible text whose contrast with what really lies under it is below 4.5 to 1.
() => {
  const outside = ".vh, .sprite, .skip, style, script, title, desc, dialog";
  const parse = (text) => {
    const numbers = (text.match(/-?[\d.]+(e-?\d+)?/g) ?? []).map(Number);
    if (text.startsWith("rgb")) return { rgb: numbers.slice(0, 3), alpha: numbers[3] ?? 1 };
    if (text.startsWith("color(srgb")) return { rgb: numbers.slice(0, 3).map((part) => part * 255), alpha: numbers[3] ?? 1 };
    return null;
  };
  const over = (top, bottom) => top.rgb.map((part, place) => part * top.alpha + bottom[place] * (1 - top.alpha));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((part) => ((part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const layer = (element) => {
    const style = getComputedStyle(element), drawn = element instanceof SVGElement && element.tagName !== "svg";
    const paint = drawn ? style.fill : style.backgroundColor;
    const found = paint.startsWith("url") ? null : parse(paint);
    if (!found || (drawn && /^(text|tspan|line|use|g)$/.test(element.tagName))) return null;
    return { rgb: found.rgb, alpha: found.alpha * (drawn ? style.fillOpacity : 1) * style.opacity };
  };
  const under = (element, x, y) => {
    const stack = [], layers = [];
    if (element.tagName === "text") stack.push(...document.elementsFromPoint(x, y).filter((below) => !element.contains(below)));
    else for (let below = element; below; below = below.parentElement) stack.push(below);
    for (const below of stack) {
      const found = layer(below);
      if (!found || !found.alpha) continue;
      layers.push(found);
      if (found.alpha >= 1) break;
    }
    return layers.reverse().reduce((base, top) => over(top, base), [255, 255, 255]);
  };
  const wrong = new Set();
  let count = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.data.trim() || !parent.checkVisibility({ visibilityProperty: true }) || parent.closest(outside)) continue;
    const style = getComputedStyle(parent), text = parent.closest("text");
    const range = document.createRange();
    range.selectNodeContents(node);
    if (text) text.scrollIntoView({ block: "center", inline: "center", behavior: "instant" }); // what lies under it is asked of the window
    const box = [...range.getClientRects()].find((rect) => rect.width > 1);
    if (!box) continue;
    const halo = text && getComputedStyle(text).paintOrder.startsWith("stroke") ? parse(getComputedStyle(text).stroke) : null;
    const ground = halo ? halo.rgb : under(text ?? parent, box.left + box.width / 2, box.top + box.height / 2);
    const ink = parse(text ? style.fill : style.color);
    if (!ink) { wrong.add(`no colour (${text ? style.fill : style.color}): ${node.data}`); continue; }
    count += 1;
    const found = ratio(over(ink, ground), ground);
    if (found < 4.5) wrong.add(`${found.toFixed(2)} ${style.color} on ${ground.map(Math.round)}: ${node.data.trim().slice(0, 40)}`);
  }
  return { wrong: [...wrong], count };
}
