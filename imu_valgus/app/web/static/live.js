// The live page: listens to the recording, draws what it tells, sends what is tapped.

import { ask, say, send } from "./base.js";
import { Chart } from "./live-chart.js";
import { HostClock, Latency } from "./live-clock.js";
import { Sound } from "./live-sound.js";
import { showLeg, showMoment, whereOf } from "./live-words.js";

const SIDES = ["left", "right"];
const MOST = 80;
const SAID_EVERY_MS = 6000;
const SURE_MS = 4000;
const SILENT_MS = 5000;

const byId = (id) => document.getElementById(id);
const strides = { left: [], right: [] };
const verdicts = {};
const chart = new Chart(byId("chart"), (band) => change({ low_deg: band.low, high_deg: band.high }));
const sound = new Sound(byId("sound"), (muted) => change({ muted }));
const clock = new HostClock(() => ask("/live/clock.json"));
const latency = new Latency(byId("latency"), clock);
let saidAt = 0;
let events = null;
let heardAt = 0;
let over = false;

function trouble(text) {
  byId("trouble").textContent = text;
  byId("trouble").hidden = !text;
}

async function change(setting) {
  await attempt(() => send("/live/settings", setting));
}

async function press(key, told) {
  const done = await attempt(() => send("/live/keys", key));
  if (done && told) byId("marked").textContent = told;
}

async function attempt(doing) {
  try {
    await doing();
    return true;
  } catch (error) {
    trouble(error.message);
    return false;
  }
}

function showSettings(told) {
  chart.setBand({ low: told.band.low_deg, high: told.band.high_deg });
  sound.setMuted(told.muted);
  if (document.activeElement !== byId("session")) byId("session").value = told.session;
  for (const side of SIDES) judge(side, told.verdicts[side]);
}

function judge(side, verdict) {
  verdicts[side] = verdict;
  showLeg(side, strides[side].at(-1), verdict);
}

function drawChart() {
  chart.draw(strides, verdicts);
  if (performance.now() - saidAt < SAID_EVERY_MS) return;
  saidAt = performance.now();
  const leg = (side) => {
    const verdict = verdicts[side];
    if (!verdict?.n) return say("live.no_strides");
    return say("live.chart_leg", { mean: verdict.mean_deg.toFixed(1), where: whereOf(verdict) });
  };
  const { low, high } = chart.band;
  byId("said").textContent = say("live.chart_said", { left: leg("left"), right: leg("right"), low, high });
}

const hears = {
  state(told) {
    for (const side of SIDES) strides[side] = told.strides[side];
    showSettings(told);
    if (told.moment.prompt) hears.moment(told.moment);
    drawChart();
  },
  moment(told) {
    showMoment(told);
    over = told.over;
    if (over) events.close();
  },
  settings(told) {
    showSettings(told);
    drawChart();
  },
  stance({ stride, verdict }) {
    const own = strides[stride.side];
    if (own.at(-1)?.contact_s >= stride.contact_s) return; // the state held it already
    own.push(stride);
    if (own.length > MOST) own.shift();
    byId("faded").hidden = verdict.heard;
    judge(stride.side, verdict);
    if (verdict.sounds) sound.play(stride.side, verdict.outside);
    drawChart();
    latency.painted(stride);
  },
  stride({ stride }) {
    const own = strides[stride.side];
    if (own.at(-1)?.contact_s !== stride.contact_s) return;
    own[own.length - 1] = stride;
    showLeg(stride.side, stride, verdicts[stride.side]);
  },
};

function listen() {
  events?.close();
  events = new EventSource("/live/events");
  heardAt = performance.now();
  for (const [name, hear] of Object.entries(hears)) {
    events.addEventListener(name, (event) => {
      heardAt = performance.now();
      hear(JSON.parse(event.data));
    });
  }
  events.addEventListener("open", () => {
    trouble("");
    clock.hold();
  });
  events.addEventListener("error", () => trouble(say("live.lost")));
}

listen();
// A phone that slept may hold a connection that is dead without knowing. Twice a second there is news.
setInterval(() => {
  if (over || performance.now() - heardAt < SILENT_MS) return;
  trouble(say("live.lost"));
  listen();
}, SILENT_MS / 5);

byId("lap").addEventListener("click", () => press({ kind: "lap" }, say("live.marked_lap")));
byId("next").addEventListener("click", () => press({ kind: "next" }));
byId("stop").addEventListener("click", ({ currentTarget: button }) => {
  if (button.dataset.sure) {
    press({ kind: "stop" });
    return;
  }
  button.dataset.sure = "yes";
  button.textContent = say("live.stop_sure");
  setTimeout(() => {
    delete button.dataset.sure;
    button.textContent = say("live.stop");
  }, SURE_MS);
});
byId("session").addEventListener("change", ({ currentTarget: field }) => {
  if (field.checkValidity()) change({ session: field.valueAsNumber });
});

let painful = "";

function openScale(side) {
  painful = side;
  for (const button of document.querySelectorAll(".pain")) {
    button.setAttribute("aria-expanded", String(button.dataset.side === side));
  }
  byId("scale").hidden = !side;
  if (!side) return;
  const spoken = say(`live.${side}`);
  byId("scale-title").textContent = say("live.pain_of", { side: spoken });
  for (const button of byId("scale").querySelectorAll("[data-value]")) {
    button.setAttribute("aria-label", say("live.pain_value", { side: spoken, value: button.dataset.value }));
  }
  byId("scale").querySelector("[data-value]").focus();
}

function closeScale() {
  const opener = document.querySelector(`.pain[data-side="${painful}"]`);
  openScale("");
  opener?.focus();
}

for (const button of document.querySelectorAll(".pain")) {
  button.addEventListener("click", () => openScale(painful === button.dataset.side ? "" : button.dataset.side));
}
for (const button of byId("scale").querySelectorAll("[data-value]")) {
  button.addEventListener("click", () => {
    const value = Number(button.dataset.value);
    press({ kind: "pain", side: painful, value }, say("live.marked_pain", { side: say(`live.${painful}`), value }));
    closeScale();
  });
}
byId("scale-close").addEventListener("click", closeScale);
byId("scale").addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeScale();
});

async function showCode() {
  try {
    const { hosts, code } = await ask("/pairing.json");
    byId("phone-how").textContent = say("live.phone_how", { host: `http://${hosts[0]}/`, code });
  } catch (error) {
    byId("phone-how").textContent = error.message;
  }
  if (!over) setTimeout(showCode, SILENT_MS);
}

if (byId("phone")) showCode();
document.addEventListener("theme", drawChart);
