import type { Trouble } from "../base/api";
import { el, fill } from "../base/dom";
import { icon } from "../base/icons";
import type { Settings } from "../base/settings";
import { ageText, clockText, timeText } from "../base/time";

/** A fault of the whole page. */
export interface Fault {
  message: string;
  /** Whether the server does not answer, or can't at the moment. */
  away: boolean;
  /** When it was first met. */
  since: number;
  /** When the next try is, null where trying again won't help. */
  next: number | null;
}

/** What each door says to whoever reads the page. */
const doorTexts = {
  open: " Everybody who reaches this address sees the book.",
  published: " --published-on says that its port can be reached from this machine only: everybody who uses the machine sees the book.",
};

/** sampleText says what of the page is made up, and what a reader has recorded. */
export function sampleText(ownSteps: string[]): string {
  if (ownSteps.length === 0) return " The book and its runs are made up for show; only runs that you record yourself are real.";
  const most = 4;
  const named = ownSteps.slice(0, most).join(", ") + (ownSteps.length > most ? ` and ${ownSteps.length - most} more` : "");
  return ` The book is made up for show, and so are the runs, except those that you recorded yourself: ${named}.`;
}

/** troubleText says what fails on the server, since when and why. */
export function troubleText({ since, reason }: Trouble, now: number, zone: string): string {
  const [at, today] = [timeText(since, zone), timeText(now, zone)];
  return `, since ${at.slice(0, 10) === today.slice(0, 10) ? clockText(since, zone) : at}: ${reason.replace(/\.$/, "")}. It is tried again.`;
}

/** Banners are the strips under the header: who may look, what the data is, and what is wrong. */
export class Banners {
  readonly element: HTMLElement;
  private readonly facts = el("div", { class: "facts" });
  private readonly troubleBox = el("div", { class: "troubles", role: "status", "data-testid": "troubles", hidden: true });
  private troubles: readonly Trouble[] = [];
  private troublesShown = "";
  private readonly fault = el("div", { class: "fault", role: "alert", hidden: true });
  private readonly faultText = el("span", { class: "fault-text" });
  private readonly faultMore = el("span", { class: "fault-more", "aria-live": "off" });
  private readonly retry: HTMLElement;
  private readonly toastBox = el("div", { class: "toast", role: "status" });
  private toastTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly settings: Settings, retry: () => void) {
    this.retry = el("button", { type: "button", class: "button", onclick: retry }, "Try now");
    this.fault.append(icon("alert"), this.faultText, this.faultMore, this.retry);
    const { door } = settings;
    this.element = el("div", { class: "banners" },
      door && el("p", { class: `door is-${door}`, "data-testid": "door-banner" }, icon("alert"), el("span", {}, el("strong", {}, "No login."), doorTexts[door])),
      this.fault, this.troubleBox, this.facts);
    document.body.append(this.toastBox);
  }

  /** show says what kind of data the page holds. */
  show(zone: string): void {
    const { sampleData, ownSteps, asOf } = this.settings;
    fill(this.facts,
      sampleData && el("p", { class: "fact is-sample", "data-testid": "sample-banner" }, el("strong", {}, "Sample data"), sampleText(ownSteps ?? [])),
      asOf != null && el("p", { class: "fact is-past", "data-testid": "as-of-banner" }, el("strong", {}, "As of ", el("time", { datetime: new Date(asOf).toISOString() }, timeText(asOf, zone)), ` (${zone})`),
        " The page is computed on past data; this instant is its “now”."));
    this.facts.hidden = !sampleData && asOf == null;
  }

  /** worry shows what fails on the server beside its answers, nothing where all goes well. */
  worry(troubles: readonly Trouble[], zone: string): void {
    this.troubles = troubles;
    const lines = troubles.map((t) => ({ fault: t.fault, text: troubleText(t, Date.now(), zone) }));
    const shown = JSON.stringify(lines);
    if (shown === this.troublesShown) return;
    this.troublesShown = shown;
    fill(this.troubleBox, ...lines.map(({ fault, text }) => el("p", { class: "trouble" }, icon("alert"), el("span", {}, el("strong", {}, fault), text))));
    this.troubleBox.hidden = lines.length === 0;
  }

  /** fail shows a fault, with how old the figures are that are still on the page. */
  fail(fault: Fault | null, refreshed: number | null, zone: string): void {
    this.worry(this.troubles, zone);
    this.fault.hidden = fault == null;
    if (!fault) return;
    const text = fault.next == null ? fault.message : `${fault.message.replace(/\.$/, "")}, since ${clockText(fault.since, zone)}.`;
    if (this.faultText.textContent !== text) this.faultText.textContent = text;
    const now = Date.now();
    const parts: string[] = [];
    if (refreshed != null) parts.push(`The figures are from ${timeText(refreshed, zone)}, ${ageText(now - refreshed)} old.`);
    if (fault.next != null) parts.push(fault.next > now ? `Next try in ${ageText(1000 * Math.ceil((fault.next - now) / 1000))}.` : "Trying …");
    this.faultMore.textContent = parts.join(" ");
    this.retry.hidden = fault.next == null;
  }

  /** toast says something for a moment. */
  toast(text: string): void {
    clearTimeout(this.toastTimer);
    this.toastBox.textContent = text;
    this.toastBox.classList.add("is-on");
    this.toastTimer = setTimeout(() => this.toastBox.classList.remove("is-on"), 2600);
  }
}
