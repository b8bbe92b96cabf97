// Buttons that copy the text of an element; where there is no clipboard, or no script, there is no button either.

const SAID_MS = 4_000;

const copied = async (button) => {
  const text = document.getElementById(button.dataset.copy).innerText.trim();
  const said = button.parentElement.querySelector("[role=status]");
  said.textContent = ""; // said again when it is copied again
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = said.dataset.copied;
    setTimeout(() => (said.textContent = ""), SAID_MS);
  } catch {
    said.textContent = said.dataset.kept;
  }
};

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copied(button));
  }
}
