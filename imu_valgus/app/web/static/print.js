// On paper the figures are drawn anew: two sheets of A4, in light colours.

const root = document.documentElement;
const PAPER = { wide_mm: 186, high_px: (273 / 25.4) * 96 }; // A4 less margins of 12 mm
const SMALLEST = 0.55;

/** Redraw before and after printing. */
export function hearPrint(redraw) {
  let theme = "";
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme ?? "";
    root.dataset.theme = "light";
    root.dataset.printing = "";
    fit(document.getElementById("content"));
    redraw();
  });
  addEventListener("afterprint", () => {
    delete root.dataset.printing;
    document.getElementById("content").removeAttribute("style");
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    redraw();
  });
}

/** Shrink the page until what comes before the curves fits on one sheet, and they on the next. */
function fit(main) {
  for (let zoom = 1; zoom >= SMALLEST; zoom -= 0.05) {
    main.style.zoom = zoom;
    main.style.width = `${PAPER.wide_mm / zoom}mm`;
    const { top, bottom } = main.getBoundingClientRect();
    const second = document.getElementById("curves").getBoundingClientRect().top;
    if (Math.max(second - top, bottom - second) < 0.97 * PAPER.high_px) return;
  }
}

/** Redraw once the window has come to its new size. */
export function hearResize(redraw) {
  let waiting = 0;
  let width = innerWidth;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (width !== innerWidth) redraw(); // a phone's address bar changes the height alone
      width = innerWidth;
    }, 150);
  });
}
