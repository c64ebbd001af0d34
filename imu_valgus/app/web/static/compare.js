// The curves of several sessions over each other, a figure a leg and zero.

import { ask, say } from "./base.js";
import { axis, degreesAxis, draw, faint, frame, inks, LEGS, save } from "./plotting.js";

const ZEROS = ["from_contact", "valgus"];
const DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];
const PERCENT = Array.from({ length: 101 }, (_, i) => i);
const THERE_AND_BACK = [...PERCENT, ...PERCENT.toReversed()];
// Okabe and Ito's, which the colour-blind tell apart; the dash tells them apart in print.
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

const place = document.getElementById("compared");
let found = null;

function drawAll() {
  for (const zero of ZEROS) {
    for (const leg of LEGS) drawOne(zero, leg);
  }
}

function drawOne(zero, leg) {
  const ink = inks();
  const known = found.sessions.map((one, n) => [one, n]).filter(([one]) => one.legs[leg]?.[zero]);
  const box = document.getElementById(`${zero}-${leg}`);
  document.getElementById(`figure-${zero}-${leg}`).hidden = !known.length;
  if (!known.length) return;
  const band = zero === "from_contact" ? curve(found.band, { colour: ink.soft, dash: "dot", name: say("session.runners", { n: found.band.n }) }) : [];
  const lines = known.flatMap(([one, n]) => curve(one.legs[leg][zero], {
    colour: COLOURS[n], dash: DASHES[n], name: `${one.name} (${one.legs[leg][zero].n})`,
  }));
  draw(box, [...band, ...lines], frame(ink, {
    xaxis: axis(ink, say("session.axis_stance"), { range: [0, 100], dtick: 20, showgrid: false }),
    yaxis: degreesAxis(ink, say(`compare.axis_${zero}`), { rangemode: "tozero" }),
    legend: { orientation: "v", x: 0, y: 1.02, yanchor: "bottom", font: { size: 11 } },
    margin: { l: 48, r: 12, t: 24 * (known.length + band.length / 2), b: 44 },
  }));
}

function curve({ mean, sd }, { colour, dash, name }) {
  const line = { x: PERCENT, y: mean, mode: "lines", name: escaped(name), line: { color: colour, dash, width: 2.5 }, hoverinfo: "skip" };
  if (!sd) return [line];
  const y = [...mean.map((value, i) => value + sd[i]), ...mean.map((value, i) => value - sd[i]).toReversed()];
  const spread = { x: THERE_AND_BACK, y, fill: "toself", fillcolor: faint(colour, 0.12), mode: "lines", line: { width: 0 }, hoverinfo: "skip", showlegend: false };
  return [spread, line];
}

/** Plotly reads some markup in names. */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

async function start() {
  found = await ask(place.dataset.address);
  drawAll();
  document.addEventListener("theme", drawAll);
}

for (const button of document.querySelectorAll("[data-save]")) {
  const { save: kind, figure } = button.dataset;
  button.addEventListener("click", () => save(document.getElementById(figure), kind, `compared-${figure}`));
}
start().catch((error) => { document.getElementById("compared-wrong").textContent = error.message; });
