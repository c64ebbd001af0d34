// Where a stride lies in the course figure: session time across, a panel a leg, degrees up.

import { LEGS } from "./plotting.js";

const MARGIN = { l: 52, r: 14, t: 16, b: 46 };
const LONG_S = 180;
const GAP = 0.1;
const LEAST_DEG = 2;

/** Lay out the figure for the legs of the data in a box of this size, in pixels. */
export function courseScale(data, measure, { width, height }) {
  const legs = LEGS.filter((leg) => leg in data.legs && data.legs[leg].t.length);
  const times = legs.flatMap((leg) => [data.legs[leg].t[0], data.legs[leg].t.at(-1)]);
  const [first, last] = times.length ? [Math.min(...times), Math.max(...times)] : [0, 1];
  const air = 0.01 * Math.max(last - first, 1);
  const [low, high] = valueRange(legs.map((leg) => data.legs[leg][measure]));
  const share = (1 - GAP * (legs.length - 1)) / Math.max(legs.length, 1);
  const inner = { width: width - MARGIN.l - MARGIN.r, height: height - MARGIN.t - MARGIN.b };
  const panels = legs.map((leg, i) => {
    const top = 1 - i * (share + GAP);
    return { leg, domain: [Math.max(0, top - share), top] };
  });
  return {
    margin: MARGIN,
    inner,
    panels,
    from: first - air,
    to: last + air,
    low,
    high,
    perUnit: last - first > LONG_S ? 60 : 1,
  };
}

/** Return where a time lies across, in pixels of the box. */
export function across(scale, t) {
  return scale.margin.l + ((t - scale.from) / (scale.to - scale.from)) * scale.inner.width;
}

/** Return the session time at a pixel across. */
export function timeAt(scale, x) {
  const share = Math.min(Math.max((x - scale.margin.l) / scale.inner.width, 0), 1);
  return scale.from + share * (scale.to - scale.from);
}

/** Return how far down a panel's value lies, in pixels of the box. */
export function down(scale, panel, value) {
  const [bottom, top] = panel.domain;
  const share = bottom + ((value - scale.low) / (scale.high - scale.low)) * (top - bottom);
  return scale.margin.t + (1 - share) * scale.inner.height;
}

/** Return the panel at a pixel down: the nearest one. */
export function panelAt(scale, y) {
  const share = 1 - (y - scale.margin.t) / scale.inner.height;
  const away = ({ domain }) => Math.abs(share - (domain[0] + domain[1]) / 2);
  return scale.panels.reduce((best, panel) => (away(panel) < away(best) ? panel : best));
}

function valueRange(columns) {
  let [low, high] = [0, 0];
  for (const column of columns) {
    for (const value of column) {
      if (value === null) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  const air = Math.max(0.06 * (high - low), (LEAST_DEG - (high - low)) / 2);
  return [low - air, high + air];
}
