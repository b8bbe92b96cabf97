// Shows how far the worker is, as the server tells it; when it has ended, the page is loaded anew with the result.
const sheet = document.querySelector("[data-progress]");
const step = sheet?.querySelector("[data-step]");

if (sheet) {
  const source = new EventSource(sheet.dataset.progress);
  source.addEventListener("step", (event) => {
    const shown = new DOMParser().parseFromString(event.data, "text/html");
    const [bar, words] = [shown.querySelector("progress"), shown.querySelector("p")];
    const there = step.querySelector("progress");
    if (bar.hasAttribute("value")) there.value = bar.value;
    else there.removeAttribute("value");
    step.querySelector("p").replaceChildren(...words.childNodes);
  });
  source.addEventListener("end", () => {
    source.close();
    location.reload();
  });
}
