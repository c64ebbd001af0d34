// The session page: keeps address, form and figures in step.

import { say } from "./base.js";
import { BESIDE, drawBeside } from "./chart_beside.js";
import { CURVES, drawCurves } from "./chart_curves.js";
import { clock, everything, fill, readChoice, readForm, searchOf, serverQuery } from "./choice.js";
import { makeCourse } from "./course.js";
import { LEGS, save, strideCount } from "./plotting.js";
import { hearPrint, hearResize } from "./print.js";
import { askCurves, askNumbers, askStride, askStrides, firstCurves, strides } from "./session_data.js";
import { showCurves, showQuantities, showSlopes, strideSentence } from "./tables.js";

const at = (id) => document.getElementById(id);
const form = at("choice");
const shown = { choice: readChoice(location.search), curves: null, numbers: null, stride: null };
let course = null;
let data = null;
let asking = new AbortController();

/** Take a new choice: into the address, the form and the figures. */
async function choose(choice, { replace = false, since = performance.now() } = {}) {
  const before = shown.choice;
  shown.choice = choice;
  history[replace ? "replaceState" : "pushState"](null, "", location.pathname + searchOf(choice));
  await follow(before, since);
}

/** Let form and figures follow the choice; the numbers come while the figures are drawn. */
async function follow(before, since) {
  const { choice } = shown;
  fill(form, choice);
  course.show(choice);
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const isSame = before && serverQuery(before) === serverQuery(choice);
  try {
    const [curves, stride] = await Promise.all([
      isSame ? shown.curves : askCurves(choice, { signal }),
      choice.stride ? askStride(choice, { signal }) : null,
    ]);
    const numbers = isSame ? Promise.resolve(shown.numbers) : askNumbers(choice, { signal });
    numbers.catch(() => {}); // awaited below, unless a new choice comes first
    Object.assign(shown, { curves, stride });
    const [seen, unseen] = parted(CURVES, (name) => isInView(at(`figure-${name}`)));
    showCurveFigures(seen);
    if (before?.measure !== choice.measure) course.draw(choice);
    performance.measure("choice", { start: since });
    await nextFrame();
    signal.throwIfAborted();
    showCurveFigures(unseen);
    performance.measure("choice-all", { start: since });
    shown.numbers = await numbers;
    showText();
  } catch (error) {
    if (error.name !== "AbortError") wrong(error);
  }
}

/** Draw figures of the curves: all, or what is seen first and the others after it. */
function showCurveFigures(names = CURVES) {
  const { curves, stride } = shown;
  at("figure-from_contact").hidden = curves.span === "stride";
  for (const name of names) {
    const known = LEGS.some((leg) => curves.legs[leg]?.curves[name]);
    if (name !== "from_contact") at(`figure-${name}`).hidden = !known;
    if (!at(`figure-${name}`).hidden) drawCurves(at(name), name, curves, stride, data.zero);
  }
  at("chosen").textContent = chosenSentence(curves);
}

function parted(all, isFirst) {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

function isInView(figure) {
  const { top, bottom } = figure.getBoundingClientRect();
  return figure.hidden || (bottom > 0 && top < innerHeight);
}

function nextFrame() {
  return new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
}

function showText() {
  const { curves, numbers, stride, choice } = shown;
  at("curves-how").textContent = say(curves.span === "stance" ? "session.stance_how" : "session.stride_how");
  at("verdict").textContent = numbers.verdict;
  showSlopes(at("slopes"), numbers.slopes, choice.measure);
  const heads = LEGS.filter((leg) => leg in numbers.n_good).map((leg) =>
    say("session.leg_head", { leg: say(`session.${leg}`), n: numbers.n_good[leg] }),
  );
  showQuantities(at("sides-table"), numbers.table, heads);
  showCurves(at("curves-table"), curves, CURVES);
  showStride(stride);
  const query = serverQuery(choice);
  for (const name of ["strides", "curves"]) {
    at(`${name}-csv`).href = `${location.pathname}/${name}.csv${query && `?${query}`}`;
  }
}

function showStride(stride) {
  at("stride").hidden = !stride;
  if (!stride) return;
  at("stride-said").textContent = strideSentence(stride);
  showQuantities(at("stride-table"), stride.table, [say("session.value")]);
  document.dispatchEvent(new CustomEvent("stride", { detail: { leg: stride.leg, contact_s: stride.t, quality: stride.quality } }));
}

function chosenSentence(curves) {
  const legs = LEGS.filter((leg) => leg in curves.legs).map((leg) => {
    const { n_chosen: n, n_good: good } = curves.legs[leg];
    return say("session.chosen_leg", { leg: say(`session.${leg}`), n: strideCount(n), good });
  });
  return say("session.chosen", { legs: legs.join("; ") });
}

function wrong(error) {
  at("choice-wrong").textContent = error.message;
}

function hearForm() {
  form.addEventListener("change", (event) => {
    const { choice, wrong: field } = readForm(form, shown.choice);
    wrong({ message: field ? say("session.no_time") : "" });
    if (!field) choose(choice, { since: event.timeStamp });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    const { measure, span, stride } = shown.choice;
    choose({ ...everything, measure, span, stride });
  });
}

function hearStride() {
  const pick = (stride) => stride && choose({ ...shown.choice, stride }, { replace: true });
  at("stride-before").addEventListener("click", () => pick(course.step(-1)));
  at("stride-after").addEventListener("click", () => pick(course.step(1)));
  at("stride-none").addEventListener("click", () => choose({ ...shown.choice, stride: null }));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown.choice.stride) choose({ ...shown.choice, stride: null });
  });
}

/** Draw new marks; where they change the numbers, whoever marked loads the whole page anew. */
function hearMarks() {
  document.addEventListener("marks", async ({ detail }) => {
    if (detail.numbers) return;
    Object.assign(data, await askStrides());
    course.draw(shown.choice);
  });
}

function drawStill() {
  course.draw(shown.choice);
  for (const name of BESIDE) at(`figure-${name}`).hidden = !drawBeside(at(name), name, data, course.perUnit());
}

/** Tell who waits with what is less urgent. */
function tellDrawn() {
  at("session").dataset.drawn = "";
  document.dispatchEvent(new CustomEvent("drawn"));
}

function redraw() {
  showCurveFigures();
  drawStill();
}

async function start() {
  [data, shown.curves] = await Promise.all([strides, firstCurves]);
  const { choice } = shown;
  const numbers = askNumbers(choice);
  shown.stride = choice.stride ? await askStride(choice) : null;
  course = makeCourse(at("course"), at("course-keys"), data, {
    onStretch: (from, to) => choose({ ...shown.choice, from: from.toFixed(1), to: to.toFixed(1) }),
    onStride: (leg, stride) => choose({ ...shown.choice, stride: { leg, stride: String(stride) } }, { replace: true }),
  });
  fill(form, choice);
  redraw();
  hearMarks();
  hearPrint(redraw);
  hearResize(redraw);
  document.addEventListener("theme", redraw);
  performance.mark("drawn");
  tellDrawn();
  shown.numbers = await numbers;
  showText();
  at("session").setAttribute("aria-busy", "false");
}

hearForm();
hearStride();
for (const button of document.querySelectorAll("[data-save]")) {
  const { save: kind, figure } = button.dataset;
  button.addEventListener("click", () => save(at(figure), kind, `${location.pathname.split("/").at(-1)}-${figure}`));
}
addEventListener("popstate", () => {
  const before = shown.choice;
  shown.choice = readChoice(location.search);
  follow(before, performance.now());
});
start().catch((error) => {
  wrong(error);
  tellDrawn();
});
