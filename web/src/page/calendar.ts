import { addDays, addMonths, dayTitle, monthTitle, monthWeeks, weekdayOf, weekdays } from "../base/days";
import { el, fill } from "../base/dom";
import { icon, type IconName } from "../base/icons";

/** Days are the first and the last day of a range. */
export interface Days {
  from: string;
  to: string;
}

/**
 * Calendar lets the reader choose the first and the last day of a range: by mouse, by touch, and by keyboard
 * as in the grid pattern of the ARIA practices. It offers no day after `last`.
 */
export class Calendar {
  readonly element: HTMLElement;
  /** The day that the keys move. */
  private at: string;
  /** The first of two days, while the second is still to be chosen. */
  private anchor: string | null = null;
  private days: Days;
  private readonly title = el("h3", { class: "month-title", id: "calendar-month", "aria-live": "polite" });
  private readonly body = el("tbody");
  private readonly said = el("p", { class: "picker-note calendar-note", role: "status" });
  private readonly later: HTMLButtonElement[];

  constructor(days: Days, private readonly last: string, private readonly chosen: (days: Days) => void) {
    this.days = days;
    this.at = days.to < last ? days.to : last;
    const step = (name: IconName, months: number, label: string) =>
      el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: () => this.show(addMonths(this.at, months)) }, icon(name));
    this.later = [step("later", 1, "Next month"), step("laterYear", 12, "Next year")];
    this.body.addEventListener("click", (e) => this.choose(dayOfCell(e.target)));
    this.body.addEventListener("pointerover", (e) => this.preview(dayOfCell(e.target)));
    this.body.addEventListener("pointerleave", () => this.preview(null));
    this.body.addEventListener("keydown", (e) => this.key(e));
    this.element = el("div", { class: "calendar" },
      el("div", { class: "calendar-head" }, step("earlierYear", -12, "Previous year"), step("earlier", -1, "Previous month"), this.title, ...this.later),
      el("table", { class: "month", role: "grid", "aria-labelledby": "calendar-month", "aria-multiselectable": "true" },
        el("thead", {}, el("tr", {}, ...weekdays.map((d) => el("th", { scope: "col", abbr: d, title: d }, d.slice(0, 2))))), this.body),
      this.said);
    this.said.textContent = titleOf(days);
    this.show(this.at);
  }

  /** show turns to the month of a day, at most of the last one, and makes it the day that the keys move. */
  private show(day: string): void {
    this.at = day < this.last ? day : this.last;
    const title = monthTitle(this.at);
    if (this.title.textContent !== title) this.title.textContent = title;
    this.later.forEach((button) => (button.disabled = this.at.slice(0, 7) >= this.last.slice(0, 7)));
    fill(this.body, ...monthWeeks(this.at).map((week) => el("tr", {}, ...week.map((d) => (d == null ? el("td", { role: "gridcell", class: "no-day" }) : this.cell(d))))));
    this.mark();
  }

  private cell(day: string): HTMLElement {
    return el("td", {
      role: "gridcell", class: `day${weekdayOf(day) > 4 ? " is-weekend" : ""}`, "data-day": day, tabindex: day === this.at ? 0 : -1, "aria-label": dayTitle(day),
      "aria-disabled": day > this.last ? "true" : null, "aria-current": day === this.last ? "date" : null,
    }, el("span", {}, String(Number(day.slice(8)))));
  }

  /** mark shows which days the range has. */
  private mark({ from, to } = this.days): void {
    for (const cell of this.body.querySelectorAll<HTMLElement>("[data-day]")) {
      const day = cell.dataset.day!;
      const within = day >= from && day <= to;
      cell.setAttribute("aria-selected", String(within));
      cell.classList.toggle("is-end", within && (day === from || day === to));
    }
  }

  /** preview shows the range that a second day would give; null takes the preview away. */
  private preview(day: string | null): void {
    if (this.anchor == null || (day ?? "") > this.last) return;
    this.mark(day == null ? undefined : between(this.anchor, day));
  }

  private choose(day: string | null): void {
    if (day == null || day > this.last) return;
    this.days = this.anchor == null ? { from: day, to: day } : between(this.anchor, day);
    this.said.textContent = this.anchor == null ? `From ${dayTitle(day)}; now choose the last day` : titleOf(this.days);
    this.anchor = this.anchor == null ? day : null;
    this.move(day);
    this.chosen(this.days);
  }

  /** move gives a day the focus. */
  private move(day: string): void {
    this.show(day);
    this.body.querySelector<HTMLElement>(`[data-day="${this.at}"]`)?.focus({ preventScroll: true });
    this.preview(this.at);
  }

  private key(event: KeyboardEvent): void {
    const { at } = this;
    const months = event.shiftKey ? 12 : 1;
    const to: Record<string, () => string> = {
      ArrowLeft: () => addDays(at, -1), ArrowRight: () => addDays(at, 1), ArrowUp: () => addDays(at, -7), ArrowDown: () => addDays(at, 7),
      Home: () => addDays(at, -weekdayOf(at)), End: () => addDays(at, 6 - weekdayOf(at)),
      PageUp: () => addMonths(at, -months), PageDown: () => addMonths(at, months),
    };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") this.choose(at);
    else if (Object.hasOwn(to, event.key)) this.move(to[event.key]());
    else return;
    event.preventDefault();
  }
}

function titleOf({ from, to }: Days): string {
  return from === to ? dayTitle(from) : `${dayTitle(from)} to ${dayTitle(to)}`;
}

function between(a: string, b: string): Days {
  return a < b ? { from: a, to: b } : { from: b, to: a };
}

function dayOfCell(target: EventTarget | null): string | null {
  return (target as Element | null)?.closest<HTMLElement>("[data-day]")?.dataset.day ?? null;
}
