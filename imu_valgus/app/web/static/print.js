// On paper the figures are drawn anew: in the width of A4, and in light colours.

const root = document.documentElement;

/** Redraw before and after printing. */
export function hearPrint(redraw) {
  let theme = "";
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme ?? "";
    root.dataset.theme = "light";
    root.dataset.printing = "";
    redraw();
  });
  addEventListener("afterprint", () => {
    delete root.dataset.printing;
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    redraw();
  });
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
