// What the live page says in words and numbers: the step, the sensors, each leg's mean.

import { say } from "./base.js";

const byId = (id) => document.getElementById(id);
const LOW_PERCENT = 20;
const LATE_S = 1;

/** Show the step of the protocol, what is left of it, and how the sensors do. */
export function showMoment(told) {
  byId("prompt").textContent = told.over ? say("live.over") : told.fetching ? say("live.fetching") : told.prompt;
  byId("remaining").textContent = told.over || told.fetching ? "" : clockOf(told);
  byId("calibrating").hidden = told.calibrated || told.over;
  const next = told.steps[told.step + 1];
  byId("next").disabled = byId("stop").disabled = byId("lap").disabled = told.over || told.fetching;
  byId("next").textContent = next ? say("live.next_to", { prompt: firstWord(next.prompt) }) : say("live.next");
  byId("steps").replaceChildren(...told.steps.map((step, k) => listed(step, k, told)));
  byId("sensors").replaceChildren(...told.sensors.map(sensorRow));
}

/** Show one leg's last stride and where its mean lies. */
export function showLeg(side, stride, verdict) {
  const leg = byId(`leg-${side}`);
  const put = (name, text) => {
    leg.querySelector(name).textContent = text;
  };
  leg.classList.toggle("outside", Boolean(verdict?.outside));
  if (verdict?.n) {
    put(".value", verdict.mean_deg.toFixed(1));
    put(".of", say("live.of_strides", { n: verdict.n, error: verdict.error_deg.toFixed(1) }));
    put(".where", whereOf(verdict));
  }
  if (!stride) return;
  const [excursion, ic, peak] = ["excursion", "ic", "peak"].map((name) => stride[`valgus_${name}_deg`].toFixed(1));
  const said = say("live.last", { excursion, ic, peak });
  put(".last", stride.uncertain ? `${said}, ${say("live.unsure")}` : said);
  if (stride.cadence_spm === null) return;
  const contact = (stride.toe_off_s - stride.contact_s).toFixed(2);
  put(".row", say("live.row", { contact, cadence: stride.cadence_spm.toFixed(0) }));
}

/** Say where a leg's mean lies against the band, and what counts as beyond it. */
export function whereOf(verdict) {
  return say(`live.${verdict.outside ?? "inside"}`, { margin: verdict.margin_deg.toFixed(1) });
}

function clockOf({ left_s: left, elapsed_s: elapsed }) {
  const seconds = Math.max(0, Math.round(left ?? elapsed));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function firstWord(prompt) {
  return prompt.split(/[\s,]/)[0];
}

function listed(step, k, told) {
  const item = document.createElement("li");
  item.textContent = firstWord(step.prompt);
  if (k === told.step) item.setAttribute("aria-current", "step");
  return item;
}

function sensorRow(one) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = say(`live.${one.placement}`);
  const inReach = one.connected && one.lag_s < LATE_S;
  const weak = one.battery_percent !== null && one.battery_percent < LOW_PERCENT;
  const missing = one.samples ? (100 * one.missing) / (one.samples + one.missing) : 0;
  row.append(
    head,
    cell(say(inReach ? "live.up" : "live.away"), inReach ? "" : "away"),
    cell(one.battery_percent === null ? "–" : `${one.battery_percent} %`, weak ? "number weak" : "number"),
    cell(`${missing.toFixed(1)} %`, missing > 1 ? "number weak" : "number"),
    cell(`${one.rate_hz.toFixed(0)} Hz`, "number"),
  );
  return row;
}

function cell(text, name) {
  const made = document.createElement("td");
  made.textContent = text;
  made.className = name;
  return made;
}
