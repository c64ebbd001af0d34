// The strides as dots over time, each leg's rolling mean as a line, and the band that is dragged.

const SHOWN_S = 60;
const ROLLING = 10;
const STEP_DEG = 0.5;
const PAGE_DEG = 2;
const LIMIT_DEG = 30;
const LEAST_ROOM_DEG = 1.5;
const ROOM = 0.2;
const SVG = "http://www.w3.org/2000/svg";
const SIZE = 4.5;

/** Draws strides and band; tells when the band was moved. */
export class Chart {
  constructor(box, onMoved) {
    this.box = box;
    this.svg = box.querySelector("svg");
    this.band = { low: 0, high: 6 };
    this.range = { low: -2, high: 10 };
    this.onMoved = onMoved;
    this.dragged = "";
    this.handles = { low: box.querySelector(".low"), high: box.querySelector(".high") };
    for (const [name, handle] of Object.entries(this.handles)) this.#makeMovable(name, handle);
    new ResizeObserver(() => this.#redraw()).observe(box);
  }

  /** Put the band where the recording has it, unless it is being dragged. */
  setBand(band) {
    if (this.dragged) return;
    this.band = band;
    this.#redraw();
  }

  /** Draw the strides of both legs, and the band. */
  draw(strides) {
    this.strides = strides;
    this.#redraw();
  }

  #redraw() {
    this.width = this.box.clientWidth;
    this.height = this.box.clientHeight;
    if (!this.width) return;
    if (!this.dragged) this.#chooseRange();
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    const parts = [...this.#grid(), this.#bandArea()];
    for (const side of ["left", "right"]) parts.push(...this.#leg(side));
    this.svg.replaceChildren(...parts);
    for (const [name, handle] of Object.entries(this.handles)) {
      const value = this.band[name];
      handle.style.top = `${this.#y(value)}px`;
      const said = degrees(value, 1);
      handle.dataset.said = said;
      handle.setAttribute("aria-valuenow", value);
      handle.setAttribute("aria-valuetext", said);
    }
  }

  #chooseRange() {
    const values = Object.values(this.strides ?? {}).flat().filter(sure).map((one) => one.valgus_excursion_deg);
    const low = Math.min(0, this.band.low, ...values);
    const high = Math.max(this.band.high, ...values);
    const room = Math.max(LEAST_ROOM_DEG, ROOM * (high - low)); // the handles lie outside the band
    this.range = { low: Math.floor(low - room), high: Math.ceil(high + room) };
  }

  #y(value) {
    return (this.height * (this.range.high - value)) / (this.range.high - this.range.low);
  }

  #grid() {
    const every = this.range.high - this.range.low > 16 ? 4 : 2;
    const lines = [];
    for (let value = Math.ceil(this.range.low / every) * every; value < this.range.high; value += every) {
      const y = this.#y(value);
      lines.push(part("line", { class: "grid", x1: 0, x2: this.width, y1: y, y2: y }));
      const label = part("text", { x: 6, y: y - 4 });
      label.textContent = degrees(value, 0);
      lines.push(label);
    }
    return lines;
  }

  #bandArea() {
    const [top, bottom] = [this.#y(this.band.high), this.#y(this.band.low)];
    return part("rect", { class: "band", x: 0, width: this.width, y: top, height: Math.max(bottom - top, 0) });
  }

  #leg(side) {
    const own = this.strides?.[side] ?? [];
    const last = Math.max(...Object.values(this.strides ?? {}).flat().map((one) => one.contact_s));
    const room = this.width - 90;
    const x = (one) => room - (room * (last - one.contact_s)) / SHOWN_S;
    const dots = part("g", { class: `dots ${side}` });
    const shown = own.filter((one) => last - one.contact_s < SHOWN_S);
    for (const one of shown) dots.append(mark(side, x(one), this.#y(one.valgus_excursion_deg), one.uncertain));
    const points = shown.filter(sure).map((one) => `${x(one).toFixed(1)},${this.#y(rolling(own, own.indexOf(one))).toFixed(1)}`);
    return [dots, part("polyline", { class: `line ${side}`, points: points.join(" ") })];
  }

  #makeMovable(name, handle) {
    const move = (value) => {
      const others = name === "low" ? this.band.high - STEP_DEG : this.band.low + STEP_DEG;
      const inside = Math.min(Math.max(value, -LIMIT_DEG), LIMIT_DEG);
      const stepped = Math.round(inside / STEP_DEG) * STEP_DEG;
      this.band = { ...this.band, [name]: name === "low" ? Math.min(stepped, others) : Math.max(stepped, others) };
      this.#redraw();
    };
    handle.addEventListener("pointerdown", (event) => {
      this.dragged = name;
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (this.dragged !== name) return;
      const share = (event.clientY - this.box.getBoundingClientRect().top) / this.height;
      move(this.range.high - share * (this.range.high - this.range.low));
    });
    const drop = () => {
      if (this.dragged !== name) return;
      this.dragged = "";
      this.#redraw();
      this.onMoved(this.band);
    };
    handle.addEventListener("pointerup", drop);
    handle.addEventListener("pointercancel", drop);
    handle.addEventListener("keydown", (event) => {
      const by = {
        ArrowUp: STEP_DEG, ArrowRight: STEP_DEG, ArrowDown: -STEP_DEG, ArrowLeft: -STEP_DEG,
        PageUp: PAGE_DEG, PageDown: -PAGE_DEG, Home: -2 * LIMIT_DEG, End: 2 * LIMIT_DEG,
      }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      move(this.band[name] + by);
      this.onMoved(this.band);
    });
  }
}

function degrees(value, digits) {
  return `${value.toFixed(digits).replace("-", "−")}°`;
}

function sure(one) {
  return !one.uncertain;
}

function rolling(own, at) {
  const some = own.slice(0, at + 1).filter(sure).slice(-ROLLING);
  return some.reduce((sum, one) => sum + one.valgus_excursion_deg, 0) / some.length;
}

function mark(side, x, y, uncertain) {
  const name = uncertain ? "unsure" : "sure";
  if (side === "left") return part("circle", { class: name, cx: x, cy: y, r: SIZE });
  return part("path", { class: name, d: `M${x},${y - SIZE - 1}l${SIZE + 1},${2 * SIZE}h${-2 * SIZE - 2}Z` });
}

function part(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
