import { el, fill, remembered, spoken } from "../base/dom";
import { icon, type IconName } from "../base/icons";
import { browserZone, offsetMinutes } from "../base/time";
import { popover, type Popover } from "./popover";
import { endText, quickRanges, rangeText, type TimeRange, typedEnd } from "./ranges";

export interface TimePickerActions {
  choose(range: TimeRange): void;
  shift(direction: -1 | 1): void;
  zoomOut(): void;
  zone(timezone: string): void;
}

/**
 * TimePickerState is what the picker shows. `timezone` is the zone as the address names it, such as
 * "browser". `zone` is its IANA name.
 */
export interface TimePickerState {
  range: TimeRange;
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
      (box) => (box.querySelector<HTMLElement>(".quick [aria-pressed=true]") ?? box.querySelector<HTMLElement>("input"))?.focus());
  }

  show(state: TimePickerState): void {
    this.state = state;
    this.text.textContent = rangeText(state.range, state.zone);
    const { place, offset } = zoneParts(state.zone);
    fill(this.zoneText, place && el("span", { class: "zone-place" }, `${place} `), el("span", { class: "zone-offset" }, offset));
    this.zoneText.title = `Times are those of ${zoneName(state.zone)}`;
  }

  open(): void {
    this.pop.open();
  }

  private content(): HTMLElement[] {
    const { range, zone } = this.state!;
    const choose = (r: TimeRange) => {
      this.pop.close();
      this.actions.choose(r);
    };
    const quick = el("div", { class: "quick", role: "group", "aria-label": "Quick ranges" }, ...quickRanges.map((q) => el("button", {
      type: "button", class: "quick-item", "aria-pressed": String(q.from === range.from && q.to === range.to), onclick: () => choose(q),
    }, q.label)));
    const recent = recents();
    return [
      el("div", { class: "absolute" }, this.form(choose),
        recent.length === 0 ? null : el("div", { class: "recent" }, el("h4", {}, "Recently used"),
          ...recent.map((r) => el("button", { type: "button", class: "quick-item", onclick: () => choose(r) }, rangeText(r, zone)))),
        this.zones()),
      quick,
    ];
  }

  private form(choose: (range: TimeRange) => void): HTMLElement {
    const { range, zone } = this.state!;
    const input = (name: string, value: string) => el("input", {
      class: "field", name, value: endText(value, zone), autocomplete: "off", spellcheck: "false", "aria-describedby": "range-wrong",
    });
    const [from, to] = [input("from", range.from), input("to", range.to)];
    const wrong = el("p", { class: "wrong", id: "range-wrong", role: "alert", hidden: true });
    const submit = (event: Event) => {
      event.preventDefault();
      const [a, b] = [typedEnd(from.value, zone, false), typedEnd(to.value, zone, true)];
      from.setAttribute("aria-invalid", String("wrong" in a));
      to.setAttribute("aria-invalid", String("wrong" in b));
      let text = "wrong" in a ? `From: ${a.wrong}` : "wrong" in b ? `To: ${b.wrong}` : "";
      if (!("wrong" in a) && !("wrong" in b)) {
        if (/^\d+$/.test(a.value) && /^\d+$/.test(b.value) && Number(a.value) >= Number(b.value)) text = "The range ends before it begins.";
        else {
          const chosen = { from: a.value, to: b.value };
          remember(chosen);
          choose(chosen);
        }
      }
      fill(wrong, text);
      wrong.hidden = text === "";
    };
    return el("form", { class: "range-form", onsubmit: submit },
      el("label", {}, el("span", {}, "From"), from), el("label", {}, el("span", {}, "To"), to), wrong,
      el("button", { type: "submit", class: "button is-primary" }, "Apply range"));
  }

  private zones(): HTMLElement {
    const { timezone, deskZone } = this.state!;
    const known: [string, string][] = [["browser", `Browser: ${zoneName(browserZone())}`], ["utc", "UTC"]];
    if (deskZone !== "UTC") known.push([deskZone, `Desk: ${zoneName(deskZone)}`]);
    if (!known.some(([value]) => value === timezone)) known.push([timezone, zoneName(timezone)]);
    return el("label", { class: "zones" }, el("span", {}, "Time zone"), el("select", {
      class: "field", onchange: (e: Event) => { this.pop.close(); this.actions.zone((e.target as HTMLSelectElement).value); },
    }, ...known.map(([value, label]) => el("option", { value, selected: value === timezone }, label))));
  }
}

/** zoneName names a zone for readers: "Sao Paulo (UTC−03:00)". */
export function zoneName(zone: string): string {
  const { place, offset } = zoneParts(zone);
  return place ? `${place} (${offset})` : offset;
}

/** zoneParts returns the parts of a zone's name: "Sao Paulo" and "UTC−03:00". UTC has no place. */
export function zoneParts(zone: string, at = Date.now()): { place: string; offset: string } {
  if (/^(etc\/)?utc$/i.test(zone)) return { place: "", offset: "UTC" };
  const minutes = offsetMinutes(at, zone);
  const size = Math.abs(minutes);
  const two = (n: number) => String(n).padStart(2, "0");
  return { place: zone.split("/").pop()!.replaceAll("_", " "), offset: `UTC${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}` };
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
