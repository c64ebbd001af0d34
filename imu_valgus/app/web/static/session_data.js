// The session's data, asked for before Plotly is read: both take their time side by side.

import { ask } from "./base.js";
import { readChoice, serverQuery } from "./choice.js";

const session = location.pathname.replace(/\/$/, "");

/** All strides, and what lies along the run. */
export const strides = askStrides();

/** Ask for them anew: marks may have changed. */
export function askStrides() {
  return ask(`${session}/strides.json`);
}

/** The curves of the choice that the address holds. */
export const firstCurves = askCurves(readChoice(location.search));

/** Ask for mean and spread of the strides of a choice. */
export function askCurves(choice, options) {
  return ask(`${session}/curves.json?${serverQuery(choice)}`, options);
}

/** Ask for the numbers of the strides of a choice: table, difference of the legs, slopes. */
export function askNumbers(choice, options) {
  return ask(`${session}/numbers.json?${serverQuery(choice)}`, options);
}

/** Ask for one stride's curves and numbers. */
export function askStride(choice, options) {
  const query = new URLSearchParams({ ...choice.stride, span: choice.span });
  return ask(`${session}/stride.json?${query}`, options);
}

for (const promise of [strides, firstCurves]) promise.catch(() => {}); // whoever awaits it says so
