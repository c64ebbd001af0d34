// Cadence, contact time and shock over the run: medians of some strides, and their middle 80 %.

import { say } from "./base.js";
import { axis, DASHES, draw, faint, frame, inks, LEGS } from "./plotting.js";

/** What is drawn beside valgus. */
export const BESIDE = ["cadence_spm", "contact_time_s", "tibial_shock_g"];

/** Draw one of them for all legs; false where no leg knows it. */
export function drawBeside(box, name, data, perUnit) {
  const ink = inks();
  const legs = LEGS.filter((leg) => data.along[name][leg]?.t.length);
  if (!legs.length) return false;
  const unit = say(perUnit === 60 ? "session.minutes" : "session.seconds");
  const layout = frame(ink, {
    xaxis: axis(ink, say("session.time_axis", { unit }), {}),
    yaxis: axis(ink, say(`session.unit_${name}`), { nticks: 6 }),
  });
  const traces = legs.flatMap((leg) => legTraces(data.along[name][leg], leg, perUnit, ink));
  draw(box, traces, layout);
  return true;
}

function legTraces(thin, leg, perUnit, ink) {
  const at = thin.t.map((t) => (t === null ? null : t / perUnit));
  const band = outline(at, thin.low, thin.high);
  const plain = { mode: "lines", hoverinfo: "skip" };
  return [
    { ...plain, ...band, fill: "toself", fillcolor: faint(ink[leg], 0.2), line: { width: 0 }, showlegend: false },
    {
      ...plain,
      x: at,
      y: thin.median,
      name: say(`session.${leg}`),
      line: { color: ink[leg], dash: DASHES[leg], width: 2 },
    },
  ];
}

/** Go along the upper edge and back along the lower, stretch by stretch. */
function outline(at, low, high) {
  const drawn = { x: [], y: [] };
  let first = 0;
  for (let i = 0; i <= at.length; i += 1) {
    if (i < at.length && at[i] !== null) continue;
    const part = at.slice(first, i);
    drawn.x.push(...part, ...part.toReversed(), null);
    drawn.y.push(...high.slice(first, i), ...low.slice(first, i).toReversed(), null);
    first = i + 1;
  }
  return drawn;
}
