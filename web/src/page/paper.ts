import { el, fill } from "../base/dom";
import type { Settings } from "../base/settings";
import { timeText } from "../base/time";
import { zoneName } from "../base/zones";
import type { Range } from "../types";
import type { TimeRange } from "./quickranges";
import { rangeText } from "./rangewords";

/** What the head of a printed page says. */
export interface PaperHead {
  /** The dashboard's title, followed by the panel's title if only one panel is printed. */
  title: string;
  times: TimeRange;
  /** The instants that the range means, once the server has said them. */
  range: Range | null;
  zone: string;
  /** What is chosen in the dashboard's variables, in words. */
  variables: string;
}

/** Paper lays the page out for the printer, for as long as the browser prints it. */
export class Paper {
  /** The head of the first page, which is not shown on the screen. */
  readonly head = el("header", { class: "paper-head" });
  private on = false;

  /** redraw draws all panels again, in the layout and the theme of that moment. */
  constructor(private readonly settings: Settings, private readonly what: () => PaperHead, private readonly redraw: () => void) {}

  /** Whether the page is being printed. */
  get printing(): boolean {
    return this.on;
  }

  /** listen lays the page out whenever the browser is about to print, and back afterwards. */
  listen(): void {
    addEventListener("beforeprint", () => this.print(true));
    addEventListener("afterprint", () => this.print(false));
  }

  /** headOf makes the head of the sheets of another dashboard. */
  headOf(what: PaperHead): HTMLElement {
    return el("header", { class: "paper-head" }, ...this.lines(what));
  }

  /** lines are the lines of a head: what is printed, for which time, from when, and by which version. */
  private lines(what: PaperHead): HTMLElement[] {
    return [el("h1", {}, what.title), ...headTexts(what, this.settings, Date.now()).map((text) => el("p", {}, text))];
  }

  private print(on: boolean): void {
    if (on === this.on) return;
    this.on = on;
    if (on) fill(this.head, ...this.lines(this.what()));
    document.body.classList.toggle("is-printed", on);
    this.redraw();
  }
}

/** headTexts are the texts below the title of a printed page. */
export function headTexts({ times, range, zone, variables }: PaperHead, settings: Settings, now: number): string[] {
  const named = rangeText(times, zone);
  const exact = range ? `${timeText(range.from, zone)} to ${timeText(range.to, zone)}` : "";
  return [
    [named, exact !== named ? exact : "", `times are those of ${zoneName(zone, Math.min(range?.to ?? Infinity, settings.asOf ?? now))}`].filter(Boolean).join(" · "),
    variables,
    settings.asOf == null ? "" : settings.report ? `Report of ${timeText(settings.asOf, zone)}` : `As of ${timeText(settings.asOf, zone)}: computed on past data`,
    settings.sampleData ? "Sample data: made up for show" : "",
    `Printed ${timeText(now, zone)} by ${settings.title || "macrowatch"}${settings.version ? `, version ${settings.version}` : ""}`,
  ].filter(Boolean);
}
