import { el, fill, remembered, spoken } from "../base/dom";
import { icon, type IconName } from "../base/icons";
import { browserZone, dayOf, wallMs } from "../base/time";
import { zoneName, zoneParts, zoneSentence } from "../base/zones";
import type { Range } from "../types";
import { Calendar, type Days } from "./calendar";
import { popover, type Popover } from "./popover";
import { calendarRanges, lengthRanges, type QuickRange, sameRange, type TimeRange } from "./quickranges";
import { endText, typedRange } from "./ranges";
import { rangeText } from "./rangewords";

export interface TimePickerActions {
  choose(range: TimeRange): void;
  shift(direction: -1 | 1): void;
  zoomOut(): void;
  zone(timezone: string): void;
  /** now returns the instant that the page shows as now. */
  now(): number;
  /** beginning returns the time of the dashboard's first record, null if it has none. */
  beginning(): Promise<number | null>;
}

/**
 * TimePickerState is what the picker shows. `timezone` is the zone as the address names it, such as
 * "browser". `zone` is its IANA name. `shown` are the instants of the latest answer, null before the first one.
 */
export interface TimePickerState {
  range: TimeRange;
  shown: Range | null;
  timezone: string;
  zone: string;
  deskZone: string;
}

const recentMost = 4;

/** TimePicker lets the reader choose the time range and the time zone. */
export class TimePicker {
  readonly element: HTMLElement;
  private state: TimePickerState | null = null;
  private readonly text = el("span", { class: "picker-text" });
  private readonly zoneText = el("span", { class: "picker-zone", "data-testid": "time-zone" });
  private readonly pop: Popover;
  /** The range that "All" gave last. */
  private all: TimeRange | null = null;
  /** The fields, and the sentence about what is wrong with them, while the picker is open. */
  private readonly fields = { from: field("from"), to: field("to") };
  private readonly wrong = el("p", { class: "wrong", id: "range-wrong", role: "alert", hidden: true });

  /** fixed shows the range and lets nobody change it. */
  constructor(private readonly actions: TimePickerActions, fixed = false) {
    const button = el("button", { type: "button", class: "button picker-button", "data-testid": "time-picker", disabled: fixed, title: fixed ? "A report has one time range" : null },
      spoken("Time range: "), icon("clock"), this.text, this.zoneText, !fixed && icon("down"));
    const step = (name: IconName, label: string, run: () => void) =>
      el("button", { type: "button", class: "button is-square", "aria-label": label, title: label, onclick: run }, icon(name));
    this.element = el("div", { class: "group picker", role: "group", "aria-label": "Time" },
      !fixed && step("earlier", "Earlier (t ←)", () => actions.shift(-1)), button,
      !fixed && step("later", "Later (t →)", () => actions.shift(1)), !fixed && step("zoomOut", "Zoom out (t z)", () => actions.zoomOut()));
    this.pop = popover(button, { class: "picker-box", role: "dialog", "aria-label": "Choose a time range" }, () => this.content(),
      (box) => (box.querySelector<HTMLElement>(".quick [aria-pressed=true]") ?? box.querySelector<HTMLElement>(".quick button"))?.focus());
  }

  show(state: TimePickerState): void {
    this.state = state;
    this.text.textContent = rangeText(state.range, state.zone);
    const { from, to } = this.shown;
    const { place, offset } = zoneParts(state.zone, to);
    fill(this.zoneText, place && el("span", { class: "zone-place" }, `${place} `), el("span", { class: "zone-offset" }, offset));
    this.zoneText.title = zoneSentence(state.zone, from, to);
  }

  open(): void {
    if (this.state) this.pop.open();
  }

  /** The instants that the page shows, up to now. */
  private get shown(): { from: number; to: number } {
    const now = this.actions.now();
    const { shown } = this.state!;
    return shown ? { from: shown.from, to: Math.min(shown.to, Math.max(now, shown.from)) } : { from: now, to: now };
  }

  private content(): HTMLElement[] {
    const { range, zone } = this.state!;
    const { from, to } = this.shown;
    const recent = recents();
    this.say("");
    this.fill(endText(range.from, zone, false), endText(range.to, zone, true));
    const calendar = new Calendar({ from: dayOf(from, zone), to: dayOf(to, zone) }, dayOf(this.actions.now(), zone), (days: Days) => {
      this.say("");
      this.fill(days.from, days.to);
    });
    return [
      el("div", { class: "quick", role: "group", "aria-label": "Quick ranges" },
        el("div", {}, ...calendarRanges.map((q) => this.quick(q, range))),
        el("div", {}, ...lengthRanges.map((q) => this.quick(q, range)), this.everything(range))),
      calendar.element,
      el("div", { class: "absolute" }, this.form(),
        recent.length === 0 ? null : el("div", { class: "recent" }, el("h3", {}, "Recently used"),
          ...recent.map((r) => el("button", { type: "button", class: "quick-item", onclick: () => this.choose(r) }, rangeText(r, zone)))),
        this.zones(), el("p", { class: "picker-note" }, `${zoneSentence(zone, from, to)}.`)),
    ];
  }

  private choose(range: TimeRange): void {
    this.pop.close();
    this.actions.choose(range);
  }

  private quick(q: QuickRange, range: TimeRange): HTMLElement {
    return el("button", { type: "button", class: "quick-item", "aria-pressed": String(sameRange(q, range)), onclick: () => this.choose(q) }, q.label);
  }

  /** everything makes the button of the range from the day of the first record to now. */
  private everything(range: TimeRange): HTMLElement {
    const choose = async () => {
      const { zone } = this.state!;
      const first = await this.actions.beginning().catch((error: Error) => this.say(error.message));
      if (first === undefined || !this.pop.box.matches(":popover-open")) return; // closed in the meantime
      if (first === null) return this.say("This dashboard has no records yet.");
      const [year, month, day] = dayOf(first, zone).split("-").map(Number);
      this.all = { from: String(wallMs({ year, month, day, time: null }, zone)), to: "now" };
      this.choose(this.all);
    };
    return el("button", {
      type: "button", class: "quick-item", title: "From the first record to now", "aria-pressed": String(this.all != null && sameRange(this.all, range)), onclick: () => void choose(),
    }, "All");
  }

  private fill(from: string, to: string): void {
    for (const [input, text] of [[this.fields.from, from], [this.fields.to, to]] as const) {
      input.value = text;
      input.removeAttribute("aria-invalid");
    }
  }

  /** say shows what is wrong; "" takes the sentence away. */
  private say(text: string): void {
    fill(this.wrong, text);
    this.wrong.hidden = text === "";
  }

  private form(): HTMLElement {
    const { range, zone } = this.state!;
    const { from, to } = this.fields;
    const untouched = [from.value, to.value];
    const submit = (event: Event) => {
      event.preventDefault();
      if (from.value === untouched[0] && to.value === untouched[1]) return this.choose(range);
      const typed = typedRange(from.value, to.value, zone);
      const wrong = "wrong" in typed ? typed : null;
      from.setAttribute("aria-invalid", String(wrong?.field === "from"));
      to.setAttribute("aria-invalid", String(wrong?.field === "to"));
      this.say(wrong?.wrong ?? "");
      if (wrong) return this.fields[wrong.field].focus();
      remember(typed as TimeRange);
      this.choose(typed as TimeRange);
    };
    return el("form", { class: "range-form", onsubmit: submit },
      el("label", {}, el("span", {}, "From"), from), el("label", {}, el("span", {}, "To"), to), this.wrong,
      el("button", { type: "submit", class: "button is-primary" }, "Apply range"));
  }

  private zones(): HTMLElement {
    const { timezone, deskZone } = this.state!;
    const { to } = this.shown;
    const known: [string, string][] = [["browser", `Browser: ${zoneName(browserZone(), to)}`], ["utc", "UTC"]];
    if (deskZone !== "UTC") known.push([deskZone, `Desk: ${zoneName(deskZone, to)}`]);
    if (!known.some(([value]) => value === timezone)) known.push([timezone, zoneName(timezone, to)]);
    return el("label", { class: "zones" }, el("span", {}, "Time zone"), el("select", {
      class: "field", onchange: (e: Event) => { this.pop.close(); this.actions.zone((e.target as HTMLSelectElement).value); },
    }, ...known.map(([value, label]) => el("option", { value, selected: value === timezone }, label))));
  }
}

function field(name: string): HTMLInputElement {
  return el("input", { class: "field", name, autocomplete: "off", spellcheck: "false", "aria-describedby": "range-wrong" });
}

function recents(): TimeRange[] {
  try {
    const list: unknown = JSON.parse(remembered.get("ranges") ?? "[]");
    return Array.isArray(list) ? list.filter((r): r is TimeRange => typeof r?.from === "string" && typeof r?.to === "string").slice(0, recentMost) : [];
  } catch {
    return [];
  }
}

function remember(range: TimeRange): void {
  const others = recents().filter((r) => r.from !== range.from || r.to !== range.to);
  remembered.set("ranges", JSON.stringify([range, ...others].slice(0, recentMost)));
}
