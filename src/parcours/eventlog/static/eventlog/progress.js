// Shows how far the worker is, as the server tells it; when it has ended, the page is loaded anew with the result.
const sheet = document.querySelector("[data-progress]");
const step = sheet?.querySelector("[data-step]");
const [WAIT_MS, MOST_WAIT_MS] = [2000, 60000];

function follow(wait) {
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
  // The browser asks again by itself after a lost connection, but not after a proxy's answer that the server is away.
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, wait, Math.min(wait * 2, MOST_WAIT_MS));
  });
}

if (sheet) follow(WAIT_MS);
