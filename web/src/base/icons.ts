import { svg } from "./svg";

// The page's icons: lines on a grid of 16 × 16.
const paths = {
  alert: "M8 2.2 14.6 13.6H1.4ZM8 6.4v3.4M8 11.6v.2",
  bell: "M3.4 11.4h9.2L11.4 9.6V7a3.4 3.4 0 0 0-6.8 0v2.6ZM6.6 13.4h2.8M8 2.2v1.4",
  back: "M13 8H3.4M7 4.2 3.2 8 7 11.8",
  check: "m3 8.4 3.2 3.2L13 4.8",
  clock: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 4.6V8l2.4 1.6",
  close: "m3.8 3.8 8.4 8.4M12.2 3.8l-8.4 8.4",
  copy: "M5.6 5.6h7.8v7.8H5.6ZM3.6 10.4h-1v-7.8h7.8v1",
  down: "m4 6.2 4 4 4-4",
  download: "M8 2.4v7.4M4.8 6.8 8 10l3.2-3.2M2.6 13.4h10.8",
  earlier: "M10 3.8 5.8 8l4.2 4.2",
  earlierYear: "M8 3.8 3.8 8 8 12.2M12.6 3.8 8.4 8l4.2 4.2",
  expand: "M9.6 2.6h3.8v3.8M6.4 13.4H2.6V9.6M13.2 2.8 9.4 6.6M2.8 13.2l3.8-3.8",
  failed: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
  info: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 7.4v3.8M8 4.9v.2",
  inspect: "M2.6 3h10.8v10H2.6ZM2.6 6.4h10.8M6.4 6.4V13",
  keyboard: "M1.8 4.2h12.4v7.6H1.8ZM4.2 6.8h.1M6.7 6.8h.1M9.2 6.8h.1M11.7 6.8h.1M5 9.4h6",
  later: "M6 3.8 10.2 8 6 12.2",
  laterYear: "M8 3.8 12.2 8 8 12.2M3.4 3.8 7.6 8l-4.2 4.2",
  link: "M6.6 9.4 9.4 6.6M7.2 4.6l1.2-1.2a2.9 2.9 0 0 1 4.2 4.2l-1.2 1.2M8.8 11.4l-1.2 1.2a2.9 2.9 0 0 1-4.2-4.2l1.2-1.2",
  monitor: "M1.8 2.8h12.4v8.4H1.8ZM5.4 13.6h5.2",
  moon: "M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z",
  more: "M3.4 8h.1M8 8h.1M12.6 8h.1",
  refresh: "M13.2 8a5.2 5.2 0 1 1-1.5-3.7l1.5 1.5M13.4 2.6v3.2h-3.2",
  right: "m6.2 4 4 4-4 4",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.4v1.2M8 13.4v1.2M1.4 8h1.2M13.4 8h1.2M3.3 3.3l.9.9M11.8 11.8l.9.9M12.7 3.3l-.9.9M4.2 11.8l-.9.9",
  user: "M8 2.2a2.9 2.9 0 1 0 0 5.8 2.9 2.9 0 0 0 0-5.8ZM2.4 13.8c.5-2.6 2.7-4 5.6-4s5.1 1.4 5.6 4",
  zoomOut: "M6.8 2.4a4.4 4.4 0 1 0 0 8.8 4.4 4.4 0 0 0 0-8.8ZM10 10l3.6 3.6M4.8 6.8h4",
} as const;

export type IconName = keyof typeof paths;

/** icon draws one of the page's icons, in the colour of the text around it. */
export function icon(name: IconName): SVGSVGElement {
  return svg("svg", { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" }, svg("path", { d: paths[name] }));
}
