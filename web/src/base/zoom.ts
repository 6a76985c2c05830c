/** The width of the page, in pixels, from which kiosk mode enlarges it. A screen of 3840 pixels shows it three times as large. */
const kioskWidth = 1280;

/** kioskZoom returns how much kiosk mode enlarges the page on a screen of a width in pixels. It never makes it smaller. */
export function kioskZoom(width: number): number {
  return Math.max(1, width / kioskWidth);
}

/** applyZoom enlarges the whole page. It returns whether that is a change. */
export function applyZoom(zoom: number): boolean {
  const style = document.documentElement.style;
  const changed = style.getPropertyValue("--zoom") !== String(zoom);
  if (changed) style.setProperty("--zoom", String(zoom));
  return changed;
}

/** currentZoom returns how many pixels of the screen a pixel of the page's layout has. */
export function currentZoom(): number {
  return (document.documentElement as HTMLElement & { currentCSSZoom?: number }).currentCSSZoom ?? 1;
}

/** localPoint returns where a place of the window is in an element, in the element's own pixels. */
export function localPoint(element: Element, place: { clientX: number; clientY: number }): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  const zoom = currentZoom();
  return { x: (place.clientX - box.left) / zoom, y: (place.clientY - box.top) / zoom };
}

/** windowPoint returns where a place of an element is in the window: the opposite of localPoint. */
export function windowPoint(element: Element, x: number, y: number): { clientX: number; clientY: number } {
  const box = element.getBoundingClientRect();
  const zoom = currentZoom();
  return { clientX: box.left + x * zoom, clientY: box.top + y * zoom };
}
