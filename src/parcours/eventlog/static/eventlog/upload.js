// Sends a file piece by piece. The server's file says how far it has come, so a lost connection, a reload or a restart
// of the server costs at most one piece. Without this module the form sends the whole file at once.

const PIECE = 4 * 1024 * 1024;
const WAIT_MS = [500, 1000, 2000, 5000, 10000];

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function sizes(section) {
  const units = section.dataset.units.split(",");
  const figures = new Intl.NumberFormat(section.dataset.language, { maximumFractionDigits: 1 });
  return (bytes) => {
    let step = 0;
    for (; bytes >= 999.5 && step < units.length - 1; step += 1) bytes /= 1000;
    return `${figures.format(bytes)}\u202f${units[step]}`;
  };
}

function times(section) {
  const unit = (name) =>
    new Intl.NumberFormat(section.dataset.language, { style: "unit", unit: name, unitDisplay: "narrow" });
  const [minute, second] = [unit("minute"), unit("second")];
  return (seconds) => (seconds >= 90 ? minute.format(Math.round(seconds / 60)) : second.format(Math.ceil(seconds)));
}

class Upload {
  constructor(section) {
    this.section = section;
    this.said = section.dataset;
    this.part = (name) => section.querySelector(`[data-upload-${name}]`);
    [this.inWords, this.inTime] = [sizes(section), times(section)];
    this.input = section.querySelector("input[type=file]");
    this.listen();
  }

  listen() {
    const form = this.part("form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (this.input.files.length) this.begin(this.input.files[0]);
    }, { capture: true });
    this.input.addEventListener("change", () => this.input.files.length && this.begin(this.input.files[0]));
    this.section.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.section.classList.add("is-target");
    });
    this.section.addEventListener("dragleave", () => this.section.classList.remove("is-target"));
    this.section.addEventListener("drop", (event) => {
      event.preventDefault();
      this.section.classList.remove("is-target");
      if (event.dataTransfer.files.length) this.begin(event.dataTransfer.files[0]);
    });
    this.part("pause").addEventListener("click", () => this.pause());
    this.part("resume").addEventListener("click", () => this.resume());
    this.part("cancel").addEventListener("click", () => this.cancel());
    addEventListener("online", () => this.wake?.());
    addEventListener("beforeunload", (event) => this.running && event.preventDefault());
  }

  // -- which upload a file belongs to
  async begin(file) {
    if (this.running) return;
    this.fail("");
    this.file = file;
    this.fingerprint = `${file.size}-${file.lastModified}`;
    const rows = [...document.querySelectorAll("[data-unfinished]")];
    const known = rows.find((row) => Number(row.dataset.size) === file.size && row.dataset.fingerprint === this.fingerprint);
    if (!known && rows.some((row) => "only" in row.dataset)) return this.fail(this.said.saidOther);
    try {
      const there = known ? known.dataset : await this.announce();
      [this.address, this.page] = [there.file, there.page];
    } catch (error) {
      return this.fail(error.message);
    }
    this.part("send").hidden = true;
    this.part("status").hidden = false;
    this.part("name").textContent = file.name;
    this.input.disabled = true;
    return this.resume();
  }

  async announce() {
    const answer = await fetch(this.said.address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.said.token },
      body: JSON.stringify({ name: this.file.name, size: this.file.size, fingerprint: this.fingerprint }),
    }).catch(() => { throw new Error(this.said.saidLost); });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(told.error ?? this.said.saidFailed);
    return told;
  }

  // -- sending
  async resume() {
    if (this.running) return;
    this.running = true;
    this.showPaused(false);
    let failures = 0;
    [this.startedAt, this.startedFrom] = [performance.now(), null];
    let offset = null;
    while (this.running) {
      try {
        if (offset === null) offset = await this.ask();
        if (!this.running) break;
        this.startedFrom ??= offset;
        this.show(offset);
        offset = await this.send(offset);
        failures = 0;
        if (offset >= this.file.size) return this.leave();
      } catch (error) {
        if (!this.running) break;
        if (error.final) {
          this.running = false;
          this.part("status").hidden = true;
          return this.fail(error.message);
        }
        offset = null; // only the server knows what arrived
        this.part("words").textContent = this.said.saidLost;
        await this.sleep(WAIT_MS[Math.min(failures, WAIT_MS.length - 1)]);
        failures += 1;
      }
    }
    return undefined;
  }

  async ask() {
    const answer = await fetch(this.address, { cache: "no-store" });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw this.refusal(answer.status, told);
    if (told.state !== "uploading") this.leave();
    return told.offset;
  }

  // XMLHttpRequest, because fetch does not tell how much of a body has left
  send(offset) {
    const end = Math.min(offset + PIECE, this.file.size);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.request = request;
      request.open("PATCH", this.address);
      request.setRequestHeader("Upload-Offset", String(offset));
      request.setRequestHeader("Content-Type", "application/offset+octet-stream");
      request.setRequestHeader("X-CSRFToken", this.said.token);
      request.responseType = "json";
      request.timeout = 120000;
      request.upload.onprogress = (event) => this.show(offset + Math.min(event.loaded, end - offset));
      if (end === this.file.size) request.upload.onload = () => { this.part("words").textContent = this.said.saidLooking; };
      request.onload = () => {
        const told = request.response ?? {};
        if (request.status === 200 || (request.status === 409 && "offset" in told)) resolve(told.offset);
        else reject(this.refusal(request.status, told));
      };
      request.onerror = request.ontimeout = request.onabort = () => reject(new Error("lost"));
      request.send(this.file.slice(offset, end));
    });
  }

  refusal(status, told) {
    const error = new Error(told.error ?? this.said.saidFailed);
    error.final = status >= 400 && status < 500 && status !== 408 && status !== 429;
    error.final ||= status === 507;
    return error;
  }

  sleep(milliseconds) {
    return new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, milliseconds);
    });
  }

  // -- what the person does
  pause() {
    this.running = false;
    this.request?.abort();
    this.wake?.();
    this.showPaused(true);
  }

  async cancel() {
    this.running = false;
    this.request?.abort();
    this.wake?.();
    await fetch(this.address.replace(/file$/, "cancellation"), {
      method: "POST",
      headers: { "X-CSRFToken": this.said.token },
      redirect: "manual",
    });
    location.assign(this.said.address);
  }

  leave() {
    this.running = false;
    location.assign(this.page);
  }

  // -- what the person sees
  show(done) {
    this.done = done;
    this.part("bar").value = (done / this.file.size) * 100;
    const seconds = (performance.now() - this.startedAt) / 1000;
    const rate = seconds > 0.3 ? (done - this.startedFrom) / seconds : 0;
    const left = rate > 0 ? this.inTime((this.file.size - done) / rate) : "…";
    const values = { done: this.inWords(done), size: this.inWords(this.file.size), rate: this.inWords(rate), left };
    this.part("words").textContent = fill(this.said.saidSending, values);
  }

  showPaused(paused) {
    this.part("pause").hidden = paused;
    this.part("resume").hidden = !paused;
    if (!paused) return;
    const values = { done: this.inWords(this.done ?? 0), size: this.inWords(this.file.size) };
    this.part("words").textContent = fill(this.said.saidPaused, values);
    this.part("resume").focus();
  }

  fail(message) {
    const place = this.part("error");
    place.textContent = message;
    place.hidden = !message;
    if (!message) return;
    this.input.disabled = false;
    this.input.value = "";
    this.part("send").hidden = false;
  }
}

for (const section of document.querySelectorAll("[data-upload]")) new Upload(section);
