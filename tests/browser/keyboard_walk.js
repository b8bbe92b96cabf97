// What the Tab key has to reach, in the order of the document; and what it reached last, with what shows it.
() => {
  const reachable = "a[href], button, summary, select, input, textarea, [tabindex], audio[controls], video[controls]";
  const radios = new Map();
  const list = [...document.querySelectorAll(reachable)].filter((element) => {
    if (element.tabIndex < 0 || element.disabled || element.type === "hidden" || element.closest("[inert], dialog:not([open])")) return false;
    const folded = element.closest("details:not([open])");
    if (folded && !(element.localName === "summary" && element.parentElement === folded)) return false;
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    if (element.type === "radio" && element.name) {
      const key = `${element.form?.id ?? ""} ${element.name}`;
      const group = [...document.querySelectorAll(`input[type=radio][name="${CSS.escape(element.name)}"]`)].filter((one) => one.form === element.form);
      const chosen = group.find((one) => one.checked);
      if (chosen ? element !== chosen : radios.has(key)) return false;
      radios.set(key, element);
    }
    return true;
  });
  const look = (element) => {
    const style = getComputedStyle(element);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.borderColor, style.backgroundColor, style.textDecorationLine, style.textDecorationStyle].join("|");
  };
  const said = (element) => `<${element.localName}> ${(element.getAttribute("aria-label") || element.textContent || element.name || element.type || "").trim().replace(/\s+/g, " ").slice(0, 50)}`;
  window.walk = { list, at: -1, said, plain: list.map((element) => [element, element.closest(".card, label, form")].map((one) => one && look(one))) };
  window.walk.step = () => {
    const here = document.activeElement, place = list.indexOf(here), wrong = [];
    if (here === document.body || here === document.documentElement) return { place: -1, wrong };
    if (place < 0) return { place, wrong: [`goes to what is not in the list: ${said(here)}`] };
    const now = [here, here.closest(".card, label, form")].map((one) => one && look(one));
    const style = getComputedStyle(here);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    if (!ring && now[0] === window.walk.plain[place][0] && now[1] === window.walk.plain[place][1]) wrong.push(`shows no focus: ${said(here)}`);
    const box = here.getBoundingClientRect();
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) wrong.push(`out of sight: ${said(here)}`);
    else if (!here.closest(".sr")) {
      const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.8], [0.5, 0.05], [0.5, 0.95]];
      const x = (part) => Math.min(Math.max(box.left + box.width * part, 1), innerWidth - 2);
      const y = (part) => Math.min(Math.max(box.top + box.height * part, 1), innerHeight - 2);
      const seen = points.some(([across, down]) => {
        const top = document.elementFromPoint(x(across), y(down));
        return top && (here.contains(top) || top.contains(here) || here.labels?.[0]?.contains(top) || top.closest(".card")?.contains(here));
      });
      if (!seen) wrong.push(`hidden while it has the focus: ${said(here)}`);
    }
    return { place, wrong };
  };
  return list.length;
}
