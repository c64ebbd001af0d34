// Valgus stride by stride over the run: every stride is drawn, each leg as a few SVG paths.

import { say } from "./base.js";
import { axis, degreesAxis, draw, faint, frame, inks } from "./plotting.js";

const DOT_PX = 6;
const SMALL_DOT_PX = 3;
const MANY = 1500;
const SIGN_PX = 4;
const MAX_LAP_LABELS = 12;

/** Draw the course of one measure, "excursion" or "peak". */
export function drawCourse(box, data, measure, scale) {
  const ink = inks();
  const traces = scale.panels.flatMap((panel, i) => panelTraces(data, measure, scale, { panel, i, ink }));
  return draw(box, traces, courseLayout(data, measure, scale, ink));
}

function panelTraces(data, measure, scale, { panel, i, ink }) {
  const on = { yaxis: axisOf(i), showlegend: false, hoverinfo: "skip" };
  const thin = data.along[measure][panel.leg];
  const median = {
    ...on,
    x: thin.t.map((t) => t && t / scale.perUnit),
    y: thin.median,
    mode: "lines",
    line: { color: ink.ink, width: 2 },
  };
  return [median, marksTrace(data, scale, panel, { on, ink })].filter((trace) => trace.x.length);
}

/** Draw all strides of a leg as one path a quality: good a dot, suspect a triangle, rejected a cross.
 *
 * As shapes of the layout: Plotly takes fifty times as long over as many points of a trace. */
function strideShapes(data, measure, scale, { panel, i, ink }) {
  const leg = data.legs[panel.leg];
  const dot = leg.t.length > MANY ? SMALL_DOT_PX : DOT_PX;
  const paths = stridePaths(leg, measure, signs(scale, panel, dot), scale.perUnit);
  const looks = {
    g: { line: { color: faint(ink[panel.leg], 0.6), width: dot } },
    s: { line: { color: ink.soft, width: 1 } },
    r: { line: { color: ink.ink, width: 1.5 } },
  };
  return Object.entries(paths)
    .filter(([, path]) => path.length)
    .map(([quality, path]) => ({ ...pathShape(path.join(""), looks[quality]), yref: axisOf(i) }));
}

function signs(scale, panel, dot) {
  const perPx = (scale.to - scale.from) / scale.inner.width / scale.perUnit;
  const high = scale.inner.height * (panel.domain[1] - panel.domain[0]);
  const [dx, sx, sy] = [0.5 * dot * perPx, SIGN_PX * perPx, (SIGN_PX * (scale.high - scale.low)) / high];
  return {
    g: (x, y) => `M${x - dx},${y}L${x + dx},${y}`,
    s: (x, y) => `M${x - sx},${y - sy}L${x},${y + sy}L${x + sx},${y - sy}Z`,
    r: (x, y) => `M${x - sx},${y - sy}L${x + sx},${y + sy}M${x - sx},${y + sy}L${x + sx},${y - sy}`,
  };
}

function stridePaths(leg, measure, sign, perUnit) {
  const paths = { g: [], s: [], r: [] };
  leg[measure].forEach((value, i) => {
    if (value !== null) paths[leg.quality[i]].push(sign[leg.quality[i]](leg.t[i] / perUnit, value));
  });
  return paths;
}

function axisOf(i) {
  return i ? `y${i + 1}` : "y";
}

function marksTrace(data, scale, panel, { on, ink }) {
  const marks = data.marks.filter((mark) => !mark.leg || mark.leg === panel.leg);
  return {
    ...on,
    x: marks.map((mark) => mark.t / scale.perUnit),
    y: marks.map(() => scale.low + 0.9 * (scale.high - scale.low)),
    text: marks.map((mark) => (mark.kind === "pain" ? say("session.pain_mark", { text: plain(mark.text) }) : "")),
    mode: "markers+text",
    textposition: "middle right",
    textfont: { color: ink.ink },
    marker: {
      size: 11,
      color: ink.ink,
      symbol: marks.map((mark) => (mark.kind === "pain" ? "triangle-down" : "diamond-open")),
    },
  };
}

function courseLayout(data, measure, scale, ink) {
  const unit = say(scale.perUnit === 60 ? "session.minutes" : "session.seconds");
  const what = measure === "excursion" ? say("session.excursion_axis") : plain(data.zero);
  const layout = frame(ink, {
    margin: scale.margin,
    xaxis: axis(ink, say("session.time_axis", { unit }), {
      range: [scale.from / scale.perUnit, scale.to / scale.perUnit],
      anchor: scale.panels.length > 1 ? `y${scale.panels.length}` : "y",
    }),
    shapes: [
      ...stillShapes(data, scale, ink),
      ...scale.panels.flatMap((panel, i) => strideShapes(data, measure, scale, { panel, i, ink })),
    ],
    annotations: [...lapLabels(data, scale, ink)],
  });
  layout.legend = { ...layout.legend, itemclick: false, itemdoubleclick: false };
  scale.panels.forEach(({ leg, domain }, i) => {
    const title = say("session.course_axis", { leg: say(`session.${leg}`), what });
    const range = { range: [scale.low, scale.high], domain };
    layout[i ? `yaxis${i + 1}` : "yaxis"] = degreesAxis(ink, title, range);
  });
  return layout;
}

/** Shade all bends, and mark the laps' starts, each as one path. */
function stillShapes(data, scale, ink) {
  const bends = data.bends.map(([from, to]) => {
    const [a, b] = [from / scale.perUnit, to / scale.perUnit];
    return `M${a},0L${a},1L${b},1L${b},0Z`;
  });
  const laps = data.laps.map(([, from]) => `M${from / scale.perUnit},0L${from / scale.perUnit},1`);
  const looks = [
    [bends, { fillcolor: faint(ink.soft, 0.14), line: { width: 0 } }],
    [laps, { line: { color: ink.soft, width: 1, dash: "dot" } }],
  ];
  return looks
    .filter(([steps]) => steps.length)
    .map(([steps, look]) => ({ ...pathShape(steps.join(""), look), yref: "paper", layer: "below" }));
}

function pathShape(path, look) {
  return { type: "path", path, xref: "x", ...look };
}

function lapLabels(data, scale, ink) {
  const every = Math.ceil(data.laps.length / MAX_LAP_LABELS) || 1;
  return data.laps
    .filter((_, n) => n % every === 0)
    .map(([lap, from]) => ({
      x: from / scale.perUnit,
      y: 1,
      yref: "paper",
      xanchor: "left",
      yanchor: "top",
      showarrow: false,
      text: say("session.lap_label", { lap }),
      font: { size: 11, color: ink.soft },
    }));
}

/** Take from a text what Plotly would read as markup. */
function plain(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
