// Draws a figure.series from its own table with uPlot: line, interval, target, and hatching where there is no data.
// The page links vendor/uplot.min.js before this module; what uPlot needs of styles stands in charts.css.

const HEIGHT_PX = 256;

const colour = (name) => {
  const probe = document.createElement("i"); // a custom property keeps light-dark() unresolved, a colour does not
  probe.className = "sr";
  document.body.append(probe);
  probe.style.color = `var(--${name})`;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
};

const read = (figure) => {
  const rows = [...figure.querySelectorAll("tbody tr")].map((row) => [
    Date.parse(row.querySelector("time").dateTime) / 1000,
    ...[0, 1, 2].map((at) => (row.querySelectorAll("data")[at] ? Number(row.querySelectorAll("data")[at].value) : null)),
  ]);
  return [0, 2, 3, 1].map((column) => rows.map((row) => row[column]));
};

const hatch = (plot, ink) => {
  const [days, , , values] = plot.data;
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  for (let from = 0; from < days.length; from += 1) {
    if (values[from] !== null) continue;
    let to = from;
    while (to < days.length && values[to] === null) to += 1;
    const left = plot.valToPos(days[Math.max(0, from - 1)], "x", true);
    const right = plot.valToPos(days[Math.min(days.length - 1, to)], "x", true);
    ctx.rect(left, bbox.top, right - left, bbox.height);
    from = to;
  }
  ctx.clip();
  ctx.strokeStyle = ink;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  for (let x = bbox.left - bbox.height; x < bbox.left + bbox.width; x += 8 * devicePixelRatio) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
};

const aim = (plot, target, name, ink) => {
  if (target === null) return;
  const { ctx, bbox } = plot;
  const y = plot.valToPos(target, "y", true);
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = ink;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = `500 ${12 * devicePixelRatio}px "Instrument Sans", sans-serif`;
  ctx.textAlign = "right";
  ctx.fillText(`${name} ${target.toLocaleString(document.documentElement.lang)}`, bbox.left + bbox.width, y - 6 * devicePixelRatio);
  ctx.restore();
};

const draw = (figure) => {
  const place = figure.querySelector(".series-plot");
  const data = read(figure);
  const target = "target" in figure.dataset ? Number(figure.dataset.target) : null;
  const line = colour("lived" in figure.dataset ? "voyage" : "carte");
  const soft = colour("lived" in figure.dataset ? "voyage-soft" : "carte-soft");
  const ink = colour("ink-2");
  const rule = colour("rule");
  const axis = { stroke: ink, font: '500 12px "Instrument Sans", sans-serif', grid: { stroke: rule, width: 1 }, ticks: { show: false } };
  const month = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "short", timeZone: "UTC" });
  const all = [...data[1], ...data[2], ...data[3], target].filter((value) => value !== null);
  const edge = { stroke: "transparent", points: { show: false } };
  const room = (Math.max(...all) - Math.min(...all)) * 0.15 || 1;
  place.hidden = false;
  place.replaceChildren();
  new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT_PX,
      cursor: { show: false },
      legend: { show: false },
      scales: { y: { range: [Math.min(...all) - room, Math.max(...all) + room] } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      axes: [
        { ...axis, space: 90, grid: { show: false }, values: (_plot, days) => days.map((day) => month.format(day * 1000)) },
        { ...axis, size: 48 },
      ],
      series: [{}, edge, edge, { ...edge, stroke: line, width: 2.5 }], // the interval first: what comes later lies above
      bands: [{ series: [2, 1], fill: soft }],
      hooks: {
        drawAxes: [(plot) => hatch(plot, rule)],
        draw: [(plot) => aim(plot, target, figure.dataset.targetName, colour("ink"))],
      },
    },
    data,
    place,
  );
};

const figures = [...document.querySelectorAll("[data-series]")];
for (const figure of figures) figure.querySelector("details").open = false;
const drawAll = () => figures.forEach(draw);
document.fonts.ready.then(drawAll);
document.addEventListener("parcours:theme", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
let due = 0;
addEventListener("resize", () => {
  cancelAnimationFrame(due);
  due = requestAnimationFrame(drawAll);
});
