(() => {
  "use strict";
  const root = document.querySelector(".parcours");
  const find = (selector, within = root) => within.querySelector(selector);
  const data = document.getElementById("people-data");

  const open = () => {
    const people = JSON.parse(data.textContent);
    const dialog = find("dialog"), list = find("ol", dialog), input = find("input", dialog);
    const shown = find(".shown", dialog), copy = find(".solid", dialog), said = find(".said", dialog);
    const say = dialog.dataset, write = new Intl.NumberFormat(document.documentElement.lang);
    const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let ids = [], total = 0, before = "";
    const everyone = people.ids.split(people.by).map((told) => (before = [...before].slice(0, digits.indexOf(told[0])).join("") + told.slice(1)));

    const walk = (steps) => {
      const found = [];
      let place = 0;
      for (const sign of steps) {
        if (sign === "~") place += digits.length;
        else found.push(everyone[(place += digits.indexOf(sign))]);
      }
      return found;
    };

    const fill = () => {
      const wanted = input.value.trim().toLowerCase();
      const found = wanted ? ids.filter((id) => id.toLowerCase().includes(wanted)) : ids;
      list.replaceChildren(...found.map((id) => Object.assign(document.createElement("li"), { textContent: id })));
      shown.textContent = say.shown.replace("{n}", write.format(found.length)).replace("{total}", write.format(total));
      return found;
    };

    // What a list is called: its button says it, or another button of its key, or the touchpoint that it stands at.
    const title = (button) => {
      const said = button.dataset.t ?? find(`[data-t][data-k="${CSS.escape(button.dataset.k)}"]`)?.dataset.t;
      if (said) return said;
      const point = find(".tp", button.closest("li")), hidden = find(".vh", point);
      return `${point.textContent.replace(hidden ? hidden.textContent : "", "").trim()}: ${button.parentElement.textContent}`;
    };

    root.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-k]");
      if (!button) return;
      const key = button.dataset.k;
      const [steps, count] = Object.hasOwn(people.lists, key) ? people.lists[key] : ["", 0];
      ids = walk(steps);
      total = count;
      find("h2", dialog).textContent = title(button);
      const every = find(".everybody", dialog), code = find("code", dialog);
      if (every) every.href = (every.dataset.to ??= every.href) + encodeURIComponent(key);
      if (code) code.textContent = `${say.command} --figure ${/^[\w:.@-]+$/.test(key) ? key : `'${key.replaceAll("'", "'\\''")}'`}`;
      for (const part of [list, input, input.labels[0], shown, copy]) part.hidden = !ids.length;
      input.value = said.textContent = "";
      fill();
      dialog.showModal();
    });
    input.addEventListener("input", fill);
    find(".square", dialog).addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    copy.addEventListener("click", async () => {
      const text = fill().join("\n");
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        const area = document.createElement("textarea");
        area.value = text;
        dialog.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
        copy.focus();
      }
      said.textContent = say.copied;
    });
  };
  if (data) open();

  if (matchMedia("(width < 760px)").matches) for (const part of root.querySelectorAll(".fold")) part.open = false;

  const theme = find(".theme");
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  const mark = () => theme?.setAttribute("aria-pressed", dark());
  theme?.addEventListener("click", () => {
    root.dataset.theme = document.documentElement.dataset.theme = dark() ? "light" : "dark";
    mark();
  });
  mark();

  // What is far down is laid out last, a part at a time and between other work: a picture of the whole page has it too.
  // The first seconds are left to who begins to read and to tap: on a slow phone each part takes a tenth of one.
  const far = [...root.querySelectorAll(".leg > .body, .part, .notes")];
  const idle = window.requestIdleCallback ?? ((next) => setTimeout(next, 100));
  const layOut = () => {
    if (!far.length) return;
    far.shift().style.contentVisibility = "visible";
    idle(layOut);
  };
  const later = () => setTimeout(() => idle(layOut), 3000);
  if (document.readyState === "complete") later();
  else addEventListener("load", later);

  for (const table of root.querySelectorAll("table.map")) {
    const cells = table.querySelectorAll("th, td");
    for (const cell of cells) cell.tabIndex = cell === cells[0] ? 0 : -1;
    table.addEventListener("keydown", (event) => {
      const cell = event.target;
      const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
      if (!step || !cell.matches("th, td")) return;
      const row = table.rows[cell.parentNode.rowIndex + step[0]];
      const column = Math.max(0, (step[0] ? +(table.dataset.at ?? cell.cellIndex) : cell.cellIndex) + step[1]);
      const next = row && row.cells[Math.min(column, row.cells.length - 1)];
      if (!next) return;
      event.preventDefault();
      table.dataset.at = column;
      for (const other of cells) other.tabIndex = other === next ? 0 : -1;
      next.focus();
    });
  }
})();
