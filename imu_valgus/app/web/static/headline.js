// The headline against the runner's earlier sessions: looked up once the figures are drawn.

import { ask } from "./base.js";

const place = document.getElementById("earlier");

async function lookBack() {
  try {
    place.innerHTML = (await ask(place.dataset.address)).html; // the server's own, escaped
  } catch (error) {
    place.textContent = error.message;
  }
  place.setAttribute("aria-busy", "false");
}

if ("drawn" in document.getElementById("session").dataset) lookBack();
else document.addEventListener("drawn", lookBack, { once: true });
