// The style sheet's colours and type, for what is drawn on a canvas.

export interface Ink {
  text: string;
  muted: string;
  /** Lines behind the data at the ticks, and the lines that axes are. */
  grid: string;
  axis: string;
  surface: string;
  font: string;
}

/** ink reads the colours that hold in the theme now. */
export function ink(): Ink {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: read("--text"), muted: read("--text-muted"), grid: read("--grid"),
    axis: read("--axis"), surface: read("--surface"), font: read("--font"),
  };
}

/** The size of labels on axes, in pixels. */
export const labelSize = 11;

let context: CanvasRenderingContext2D | null = null;

/** textWidth measures a text as the canvas will draw it. */
export function textWidth(text: string, font: string, size = labelSize, weight = 400): number {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * size * 0.6;
  context.font = `${weight} ${size}px ${font}`;
  return context.measureText(text).width;
}
