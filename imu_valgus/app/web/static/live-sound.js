// The cue that is heard: short tones, only after a tap, since browsers play nothing before.

import { say } from "./base.js";

const ABOVE_HZ = 880;
const BELOW_HZ = 330;
const LENGTH_S = 0.18;
const LOUD = 0.3;
const SIDEWAYS = { left: -0.8, right: 0.8 };

/** Plays the cue; the button starts it, then mutes and unmutes for all devices. */
export class Sound {
  constructor(button, onMuted) {
    this.button = button;
    this.context = null;
    this.muted = false;
    button.addEventListener("click", async () => {
      if (this.context) {
        onMuted(!this.muted);
        return;
      }
      this.context = new AudioContext();
      await this.context.resume();
      if (this.muted) onMuted(false);
      this.#tell();
    });
  }

  /** Take over whether the cue is to be heard. */
  setMuted(muted) {
    this.muted = muted;
    this.#tell();
  }

  /** Sound the cue of a leg: high above the band, low below it, on the leg's side. */
  play(side, outside) {
    if (!this.context || this.muted) return;
    const from = this.context.currentTime;
    const tone = this.context.createOscillator();
    const volume = this.context.createGain();
    const place = this.context.createStereoPanner();
    tone.frequency.value = outside === "above" ? ABOVE_HZ : BELOW_HZ;
    place.pan.value = SIDEWAYS[side];
    volume.gain.setValueAtTime(0, from); // no clicks: the tone swells and fades
    volume.gain.linearRampToValueAtTime(LOUD, from + 0.02);
    volume.gain.linearRampToValueAtTime(0, from + LENGTH_S);
    tone.connect(volume).connect(place).connect(this.context.destination);
    tone.start(from);
    tone.stop(from + LENGTH_S);
  }

  #tell() {
    const on = Boolean(this.context) && !this.muted;
    this.button.setAttribute("aria-pressed", String(on));
    this.button.textContent = say(this.context ? (on ? "live.sound_on" : "live.sound_off") : "live.sound_start");
  }
}
