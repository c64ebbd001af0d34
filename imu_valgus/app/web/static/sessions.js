// The list of sessions by keyboard, and the choice of those to compare.

const ON = "letter-keys";
const links = [...document.querySelectorAll(".session .name > a")];
const boxes = [...document.querySelectorAll(".choose input")];
const switchKeys = document.getElementById("keys");
const compare = document.getElementById("compare");

function hasLetterKeys() {
  return localStorage.getItem(ON) !== "off";
}

function move(by) {
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by;
  links[next]?.focus();
}

function choose() {
  const row = document.activeElement.closest(".session");
  row?.querySelector(".choose input")?.click();
}

function isTyping(target) {
  return target.matches("input:not([type=checkbox]), select, textarea");
}

const ARROWS = { ArrowDown: () => move(1), ArrowUp: () => move(-1) };
const LETTERS = {
  j: () => move(1),
  k: () => move(-1),
  x: choose,
  "/": () => document.getElementById("search").focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const isInList = links.includes(document.activeElement);
  const act = (isInList && ARROWS[event.key]) || (hasLetterKeys() && LETTERS[event.key]);
  if (!act) return;
  event.preventDefault();
  act();
});

switchKeys?.addEventListener("change", () => {
  localStorage.setItem(ON, switchKeys.checked ? "on" : "off");
});

function showChoice() {
  if (compare) compare.disabled = boxes.filter((box) => box.checked).length < 2;
}

for (const box of boxes) box.addEventListener("change", showChoice);
window.addEventListener("pageshow", showChoice); // going back brings the choice back
if (switchKeys) switchKeys.checked = hasLetterKeys();
