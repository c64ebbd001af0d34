// What all figures share: colours of the page, axes, drawing, saving as a file.
/* global Plotly */

import { say } from "./base.js";

/** The legs in their order; the right one's lines are dashed, in print and to the colour-blind. */
export const LEGS = ["left", "right"];
export const DASHES = { left: "solid", right: "dash" };

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
const CONFIG = { displayModeBar: false, doubleClick: false };
const SAVED = { width: 1000, height: 560, scale: 2 };

/** Return the page's colours of now, dark or light, and its size of letters in pixels. */
export function inks() {
  const style = getComputedStyle(document.documentElement);
  const ink = (name) => style.getPropertyValue(`--${name}`).trim();
  const isPaper = "printing" in document.documentElement.dataset;
  return {
    size: isPaper ? 9 : 12,
    left: ink("left"),
    right: ink("right-line"),
    ink: ink("ink"),
    soft: ink("ink-2"),
    grid: ink("grid"),
    rule: ink("rule"),
    paper: ink("paper"),
  };
}

/** Thin a colour #rrggbb out. */
export function faint(colour, share) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return `rgba(${r}, ${g}, ${b}, ${share})`;
}

/** Make a figure's frame; `more` goes on top of it. */
export function frame(ink, more) {
  return {
    margin: { l: 48, r: 12, t: 30, b: 44 },
    paper_bgcolor: "rgba(0, 0, 0, 0)",
    plot_bgcolor: "rgba(0, 0, 0, 0)",
    font: { family: FONT, size: ink.size, color: ink.soft },
    dragmode: false,
    hovermode: false,
    legend: { orientation: "h", x: 0, y: 1.01, yanchor: "bottom", font: { size: ink.size } },
    ...more,
  };
}

/** Make an axis. */
export function axis(ink, title, more) {
  return {
    title: { text: title, standoff: 6, font: { size: ink.size } },
    gridcolor: ink.grid,
    linecolor: ink.soft,
    zeroline: false,
    fixedrange: true,
    ...more,
  };
}

/** Make an axis of degrees. */
export function degreesAxis(ink, title, more) {
  return axis(ink, title, {
    ticksuffix: "°",
    zeroline: true,
    zerolinecolor: ink.soft,
    zerolinewidth: 1.2,
    nticks: 6,
    ...more,
  });
}

/** Draw a figure into its box, or draw it anew. */
export function draw(box, traces, layout) {
  const size = { width: box.clientWidth, height: box.clientHeight };
  return Plotly.react(box, traces, { ...layout, ...size }, CONFIG);
}

/** Save a figure as PNG or SVG, on the page's paper. */
export function save(box, kind, name) {
  const layout = { ...box.layout, showlegend: true, title: { text: box.getAttribute("aria-label") } };
  layout.margin = { ...layout.margin, t: layout.margin.t + 40 };
  const size = { ...SAVED, height: Math.max(SAVED.height, box.clientHeight) };
  const figure = { data: box.data, layout: { ...layout, paper_bgcolor: inks().paper } };
  return Plotly.downloadImage(figure, { format: kind, filename: name, ...size });
}

/** Say how many strides, in words. */
export function strideCount(n) {
  return n === 1 ? say("session.one_stride") : say("session.strides", { n });
}
