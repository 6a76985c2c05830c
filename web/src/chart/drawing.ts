import type { Chosen } from "../base/choices";
import type { Panel } from "../types";
import type { Crosshair } from "./crosshair";
import type { Fitting } from "./fitting";
import type { Gutter } from "./gutter";

/** What a drawing may know of the page around it, and ask it to do. */
export interface Surroundings {
  /** The time zone of the times that the page itself writes, such as those in tooltips. */
  zone(): string;
  crosshair: Crosshair;
  gutter: Gutter;
  /** Names the panel's place from left to right. Charts with the same column are kept in line. */
  column: string;
  /** zoom sets the page's time range, in milliseconds. */
  zoom(from: number, to: number): void;
  zoomOut(): void;
  /** What the reader has chosen in this panel, such as names in its legend. */
  chosen(what: Chosen): readonly string[];
  /** choose replaces what is chosen, and has the panel drawn again. */
  choose(what: Chosen, values: readonly string[]): void;
  /** What else the reader did to this panel, such as opening a long text. It outlives the drawing. */
  memory: Map<string, unknown>;
}

/** A drawing in a panel's body. draw is called again with each new answer; V is the part of the answer that is drawn. */
export interface Drawing<V> {
  /** draw puts an answer into the panel. What has to be measured is left to fit, which follows. */
  draw(view: V, panel: Panel): void;
  /** fit fits what is drawn into the panel. It is called again when the panel's size has changed. */
  fit(): Fitting;
  dispose(): void;
  /**
   * need returns how many pixels of height are enough for what is drawn and fitted. A drawing without it takes all the room that it
   * gets.
   */
  need?(): number;
}

/** A panel kind makes a drawing in an empty box. */
export type Kind<V> = (box: HTMLElement, around: Surroundings) => Drawing<V>;

/** recall returns what is remembered under a name. The first call remembers what make returns. */
export function recall<T>(around: Surroundings, name: string, make: () => T): T {
  if (!around.memory.has(name)) around.memory.set(name, make());
  return around.memory.get(name) as T;
}
