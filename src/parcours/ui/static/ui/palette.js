// The command palette: Ctrl or Cmd with K, or the button; filter by typing, arrows, Enter.

const dialog = document.getElementById("palette");
if (dialog) {
  const input = dialog.querySelector("input");
  const list = document.getElementById("palette-list");
  const none = dialog.querySelector("[data-none]");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const items = () => [...list.querySelectorAll("[role=option]")];
  const shown = () => items().filter((item) => !item.hidden);

  const select = (item) => {
    for (const other of items()) other.setAttribute("aria-selected", String(other === item));
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };

  const filter = () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    for (const item of items()) {
      const said = plain(`${item.textContent} ${item.dataset.words ?? ""}`);
      item.hidden = !words.every((word) => said.includes(word));
    }
    for (const group of list.children) group.hidden = !group.querySelector("[role=option]:not([hidden])");
    none.hidden = shown().length > 0 || list.ariaBusy === "true";
    select(shown()[0]);
  };

  const fill = async () => {
    if (list.ariaBusy !== "true") return;
    const answer = await fetch(dialog.dataset.list, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) return location.reload(); // signed out meanwhile
    list.innerHTML = await answer.text();
    list.ariaBusy = "false";
    filter();
  };

  // An action presses the button that the page has for it, so that both do the same.
  const go = ({ dataset: { href, press } }) => {
    dialog.close();
    if (href) location.assign(href);
    else document.querySelector(press)?.click();
  };

  const open = () => {
    if (dialog.open) return;
    input.value = "";
    dialog.showModal();
    input.focus();
    filter();
    fill();
  };

  input.addEventListener("input", filter);
  input.addEventListener("keydown", (event) => {
    const found = shown();
    const at = found.findIndex((item) => item.ariaSelected === "true");
    if (event.key === "ArrowDown") select(found[(at + 1) % found.length]);
    else if (event.key === "ArrowUp") select(found[(at - 1 + found.length) % found.length]);
    else if (event.key === "Enter" && found[at]) go(found[at]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) go(item);
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  for (const button of document.querySelectorAll("[data-palette]")) button.addEventListener("click", open);
}
