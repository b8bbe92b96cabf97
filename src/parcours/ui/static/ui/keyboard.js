// Single keys: "?" shows them, "g" and a letter go to a place of the bar. They can be switched off.

const KEY = "parcours-single-keys";
const PAUSE_MS = 1_500;
const works = () => localStorage.getItem(KEY) !== "off";
let since = 0;

for (const box of document.querySelectorAll("[data-single-keys]")) {
  box.checked = works();
  box.addEventListener("change", () => localStorage.setItem(KEY, box.checked ? "on" : "off"));
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !works()) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    document.getElementById("keyboard")?.showModal();
  } else if (event.key === "g") since = event.timeStamp;
  else if (since && event.timeStamp - since < PAUSE_MS) {
    since = 0;
    document.querySelector(`.nav a[data-key="${CSS.escape(event.key)}"]`)?.click();
  } else since = 0;
});
