// The command palette: Ctrl or Cmd with K, or the button; filter by typing, arrows, Enter.

const dialog = document.getElementById("palette");
if (dialog) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  const none = dialog.querySelector("[data-none]");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const shown = () => [...list.children].filter((item) => !item.hidden);

  const select = (item) => {
    for (const other of list.children) other.setAttribute("aria-selected", String(other === item));
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };

  const filter = () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    for (const item of list.children) item.hidden = !words.every((word) => plain(item.textContent).includes(word));
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
    const items = shown();
    const at = items.findIndex((item) => item.ariaSelected === "true");
    if (event.key === "ArrowDown") select(items[(at + 1) % items.length]);
    else if (event.key === "ArrowUp") select(items[(at - 1 + items.length) % items.length]);
    else if (event.key === "Enter" && items[at]) location.assign(items[at].dataset.href);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[data-href]");
    if (item) location.assign(item.dataset.href);
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  for (const button of document.querySelectorAll("[data-palette]")) button.addEventListener("click", open);
}
