// Pen draws the shapes of a chart on a canvas. All places and sizes are pixels of the page's layout.

/** Fill is how an area is filled: in one colour, with a gradient, or with a pattern. */
export type Fill = string | CanvasGradient | CanvasPattern;

/** Look is how a shape is drawn. A shape without a fill or without a stroke has only the other. */
export interface Look {
  fill?: Fill | null;
  stroke?: string | null;
  /** The width of the stroke, 1 if it is not set. */
  width?: number;
  /** The lengths of the strokes and gaps of a dashed line. */
  dash?: readonly number[] | null;
  opacity?: number;
}

/** Lettering is how a text stands at its place. */
export interface Lettering {
  colour: string;
  /** The weight, size and family, as in CSS. */
  font: string;
  align?: "left" | "center" | "right";
  opacity?: number;
}

/** Box is a rectangle. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A point: x and y. */
export type Place = readonly [number, number];

/** Pen draws on a canvas that has `sharpness` pixels for each of the layout. */
export class Pen {
  constructor(readonly on: CanvasRenderingContext2D, readonly sharpness: number) {}

  /** within draws something that is cut off at the edges of a box. */
  within({ x, y, width, height }: Box, draw: () => void): void {
    this.on.save();
    this.on.beginPath();
    this.on.rect(x, y, width, height);
    this.on.clip();
    draw();
    this.on.restore();
  }

  /** rect draws a rectangle, whose corners may be round. */
  rect({ x, y, width, height }: Box, look: Look, radius = 0): void {
    this.on.beginPath();
    if (radius > 0) this.on.roundRect(x, y, width, height, Math.min(radius, width / 2, height / 2));
    else this.on.rect(x, y, width, height);
    this.finish(look);
  }

  polygon(points: readonly Place[], look: Look): void {
    this.on.beginPath();
    for (const [x, y] of points) this.on.lineTo(x, y);
    this.on.closePath();
    this.finish(look);
  }

  /** disc draws a filled circle around a point. */
  disc(x: number, y: number, radius: number, look: Look): void {
    this.on.beginPath();
    this.on.arc(x, y, radius, 0, 2 * Math.PI);
    this.finish(look);
  }

  /** line draws lines from each point to the next. */
  line(points: readonly Place[], look: Look): void {
    this.on.beginPath();
    for (const [x, y] of points) this.on.lineTo(x, y);
    this.finish(look);
  }

  /** path draws what `trace` traces with the canvas's own means. */
  path(trace: (on: CanvasRenderingContext2D) => void, look: Look): void {
    this.on.beginPath();
    trace(this.on);
    this.finish(look);
  }

  /** text writes a text whose middle is at the height y. */
  text(text: string, x: number, y: number, { colour, font, align = "left", opacity = 1 }: Lettering): void {
    const { on } = this;
    on.font = font;
    on.fillStyle = colour;
    on.globalAlpha = opacity;
    on.textAlign = align;
    on.textBaseline = "middle";
    on.fillText(text, x, y);
    on.globalAlpha = 1;
  }

  /** gradient makes a fill that goes from one colour at the height `top` to another at the height `bottom`. */
  gradient(top: number, bottom: number, from: string, to: string): CanvasGradient {
    const fill = this.on.createLinearGradient(0, top, 0, bottom);
    fill.addColorStop(0, from);
    fill.addColorStop(1, to);
    return fill;
  }

  /** crisp returns the nearest place at which a line of one pixel covers whole pixels of the screen. */
  crisp(at: number): number {
    const thick = Math.max(1, Math.round(this.sharpness));
    return (Math.floor(at * this.sharpness + 1e-6) + thick / 2) / this.sharpness;
  }

  /** hair is the width of the thinnest line that has the same darkness everywhere. */
  get hair(): number {
    return Math.max(1, Math.round(this.sharpness)) / this.sharpness;
  }

  private finish({ fill, stroke, width = 1, dash, opacity = 1 }: Look): void {
    const { on } = this;
    on.globalAlpha = opacity;
    if (fill) {
      on.fillStyle = fill;
      on.fill();
    }
    if (stroke && width > 0) {
      on.strokeStyle = stroke;
      on.lineWidth = width;
      on.lineJoin = "bevel";
      on.lineCap = dash?.[0] === 0 ? "round" : "butt";
      on.setLineDash(dash ? [...dash] : []);
      on.stroke();
    }
    on.globalAlpha = 1;
  }
}
