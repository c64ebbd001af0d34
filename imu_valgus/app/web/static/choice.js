// Which strides are chosen and what is drawn of them: the address says it, the form changes it.

const PLAIN = { leg: "", lap: "", surface: "", from: "", to: "", measure: "excursion", span: "stance" };
const CHOOSING = ["leg", "lap", "surface", "from", "to"];

/** The choice of all strides. */
export const everything = Object.freeze({ ...PLAIN, stride: null });

/** Read a choice from an address; what is not there is as in `everything`. */
export function readChoice(search) {
  const query = new URLSearchParams(search);
  const said = Object.keys(PLAIN).map((name) => [name, query.get(name) || PLAIN[name]]);
  const choice = Object.fromEntries(said);
  const picked = /^(?:(left|right)-)?(\d+)$/.exec(query.get("stride") ?? "");
  const leg = picked?.[1] ?? choice.leg;
  choice.stride = picked && leg ? { leg, stride: picked[2] } : null;
  return choice;
}

/** Write a choice as the query of an address: nothing for what is plain. */
export function searchOf(choice) {
  const said = Object.entries(PLAIN).filter(([name, plain]) => choice[name] !== plain);
  const query = new URLSearchParams(said.map(([name]) => [name, choice[name]]));
  if (choice.stride) {
    const { leg, stride } = choice.stride;
    query.set("stride", choice.leg === leg ? stride : `${leg}-${stride}`);
  }
  return query.size ? `?${query}` : "";
}

/** Write what the server must know to choose strides. */
export function serverQuery(choice) {
  const said = [...CHOOSING, "span"].filter((name) => choice[name]);
  return new URLSearchParams(said.map((name) => [name, choice[name]])).toString();
}

/** Tell for each stride of a leg, given as columns, whether the choice takes it. */
export function taken(choice, leg, columns) {
  if (choice.leg && choice.leg !== leg) return columns.t.map(() => false);
  const from = choice.from === "" ? -Infinity : Number(choice.from);
  const to = choice.to === "" ? Infinity : Number(choice.to);
  const letter = choice.surface[0];
  return columns.t.map(
    (t, i) =>
      t >= from &&
      t <= to &&
      (!choice.lap || columns.lap[i] === Number(choice.lap)) &&
      (!letter || columns.surface[i] === letter),
  );
}

/** Write seconds of session time as minutes and seconds. */
export function clock(seconds) {
  const tenths = Math.round(10 * seconds);
  const rest = (tenths % 600) / 10;
  return `${Math.floor(tenths / 600)}:${rest < 10 ? "0" : ""}${rest}`;
}

/** Read minutes and seconds, or seconds alone; undefined for what is neither. */
export function readClock(text) {
  const found = /^\s*(?:(\d+):)?(\d+(?:[.,]\d+)?)\s*$/.exec(text);
  if (!found) return text.trim() ? undefined : "";
  const seconds = 60 * Number(found[1] ?? 0) + Number(found[2].replace(",", "."));
  return String(Math.round(10 * seconds) / 10);
}

/** Show a choice in the form. */
export function fill(form, choice) {
  for (const name of ["leg", "span", "measure", "lap", "surface"]) form.elements[name].value = choice[name];
  for (const name of ["from", "to"]) {
    form.elements[name].value = choice[name] === "" ? "" : clock(Number(choice[name]));
  }
}

/** Read a choice from the form; the name of a field that cannot be read in `wrong`. */
export function readForm(form, before) {
  const choice = { ...before };
  for (const name of ["leg", "span", "measure", "lap", "surface"]) choice[name] = form.elements[name].value;
  let wrong = "";
  for (const name of ["from", "to"]) {
    const read = readClock(form.elements[name].value);
    form.elements[name].setAttribute("aria-invalid", String(read === undefined));
    if (read === undefined) wrong = name;
    else if (before[name] === "" || clock(Number(before[name])) !== form.elements[name].value) choice[name] = read;
  }
  return { choice, wrong };
}
