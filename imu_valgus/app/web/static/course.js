// The course figure under the hand: drag a stretch, click a stride, step by the arrow keys.

import { say } from "./base.js";
import { hearBrush } from "./brush.js";
import { drawCourse } from "./chart_course.js";
import { clock, taken } from "./choice.js";
import { across, courseScale, down, panelAt, timeAt } from "./course_scale.js";

const SVG = "http://www.w3.org/2000/svg";

/** Make the course figure; `onStretch(from, to)` and `onStride(leg, stride)` hear the user. */
export function makeCourse(box, area, data, { onStretch, onStride }) {
  const [veil, band, ring] = ["path", "rect", "circle"].map((kind) => document.createElementNS(SVG, kind));
  area.append(veil, band, ring);
  veil.classList.add("veil");
  band.classList.add("band");
  ring.classList.add("ring");
  ring.setAttribute("r", "7");
  const state = { scale: null, choice: null };

  const show = () => {
    veil.setAttribute("d", veilPath(data, state.scale, state.choice));
    showRing(ring, area, data, state);
  };
  hearBrush(area, {
    onMove: (span) => showBand(band, state.scale, span),
    onDrag: (x0, x1) => onStretch(timeAt(state.scale, x0), timeAt(state.scale, x1)),
    onClick: (x, y) => {
      const found = nearest(data, state, x, y);
      if (found) onStride(found.leg, found.stride);
    },
  });
  area.addEventListener("keydown", (event) => {
    const found = stepped(data, state, event.key);
    if (!found) return;
    event.preventDefault();
    onStride(found.leg, found.stride);
  });
  return {
    draw(choice) {
      const measure = choice.measure;
      state.scale = courseScale(data, measure, { width: box.clientWidth, height: box.clientHeight });
      state.choice = choice;
      const drawn = drawCourse(box, data, measure, state.scale);
      show();
      return drawn;
    },
    show(choice) {
      state.choice = choice;
      show();
    },
    perUnit: () => state.scale.perUnit,
    step: (by) => stepped(data, state, by > 0 ? "ArrowRight" : "ArrowLeft"),
  };
}

/** Cover what is not chosen, as one path. */
function veilPath(data, scale, choice) {
  return scale.panels
    .map((panel) => {
      const { t } = data.legs[panel.leg];
      const [top, bottom] = [down(scale, panel, scale.high), down(scale, panel, scale.low)];
      const edges = offStretches(taken(choice, panel.leg, data.legs[panel.leg]));
      return edges
        .map(([first, last]) => {
          const x0 = first === 0 ? scale.margin.l : across(scale, (t[first - 1] + t[first]) / 2);
          const x1 = last === t.length ? across(scale, scale.to) : across(scale, (t[last - 1] + t[last]) / 2);
          return `M${x0},${top}H${x1}V${bottom}H${x0}Z`;
        })
        .join("");
    })
    .join("");
}

/** Return the stretches [first, last) of strides that are not chosen. */
function offStretches(chosen) {
  const found = [];
  chosen.forEach((on, i) => {
    if (on) return;
    if (found.length && found.at(-1)[1] === i) found.at(-1)[1] = i + 1;
    else found.push([i, i + 1]);
  });
  return found;
}

function showBand(band, scale, span) {
  band.toggleAttribute("hidden", !span);
  if (!span) return;
  band.setAttribute("x", span[0]);
  band.setAttribute("width", span[1] - span[0]);
  band.setAttribute("y", scale.margin.t);
  band.setAttribute("height", scale.inner.height);
}

function showRing(ring, area, data, { scale, choice }) {
  const at = choice.stride && place(data, choice.stride);
  const panel = at && scale.panels.find(({ leg }) => leg === choice.stride.leg);
  const value = panel ? data.legs[panel.leg][choice.measure][at.row] : null;
  ring.toggleAttribute("hidden", value === null);
  area.setAttribute("aria-valuetext", strideText(data, choice, at));
  area.setAttribute("aria-valuenow", at ? at.row + 1 : 0);
  area.setAttribute("aria-valuemax", at ? data.legs[choice.stride.leg].t.length : 0);
  if (value === null) return;
  ring.setAttribute("cx", across(scale, data.legs[panel.leg].t[at.row]));
  ring.setAttribute("cy", down(scale, panel, value));
}

function strideText(data, choice, at) {
  if (!at) return say("session.stride_none_said");
  const { leg, stride } = choice.stride;
  const value = data.legs[leg][choice.measure][at.row];
  return say("session.stride_said", {
    leg: say(`session.${leg}`),
    stride,
    time: clock(data.legs[leg].t[at.row]),
    value: value === null ? "–" : value.toFixed(1),
    measure: say(`session.${choice.measure}`),
  });
}

function place(data, { leg, stride }) {
  const row = data.legs[leg]?.stride.indexOf(Number(stride)) ?? -1;
  return row < 0 ? null : { row };
}

/** Return the stride nearest to a pixel, among those of the panel under it. */
function nearest(data, { scale, choice }, x, y) {
  if (!scale.panels.length) return null;
  const panel = panelAt(scale, y);
  const leg = data.legs[panel.leg];
  let best = null;
  leg[choice.measure].forEach((value, i) => {
    if (value === null) return;
    const away = Math.hypot(across(scale, leg.t[i]) - x, down(scale, panel, value) - y);
    if (!best || away < best.away) best = { away, leg: panel.leg, stride: leg.stride[i] };
  });
  return best;
}

/** Return the stride to which a key leads from the one that is picked, among the chosen ones. */
function stepped(data, { scale, choice }, key) {
  const legs = scale.panels.map((panel) => panel.leg);
  if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(key) || !legs.length) return null;
  const now = choice.stride && place(data, choice.stride);
  let leg = now ? choice.stride.leg : choice.leg || legs[0];
  if (now && (key === "ArrowUp" || key === "ArrowDown")) {
    leg = legs.find((other) => other !== leg) ?? leg;
    return byTime(data, leg, data.legs[choice.stride.leg].t[now.row]);
  }
  const columns = data.legs[leg];
  const rows = taken(choice, leg, columns).flatMap((on, i) => (on ? [i] : []));
  if (!rows.length) return null;
  const to = {
    Home: rows[0],
    End: rows.at(-1),
    ArrowLeft: now ? rows.findLast((row) => row < now.row) : rows.at(-1),
  };
  const row = key in to ? to[key] : rows.find((row) => !now || row > now.row);
  return { leg, stride: columns.stride[row ?? now.row] };
}

function byTime(data, leg, t) {
  const { t: times, stride } = data.legs[leg];
  const row = times.reduce((best, time, i) => (Math.abs(time - t) < Math.abs(times[best] - t) ? i : best), 0);
  return { leg, stride: stride[row] };
}
