// Notes, pain, laps and the word on strides: sent one by one, shown as the server has them.

import { send } from "./base.js";

const said = document.getElementById("marks-said");
const SHOWN_MS = 6000; // that all went well stands for so long; what went wrong stays
let isBusy = false;
let fading = 0;

const panel = () => document.getElementById("marks");

/** Send one change; the panel becomes what the server answers. */
async function change(body) {
  if (isBusy) return;
  isBusy = true;
  try {
    const { address, version } = panel().dataset;
    show(await send(address, { ...body, version }));
  } catch (error) {
    tell(error.message, { isWrong: true });
    await renew();
  } finally {
    isBusy = false;
  }
}

/** Put the answer in place; whoever draws numbers hears of it, or the page is loaded anew. */
function show({ html, said: done, numbers }) {
  replace(html);
  tell(done);
  const isTaken = !document.dispatchEvent(new CustomEvent("marks", { detail: { numbers }, cancelable: true }));
  if (!numbers || isTaken) return;
  sessionStorage.setItem("marks", done);
  location.reload();
}

/** After a refusal: where the marks are other ones by now, show them, and keep what was typed. */
async function renew() {
  const answer = await fetch(panel().dataset.address);
  if (!answer.ok) return;
  const html = await answer.text();
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("marks");
  if (fresh.dataset.version === panel().dataset.version) return;
  const typed = [...panel().querySelectorAll("form")].filter(isTyped);
  replace(html);
  for (const form of typed) refill(form);
}

function isTyped(form) {
  return [...form.elements].some((one) => "defaultValue" in one && one.type !== "hidden" && one.value !== one.defaultValue);
}

/** Put what was typed into one form into the same form of the new panel, if it still has it. */
function refill(old) {
  const same = (form) => form.dataset.act === old.dataset.act && ["kind", "at"].every(
    (name) => form.elements[name]?.defaultValue === old.elements[name]?.defaultValue,
  );
  const form = [...panel().querySelectorAll("form")].find(same);
  if (!form) return;
  for (const { name, value } of old.elements) {
    if (name && name !== "word") form.elements[name].value = value;
  }
  const around = form.closest("details");
  if (around) around.open = true;
}

function replace(html) {
  const open = [...panel().querySelectorAll(".adding details")].map((one) => one.open);
  const hadFocus = panel().contains(document.activeElement);
  panel().outerHTML = html;
  panel().querySelectorAll(".adding details").forEach((one, n) => { one.open = open[n]; });
  if (hadFocus) document.getElementById("marks-title").focus({ preventScroll: true });
}

function tell(text, { isWrong = false } = {}) {
  said.textContent = text;
  said.classList.toggle("wrong", isWrong);
  clearTimeout(fading);
  if (!isWrong) fading = setTimeout(() => { said.textContent = ""; }, SHOWN_MS);
}

function hearForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("#marks form");
    if (!form) return;
    event.preventDefault();
    const { act, row = "-1" } = form.dataset;
    const filled = Object.fromEntries(new FormData(form, event.submitter));
    change({ ...filled, act, row: Number(row), side: filled.side || null, word: filled.word || null });
  });
}

function hearButtons() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#marks button[data-act]");
    if (!button) return;
    const { act, row = "-1", side = null, at = "" } = button.dataset;
    change({ act, row: Number(row), side, at });
  });
}

function hearKeys() {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return; // the field undoes its own typing
    const key = event.key.toLowerCase();
    const act = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "";
    const button = act && panel().querySelector(`button[data-act="${act}"]`);
    if (!button || button.disabled) return;
    event.preventDefault();
    change({ act });
  });
}

/** A stride picked in the figure is the one that the form names. */
function hearStride() {
  document.addEventListener("stride", ({ detail }) => {
    const form = document.getElementById("judge");
    form.elements.side.value = detail.leg;
    form.elements.at.value = detail.contact_s;
  });
}

hearForms();
hearButtons();
hearKeys();
hearStride();
tell(sessionStorage.getItem("marks") ?? "");
sessionStorage.removeItem("marks");
