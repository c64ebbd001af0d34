// What every page needs: words, requests to the server, dark and light.

const words = JSON.parse(document.getElementById("words").textContent);

/** Return one string of the words file, its {gaps} filled in. */
export function say(name, filled = {}) {
  if (!(name in words)) throw new Error(`no word ${name}`);
  return words[name].replace(/\{(\w+)\}/g, (_, gap) => filled[gap]);
}

/** Fetch JSON; an answer that is no success becomes an Error that says why. */
export async function ask(address, { signal } = {}) {
  return read(await fetch(address, { signal }));
}

/** Send a change as JSON and return the answer. */
export async function send(address, body, method = "POST") {
  const headers = { "content-type": "application/json" };
  return read(await fetch(address, { method, headers, body: JSON.stringify(body) }));
}

async function read(answer) {
  if (answer.ok) return answer.json();
  const isData = answer.headers.get("content-type")?.startsWith("application/json");
  const said = isData ? await answer.json() : { error: await answer.text(), hint: "" };
  throw new Error([said.error, said.hint].filter(Boolean).join(" – "));
}

/** Whether the page is dark now. */
export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

document.getElementById("theme").addEventListener("click", () => {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("theme", theme);
  document.dispatchEvent(new CustomEvent("theme"));
});
