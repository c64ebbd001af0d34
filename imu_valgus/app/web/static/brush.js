// Dragging and clicking over a figure, by mouse, pen or finger.

const CLICK_PX = 5;

/** Hear a drag (from, to in pixels across) and a click (x, y) on an element. */
export function hearBrush(area, { onMove, onDrag, onClick }) {
  let start = null;

  const at = (event) => {
    const box = area.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const stop = () => {
    start = null;
    onMove(null);
  };

  area.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    start = at(event);
    area.setPointerCapture(event.pointerId);
  });
  area.addEventListener("pointermove", (event) => {
    if (!start) return;
    const now = at(event);
    if (Math.abs(now.x - start.x) > CLICK_PX) onMove([Math.min(start.x, now.x), Math.max(start.x, now.x)]);
  });
  area.addEventListener("pointerup", (event) => {
    if (!start) return;
    const [from, to] = [start, at(event)];
    stop();
    if (Math.abs(to.x - from.x) > CLICK_PX) onDrag(Math.min(from.x, to.x), Math.max(from.x, to.x));
    else onClick(to.x, to.y);
  });
  area.addEventListener("pointercancel", stop); // the finger scrolls the page instead
}
