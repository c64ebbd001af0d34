// The analysis of one session: started by a click, followed until it is done.
import { say, send } from "/static/base.js";

const section = document.getElementById("analysis");
const button = document.getElementById("analysis-start");
const progress = document.getElementById("analysis-progress");
const failed = document.getElementById("analysis-failed");
const { session } = section.dataset;

/** Show how far the analysis is; once what was followed is done, go to its results. */
function show(run, wasUnderWay) {
  const isUnderWay = run.state === "waiting" || run.state === "running";
  progress.hidden = !isUnderWay;
  button.disabled = isUnderWay;
  document.getElementById("analysis-share").value = run.share;
  document.getElementById("analysis-stage").textContent = isUnderWay ? run.text : "";
  complain(run.state === "failed" ? [run.text, run.hint] : []);
  if (run.state === "done" && wasUnderWay) location.assign(session);
  return isUnderWay;
}

function complain(lines) {
  const paragraphs = lines.filter(Boolean).map((line) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    return paragraph;
  });
  failed.replaceChildren(...paragraphs);
}

function follow() {
  const source = new EventSource(`${session}/analysis/events`);
  let wasUnderWay = false;
  source.addEventListener("message", (event) => {
    const isUnderWay = show(JSON.parse(event.data), wasUnderWay);
    if (!isUnderWay) source.close();
    wasUnderWay = isUnderWay;
  });
  source.addEventListener("error", () => {
    source.close();
    progress.hidden = true;
    button.disabled = false;
    complain([say("analysis.lost")]);
  });
}

button.addEventListener("click", async () => {
  try {
    show(await send(`${session}/analysis`, {}), false);
    follow();
  } catch (error) {
    complain([error.message]);
  }
});

follow();
