// Mean ± SD of the chosen strides, angle by angle, and one stride within them.

import { say } from "./base.js";
import { axis, DASHES, degreesAxis, draw, faint, frame, inks, LEGS } from "./plotting.js";

/** The figures of curves; "from_contact" is valgus shifted to 0 at contact. */
export const CURVES = ["from_contact", "valgus", "flexion", "internal_rotation", "thigh_tilt", "shank_tilt"];

const WITH_LEGEND = ["from_contact", "valgus"]; // the others' lines are the same, and legends cost time

const PERCENT = Array.from({ length: 101 }, (_, i) => i);
const THERE_AND_BACK = [...PERCENT, ...PERCENT.toReversed()];

/** Draw one figure of curves; the answers are those of curves.json and stride.json (or null). */
export function drawCurves(box, name, curves, stride, zero) {
  const ink = inks();
  const legs = LEGS.filter((leg) => curves.legs[leg]?.curves[name]);
  const traces = [
    ...(name === "from_contact" && curves.band ? reference(curves.band, ink) : []),
    ...legs.flatMap((leg) => runner(curves.legs[leg].curves[name], leg, ink)),
    ...(stride ? picked(stride, name, ink) : []),
  ];
  const marks = curves.span === "stride" ? legs.map((leg) => toeOff(curves.legs[leg], leg, ink)) : [];
  const layout = frame(ink, {
    showlegend: WITH_LEGEND.includes(name),
    xaxis: axis(ink, say(`session.axis_${curves.span}`), { range: [0, 100], dtick: 20, showgrid: false }),
    yaxis: degreesAxis(ink, say(`session.sign_${name}`, { zero }), { rangemode: "tozero" }),
    shapes: marks.filter(Boolean),
  });
  return draw(box, traces, layout);
}

function runner(curve, leg, ink) {
  const name = `${say(`session.${leg}`)} (${curve.n})`;
  return [
    ...spread(curve, faint(ink[leg], 0.2)),
    line(curve.mean, { name, line: { color: ink[leg], dash: DASHES[leg], width: 3 } }),
  ];
}

function reference(band, ink) {
  const name = say("session.runners", { n: band.n });
  return [
    ...spread(band, faint(ink.soft, 0.16)),
    line(band.mean, { name, line: { color: ink.soft, dash: "dot", width: 2 } }),
  ];
}

function picked(stride, name, ink) {
  const curve = stride.curves[name];
  if (!curve || curve[0] === null) return [];
  const label = say("session.stride_label", { leg: say(`session.${stride.leg}`), stride: stride.stride });
  return [line(curve, { name: label, line: { color: ink.ink, dash: "dashdot", width: 2 } })];
}

function line(y, look) {
  return { x: PERCENT, y, mode: "lines", hoverinfo: "skip", ...look };
}

function spread({ mean, sd }, fillcolor) {
  if (sd[0] === null) return [];
  const high = mean.map((value, i) => value + sd[i]);
  const low = mean.map((value, i) => value - sd[i]);
  const outline = { x: THERE_AND_BACK, y: [...high, ...low.toReversed()], fill: "toself", fillcolor };
  return [{ ...outline, mode: "lines", line: { width: 0 }, hoverinfo: "skip", showlegend: false }];
}

function toeOff({ toe_off_pct: at }, leg, ink) {
  if (at === null) return null;
  const line_ = { color: ink[leg], dash: "dot", width: 1 };
  return { type: "line", x0: at, x1: at, yref: "paper", y0: 0, y1: 1, line: line_ };
}
