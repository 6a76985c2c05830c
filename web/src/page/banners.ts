import type { Trouble } from "../base/api";
import { type Child, el, fill } from "../base/dom";
import { icon } from "../base/icons";
import type { Settings } from "../base/settings";
import { ageText, clockText, timeText } from "../base/time";
import { zoneName } from "../base/zones";

/** Fault is an error that concerns the whole page. */
export interface Fault {
  message: string;
  /** Whether the server does not answer, or can't at the moment. */
  away: boolean;
  /** When it was first seen, in milliseconds. */
  since: number;
  /** When the page tries again, in milliseconds; null if that would not help. */
  next: number | null;
}

/** What the page says about who can reach it without a login. */
const doorTexts = {
  open: " Everybody who reaches this address sees the book.",
  published: " --published-on says that its port can be reached from this machine only: everybody who uses the machine sees the book.",
};

/** sampleText says which data are made up and which the reader has recorded. */
export function sampleText(ownSteps: string[]): string {
  if (ownSteps.length === 0) return " The book and its runs are made up for show; only runs that you record yourself are real.";
  const most = 4;
  const named = ownSteps.slice(0, most).join(", ") + (ownSteps.length > most ? ` and ${ownSteps.length - most} more` : "");
  return ` The book is made up for show, and so are the runs, except those that you recorded yourself: ${named}.`;
}

/** moment names an instant and the zone of its clock. */
function moment(at: number, zone: string): Child[] {
  return [el("time", { datetime: new Date(at).toISOString() }, timeText(at, zone)), ` (${zoneName(zone, at)})`];
}

/** troubleText says since when and why a task on the server fails. */
export function troubleText({ since, reason }: Trouble, now: number, zone: string): string {
  const [at, today] = [timeText(since, zone), timeText(now, zone)];
  return `, since ${at.slice(0, 10) === today.slice(0, 10) ? clockText(since, zone) : at}: ${reason.replace(/\.$/, "")}. It is tried again.`;
}

/** Banners are the strips below the header. They say who can read the page, what its data are, and what is wrong. */
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
  private readonly signedOut = el("div", { class: "fault", role: "alert", "data-testid": "signed-out", hidden: true });
  private readonly toastBox = el("div", { class: "toast", role: "status" });
  private toastTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly settings: Settings, retry: () => void) {
    this.retry = el("button", { type: "button", class: "button", onclick: retry }, "Try now");
    this.fault.append(icon("alert"), this.faultText, this.faultMore, this.retry);
    const { door } = settings;
    this.element = el("section", { class: "banners", "aria-label": "Notices" },
      door && el("p", { class: `door is-${door}`, "data-testid": "door-banner" }, icon("alert"), el("span", {}, el("strong", {}, "No login."), doorTexts[door])),
      this.fault, this.signedOut, this.troubleBox, this.facts);
    document.body.append(this.toastBox);
  }

  /** showFacts says what kind of data the page holds. */
  showFacts(zone: string): void {
    const { sampleData, ownSteps, asOf, report } = this.settings;
    fill(this.facts,
      sampleData && el("p", { class: "fact is-sample", "data-testid": "sample-banner" }, el("strong", {}, "Sample data"), sampleText(ownSteps ?? [])),
      asOf != null && report != null && el("p", { class: "fact is-past", "data-testid": "report-banner" }, el("strong", {}, "Report of ", ...moment(asOf, zone)),
        " This file holds the figures of that moment. They do not change, and it needs no network."),
      asOf != null && report == null && el("p", { class: "fact is-past", "data-testid": "as-of-banner" }, el("strong", {}, "As of ", ...moment(asOf, zone)),
        " The page is computed on past data; this instant is its “now”."));
    this.facts.hidden = !sampleData && asOf == null;
  }

  /** showTroubles shows which background tasks fail on the server. */
  showTroubles(troubles: readonly Trouble[], zone: string): void {
    this.troubles = troubles;
    const lines = troubles.map((t) => ({ fault: t.fault, text: troubleText(t, Date.now(), zone) }));
    const shown = JSON.stringify(lines);
    if (shown === this.troublesShown) return;
    this.troublesShown = shown;
    fill(this.troubleBox, ...lines.map(({ fault, text }) => el("p", { class: "trouble" }, icon("alert"), el("span", {}, el("strong", {}, fault), text))));
    this.troubleBox.hidden = lines.length === 0;
  }

  /** showFault shows a fault and the age of the figures on the page; null hides it. */
  showFault(fault: Fault | null, refreshed: number | null, zone: string): void {
    this.showTroubles(this.troubles, zone);
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

  /** showSignedOut says for good that the person's session is over, and leads to the login page. */
  showSignedOut(login: string, refreshed: number | null, zone: string): void {
    fill(this.signedOut, icon("alert"), el("span", { class: "fault-text" }, "You are no longer signed in."),
      refreshed != null && el("span", { class: "fault-more" }, `The figures are from ${timeText(refreshed, zone)}, and do not change any more.`),
      el("a", { class: "button", href: login }, "Sign in"));
    this.signedOut.hidden = false;
  }

  /** toast shows a text for a moment. */
  toast(text: string): void {
    clearTimeout(this.toastTimer);
    this.toastBox.textContent = text;
    this.toastBox.classList.add("is-on");
    this.toastTimer = setTimeout(() => this.toastBox.classList.remove("is-on"), 2600);
  }
}
