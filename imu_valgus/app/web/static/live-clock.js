// How long after the foot left the ground its stride is on the screen.

import { say } from "./base.js";

const ASKED = 8;
const AGAIN_MS = 60000;
const KEPT = 100;
const LEAST = 5;

const nowS = () => (performance.timeOrigin + performance.now()) / 1000;

/** Holds this device's clock against the recording's: the quickest of several questions tells. */
export class HostClock {
  constructor(askTime) {
    this.askTime = askTime;
    this.offsetS = null;
    this.timer = 0;
  }

  /** Find the offset now, and again every minute. */
  async hold() {
    clearTimeout(this.timer);
    let quickest = Infinity;
    try {
      for (let k = 0; k < ASKED; k += 1) {
        const sent = nowS();
        const { now_s: host } = await this.askTime();
        const got = nowS();
        if (got - sent >= quickest) continue;
        quickest = got - sent;
        this.offsetS = host - (sent + got) / 2;
      }
    } catch {
      // The connection is gone; when it is back this is called again.
    }
    this.timer = setTimeout(() => this.hold(), AGAIN_MS);
  }

}

/** Shows how late the strides are. */
export class Latency {
  constructor(line, clock) {
    this.line = line;
    this.clock = clock;
    this.late = [];
  }

  /** Note when the frame that shows a stride is on the screen: in the one after it. */
  painted(stride) {
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const paintedS = nowS();
      const told = { side: stride.side, contactS: stride.contact_s, paintedS };
      document.dispatchEvent(new CustomEvent("stride-painted", { detail: told }));
      if (stride.toe_off_host_s === null || this.clock.offsetS === null) return;
      this.late.push(paintedS + this.clock.offsetS - stride.toe_off_host_s);
      if (this.late.length > KEPT) this.late.shift();
      if (this.late.length < LEAST) return;
      const sorted = [...this.late].sort((a, b) => a - b);
      const ms = (seconds) => Math.round(1000 * seconds);
      const most = ms(sorted[Math.min(Math.ceil(0.95 * sorted.length), sorted.length) - 1]);
      this.line.textContent = say("live.latency", { now: ms(this.late.at(-1)), most });
    }));
  }
}
