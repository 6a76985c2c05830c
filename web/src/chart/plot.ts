import { el } from "../base/dom";
import { currentZoom, localPoint, windowPoint } from "../base/zoom";
import type { Surroundings } from "./drawing";
import type { Axis } from "../types";
import { Pen } from "./pen";
import { arrivedByKeys, stepped } from "./pointing";
import { hideTip, pinTip, showTip, unpinTip, type WindowPoint } from "./tip";

/** Frame is the part of the canvas between the axes, in pixels. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The size of a plot, in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** Tips is what a chart tells its plot about its values. */
export interface Tips {
  /** The tooltip at a point of the canvas, or null. If the keys move through the chart, y is the middle of the plot. */
  at(time: number, x: number, y: number): Node | null;
  /** The instants at which the arrow keys stop, in ascending order. */
  stops(): number[];
}

/** A drag that is shorter than this, in pixels, is a click and selects nothing. */
const smallestSelection = 6;

/**
 * Charts that are narrower than this, in pixels, are not kept in line with others, because they need all their room.
 */
const narrow = 640;

/**
 * TimePlot is a canvas with a time axis. It maps instants to pixels and back, and it handles what all
 * charts over time share: the crosshair, tooltips, the selection of a range, and the keys.
 */
export class TimePlot {
  readonly element: HTMLElement;
  frame: Frame = { left: 0, top: 0, width: 1, height: 1 };
  width = 0;
  height = 0;
  /** Whether the chart is in the window or less than a window's height away. */
  private near = false;
  private min = 0;
  private max = 1;
  private readonly canvas = el("canvas", { class: "plot-canvas" });
  private readonly line = el("div", { class: "plot-crosshair", hidden: true });
  private readonly brush = el("div", { class: "plot-brush", hidden: true });
  private start: number | null = null;
  private stop = -1;
  /** What the canvas does not have yet, because the chart is far from the window. */
  private undrawn: ((pen: Pen) => void) | null = null;
  private readonly nearing = new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && this.paint(), { rootMargin: "100%" });
  /** Whether the pointer has just selected a range, so that the click that follows means nothing. */
  private selected = false;
  private readonly stopListening: () => void;

  /** redraw is called when the labels of another chart in the column move the plot. */
  constructor(private readonly around: Surroundings, private readonly tips: Tips, private readonly redraw: () => void) {
    this.element = el("div", { class: "plot", tabindex: 0, role: "img" }, this.canvas, this.line, this.brush);
    this.stopListening = around.crosshair.listen((time, source) => {
      if (source !== this) this.place(time);
    });
    this.listen();
  }

  /** Pixels per millisecond. */
  get density(): number { return this.frame.width / Math.max(1, this.max - this.min); }

  /** measure notes how large the canvas may be and how far from the window it is, and returns the size. */
  measure(): Size {
    [this.width, this.height] = [this.element.clientWidth, this.element.clientHeight];
    const { top, bottom } = this.element.getBoundingClientRect();
    this.near = top < 2 * innerHeight && bottom > -innerHeight;
    return this;
  }

  /** scale sets the time axis and where the plot is on the canvas. */
  scale(axis: Axis, frame: Frame): void {
    [this.min, this.max, this.frame] = [axis.min, axis.max, frame];
  }

  /** room returns the room to leave for labels at the left, in line with the charts above and below. */
  room(own: number): number {
    return this.width < narrow ? own : this.around.gutter.claim(this.around.column, this, own, this.redraw);
  }

  x(time: number): number { return this.frame.left + (time - this.min) * this.density; }
  time(x: number): number { return this.min + (x - this.frame.left) / this.density; }

  /** within draws something that is cut off at the edges of the plot. A line may go a little beyond them. */
  within(pen: Pen, draw: () => void, beyond = 0): void {
    const { left, top, width, height } = this.frame;
    pen.within({ x: left - beyond, y: top - beyond, width: width + 2 * beyond, height: height + 2 * beyond }, draw);
  }

  /**
   * render empties the canvas and draws on it: at once if the chart is in the window or less than a window's height away, and
   * otherwise when it comes that near. On paper every chart is drawn.
   */
  render(draw: (pen: Pen) => void): void {
    this.undrawn = draw;
    if (this.near || document.body.classList.contains("is-printed")) return this.paint();
    this.canvas.dataset.undrawn = "";
    this.nearing.observe(this.element);
  }

  private paint(): void {
    const draw = this.undrawn;
    if (!draw) return;
    this.undrawn = null;
    delete this.canvas.dataset.undrawn;
    this.nearing.unobserve(this.element);
    const { width, height, canvas } = this;
    const sharpness = (devicePixelRatio || 1) * currentZoom();
    const [across, down] = [Math.round(width * sharpness), Math.round(height * sharpness)];
    if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const on = canvas.getContext("2d");
    if (!on) return;
    on.setTransform(sharpness, 0, 0, sharpness, 0, 0);
    on.clearRect(0, 0, width, height);
    draw(new Pen(on, sharpness));
  }

  dispose(): void {
    this.stopListening();
    this.around.gutter.release(this);
    this.nearing.disconnect();
    this.leave();
  }

  private place(time: number | null): void {
    const inside = time != null && time >= this.min && time <= this.max && this.frame.width > 1;
    this.line.hidden = !inside;
    if (!inside) return;
    this.line.style.height = `${this.frame.height}px`;
    this.line.style.transform = `translate(${this.x(time)}px, ${this.frame.top}px)`;
  }

  private hover(x: number, y: number, place: WindowPoint, by: "pointer" | "keys" = "pointer"): void {
    const { left, top, width, height } = this.frame;
    // The pointer also counts a little below the plot, where the time axis is.
    if (x < left - 2 || x > left + width + 2 || y < 0 || y > top + height + 12) return this.leave();
    const time = Math.min(this.max, Math.max(this.min, this.time(x)));
    this.place(time);
    this.around.crosshair.at(time, this);
    const tip = this.tips.at(time, x, y);
    if (tip) showTip(tip, place, by);
    else hideTip();
  }

  private leave(): void {
    this.stop = -1;
    this.line.hidden = true;
    this.around.crosshair.at(null, this);
    hideTip();
  }

  private listen(): void {
    const e = this.element;
    const at = (event: MouseEvent) => localPoint(e, event);
    e.addEventListener("pointerdown", (event) => {
      const { x } = at(event);
      this.selected = false;
      if (event.button !== 0 || event.pointerType === "touch" || x < this.frame.left || x > this.frame.left + this.frame.width) return;
      this.start = x;
      e.setPointerCapture(event.pointerId);
    });
    e.addEventListener("pointermove", (event) => {
      const { x, y } = at(event);
      if (this.start != null && Math.abs(x - this.start) >= smallestSelection) return this.select(this.start, x);
      this.hover(x, y, event);
    });
    e.addEventListener("pointerup", (event) => this.release(at(event).x));
    e.addEventListener("pointercancel", () => this.release(null));
    e.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch") this.leave();
    });
    e.addEventListener("click", (event) => {
      const { x, y } = at(event);
      if (this.selected) return void (this.selected = false);
      this.hover(x, y, event);
      pinTip(e, false);
    });
    e.addEventListener("dblclick", () => this.around.zoomOut());
    e.addEventListener("blur", () => this.leave());
    e.addEventListener("focus", (event) => arrivedByKeys(e, event) && this.tips.stops().length > 0 && this.go(0));
    e.addEventListener("keydown", (event) => this.key(event));
  }

  private clamp(x: number): number {
    return Math.min(this.frame.left + this.frame.width, Math.max(this.frame.left, x));
  }

  private select(from: number, to: number): void {
    hideTip();
    const [a, b] = [this.clamp(Math.min(from, to)), this.clamp(Math.max(from, to))];
    this.brush.hidden = false;
    this.brush.style.width = `${b - a}px`;
    this.brush.style.height = `${this.frame.height}px`;
    this.brush.style.transform = `translate(${a}px, ${this.frame.top}px)`;
  }

  private release(x: number | null): void {
    const from = this.start;
    this.start = null;
    this.brush.hidden = true;
    if (from == null || x == null || Math.abs(x - from) < smallestSelection) return;
    const [a, b] = [this.time(this.clamp(Math.min(from, x))), this.time(this.clamp(Math.max(from, x)))];
    this.leave();
    this.selected = true;
    this.around.zoom(Math.floor(a), Math.ceil(b));
  }

  private key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && this.stop >= 0) {
      event.stopPropagation();
      return this.leave();
    }
    if (event.key === "Enter" && this.stop >= 0) {
      event.preventDefault();
      pinTip(this.element, true);
      return;
    }
    // Up and down scroll the page: time runs from left to right.
    if (event.key === "ArrowUp" || event.key === "ArrowDown") return;
    const stops = this.tips.stops();
    const stop = stepped(event.key, this.stop, stops.length);
    if (stop == null) return;
    event.preventDefault();
    unpinTip();
    this.go(stop);
  }

  private go(stop: number): void {
    const x = this.x(this.tips.stops()[stop]);
    const y = this.frame.top + this.frame.height / 2;
    this.hover(x, y, windowPoint(this.element, x, y), "keys");
    this.stop = stop;
  }
}
