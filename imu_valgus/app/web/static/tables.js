// Tables: the text of what the figures show.

import { clock } from "./choice.js";
import { say } from "./base.js";
import { LEGS } from "./plotting.js";

const EVERY = 10;
const LONG_S = 1200;

/** Show rows of quantity, unit and a cell a leg; the legs name the columns. */
export function showQuantities(table, rows, heads) {
  const head = [say("session.quantity"), ...heads, say("session.unit")];
  const body = rows.map(([name, unit, ...cells]) => [name, ...cells, unit]);
  fillTable(table, head, body);
}

/** Show mean ± SD of each angle at every tenth percent. */
export function showCurves(table, curves, names) {
  const drawn = LEGS.flatMap((leg) =>
    names.filter((name) => curves.legs[leg]?.curves[name]).map((name) => [leg, name, curves.legs[leg].curves[name]]),
  );
  const head = [
    say("session.percent"),
    ...drawn.map(([leg, name, { n }]) => say("session.curve_head", { leg: say(`session.${leg}`), angle: say(`session.${name}`), n })),
  ];
  const body = [];
  for (let percent = 0; percent <= 100; percent += EVERY) {
    body.push([String(percent), ...drawn.map(([, , curve]) => meanAndSd(curve, percent))]);
  }
  fillTable(table, head, body);
}

/** Say one stride in a sentence. */
export function strideSentence(stride) {
  const said = say("session.stride_where", {
    leg: say(`session.${stride.leg}`),
    stride: stride.stride,
    time: clock(stride.t),
    lap: stride.lap,
    surface: say(`session.surface_${stride.surface}`),
    quality: say(`session.${stride.quality}`),
  });
  return stride.why ? `${said}: ${stride.why}` : said;
}

/** Say for each leg by how much a measure changes over the chosen strides, a paragraph a leg. */
export function showSlopes(box, slopes, measure) {
  const said = LEGS.filter((leg) => leg in slopes).map((leg) => {
    const paragraph = document.createElement("p");
    const text = { leg: say(`session.${leg}`), measure: say(`session.${measure}`) };
    paragraph.textContent = slopeSentence(slopes[leg][measure], text);
    return paragraph;
  });
  box.replaceChildren(...said);
}

function slopeSentence(slope, text) {
  if (!slope) return say("session.slope_none", text);
  const [change, low, high, hourly] = [slope.over_run, slope.low, slope.high, slope.per_hour].map(signed);
  const drift = slope.drift.toFixed(1);
  const verdict = say(slope.is_beyond ? "session.slope_beyond" : "session.slope_within");
  const said = say("session.slope", { ...text, change, low, high, drift, n: slope.n, verdict });
  const isLong = slope.lasts_s >= LONG_S; // a short run's slope by the hour would be a wild guess
  return isLong ? `${said} ${say("session.slope_hourly", { hourly })}` : said;
}

function signed(value) {
  const shown = Math.abs(value).toFixed(1);
  return shown === "0.0" ? "0.0" : `${value < 0 ? "\u2212" : "+"}${shown}`;
}

function meanAndSd({ mean, sd }, at) {
  const spread = sd[at] === null ? "" : ` ± ${sd[at].toFixed(1)}`;
  return `${mean[at].toFixed(1).replace("-", "\u2212")}${spread}°`;
}

function fillTable(table, head, body) {
  const row = (cells, kind, scope) => {
    const tr = document.createElement("tr");
    cells.forEach((text, i) => {
      const cell = document.createElement(i === 0 && kind === "td" ? "th" : kind);
      cell.textContent = text;
      if (cell.tagName === "TH") cell.scope = i === 0 && kind === "td" ? "row" : scope;
      tr.append(cell);
    });
    return tr;
  };
  const thead = document.createElement("thead");
  thead.append(row(head, "th", "col"));
  const tbody = document.createElement("tbody");
  tbody.append(...body.map((cells) => row(cells, "td")));
  table.replaceChildren(thead, tbody);
}
