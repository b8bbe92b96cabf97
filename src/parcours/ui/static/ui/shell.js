// Menus close when they should, dialogs open and close, toasts go, appearance changes at once.

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opener = event.target.closest("[data-open]");
  if (opener) {
    const menu = opener.closest("details.menu");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus(); // the dialog gives focus back to what had it
    }
    document.getElementById(opener.dataset.open)?.showModal();
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
  else if (event.target.matches("dialog")) event.target.close(); // the backdrop is the dialog itself
  event.target.closest("[data-dismiss]")?.closest(".toast").remove();
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (menu && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    const items = [...menu.querySelectorAll("summary, .menu-list :is(a, button)")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    event.preventDefault();
  }
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

// -- appearance: without a reload; a language needs new words, so its button sends the form as it is
for (const form of document.querySelectorAll("form[data-look]")) {
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (button?.name !== "theme") return;
    event.preventDefault();
    const before = document.documentElement.dataset.theme;
    const show = (theme) => {
      document.documentElement.dataset.theme = theme;
      for (const other of form.querySelectorAll("[name=theme]")) other.ariaPressed = String(other.value === theme);
      document.dispatchEvent(new Event("parcours:theme"));
    };
    show(button.value);
    const sent = new FormData(form);
    sent.set("theme", button.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body: sent, headers: { "X-Quiet": "1" } });
      if (!answer.ok) show(before);
    } catch {
      show(before);
    }
  });
}

// -- where tabs do not all fit, the present one is shown
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// -- forms that were refused: read what is wrong first
document.querySelector(":not([data-specimen]) > .summary[role=alert]")?.focus();

// -- what is asked first: the dialog that a form names sends it by a button called “sure”
document.addEventListener("submit", (event) => {
  if (!event.target.dataset.ask || event.submitter?.name === "sure") return;
  event.preventDefault();
  document.getElementById(event.target.dataset.ask).showModal();
});

// -- a form that is being sent is not sent twice
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.submitter || event.target.matches("[data-look], [data-again]")) return;
  const button = event.submitter;
  setTimeout(() => button.setAttribute("aria-busy", "true"));
  if (event.target.dataset.busy === "yes") event.preventDefault();
  event.target.dataset.busy = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-busy]")) delete form.dataset.busy;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});

// -- toasts: can be closed; those that offer nothing go by themselves, unless somebody is reading
const LIFE_MS = 10_000;
const settle = (toast) => {
  toast.querySelector("[data-dismiss]").hidden = false;
  if (toast.querySelector(".undo") || toast.matches(".bad")) return;
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, LIFE_MS / 2) : toast.remove());
  setTimeout(leave, LIFE_MS);
};
const toasts = document.getElementById("toasts");
if (toasts) {
  toasts.querySelectorAll(".toast").forEach(settle);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.matches?.(".toast")) settle(node);
  }).observe(toasts, { childList: true });
}

// -- what waits already comes back by itself where the server asks for a moment
const comesBack = (detail) => {
  const { xhr, elt } = detail ?? {};
  const seconds = xhr?.status === 503 && elt.matches("[data-patient]") ? Number(xhr.getResponseHeader("Retry-After")) : 0;
  if (seconds) setTimeout(() => elt.dispatchEvent(new Event("patience")), seconds * 1000);
  return seconds > 0;
};

// -- what htmx could not do is said, never swallowed
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (comesBack(event.detail)) return;
    const toast = document.createElement("div");
    toast.className = "toast bad";
    const text = document.createElement("span");
    text.textContent = document.body.dataset.failed;
    const close = document.createElement("button");
    close.type = "button";
    close.dataset.dismiss = "";
    close.textContent = document.body.dataset.closeWord;
    toast.append(text, close);
    toasts.append(toast);
  });
}
