import type { Crosshair } from "../chart/crosshair";
import type { Gutter } from "../chart/gutter";
import type { Panel } from "../types";

/** What a drawing may know and ask of the page around it. */
export interface Surroundings {
  /** The zone of the times that the page itself writes, such as a tooltip's. */
  zone(): string;
  crosshair: Crosshair;
  gutter: Gutter;
  /** The column of the grid that the panel is in, as far as keeping charts in line goes. */
  column: string;
  /** zoom sets the page's range to these instants. */
  zoom(from: number, to: number): void;
  zoomOut(): void;
  /** What the reader did to this panel (isolated series, sorting), kept from one answer to the next. */
  memory: Map<string, unknown>;
}

/** A drawing in a panel's body. draw is called again with each new answer. */
export interface Drawing {
  draw(panel: Panel): void;
  resize(): void;
  dispose(): void;
}

/** A panel kind makes a drawing in an empty box. */
export type Kind = (box: HTMLElement, around: Surroundings) => Drawing;

/** recall gives what was remembered under a name, or remembers what make gives. */
export function recall<T>(around: Surroundings, name: string, make: () => T): T {
  if (!around.memory.has(name)) around.memory.set(name, make());
  return around.memory.get(name) as T;
}
