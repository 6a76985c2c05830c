// The style sheet's colours and fonts, for what is drawn on a canvas.

export interface ThemeColours {
  text: string;
  muted: string;
  /** The colours of the lines behind the data, at the ticks, and of the axes. */
  grid: string;
  axis: string;
  surface: string;
  font: string;
}

const known = new Map<string, ThemeColours>();

/**
 * themeColours returns the colours of the current theme. They are read once: the browser has to apply all changes to the page before
 * it answers, and a tile asks for each of its texts.
 */
export function themeColours(): ThemeColours {
  const look = `${document.documentElement.dataset.theme}${document.body.classList.contains("is-printed") ? " on paper" : ""}`;
  if (!known.has(look)) known.set(look, readColours());
  return known.get(look)!;
}

function readColours(): ThemeColours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: read("--text"), muted: read("--text-muted"), grid: read("--grid"),
    axis: read("--axis"), surface: read("--surface"), font: read("--font"),
  };
}

/** The font size of labels on axes, in pixels. */
export const labelSize = 11;

let context: CanvasRenderingContext2D | null = null;

/** textWidth measures a text as the canvas draws it, in pixels. */
export function textWidth(text: string, font: string, size = labelSize, weight = 400): number {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * size * 0.6;
  context.font = `${weight} ${size}px ${font}`;
  return context.measureText(text).width;
}
