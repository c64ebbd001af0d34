// The phone's side of pairing: the code goes to the laptop, a cookie comes back.

import { send } from "./base.js";

const why = document.getElementById("why");

document.getElementById("pair").addEventListener("submit", async (event) => {
  event.preventDefault();
  why.textContent = "";
  try {
    await send("/pair", { code: document.getElementById("code").value.replaceAll(" ", "") });
    location.replace("/");
  } catch (error) {
    why.textContent = error.message;
  }
});
