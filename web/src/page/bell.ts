import { type Alert, type Alerts, silence, type Silence, unsilence } from "../base/api";
import { el, fill, spoken, type Child } from "../base/dom";
import { icon } from "../base/icons";
import { momentText } from "../base/time";
import { type Popover, popover } from "./popover";
import { openSilenceBox, others, silencedWords, silenceFacts } from "./silences";

/** bellLabel says in a few words what fires: "2 alerts fire, 1 of them critical, 1 silenced". */
export function bellLabel(alerts: readonly Pick<Alert, "severity" | "silence">[]): string {
  if (alerts.length === 0) return "No alert fires";
  const critical = alerts.filter((a) => a.severity === "critical").length;
  const silenced = alerts.filter((a) => a.silence != null).length;
  const single = alerts.length === 1;
  const parts = [single ? "1 alert fires" : `${alerts.length} alerts fire`];
  if (critical > 0) parts.push(single ? "critical" : `${critical} of them critical`);
  if (silenced > 0) parts.push(single ? "silenced" : `${silenced} silenced`);
  return parts.join(", ");
}

/** told are the alerts that are not silenced. */
function told<T extends Pick<Alert, "silence">>(alerts: readonly T[]): T[] {
  return alerts.filter((a) => a.silence == null);
}

/** sinceText says since when: only the clock if that was today. */
export function sinceText(since: number, now: number, zone: string): string {
  return `since ${momentText(since, now, zone)}`;
}

/** kioskLine is the one line that a wall screen has for the critical alerts that are not silenced; null if there are none. */
export function kioskLine(alerts: readonly Alert[], now: number, zone: string): string | null {
  const critical = told(alerts).filter((a) => a.severity === "critical");
  if (critical.length === 0) return null;
  const more = critical.length === 1 ? "" : ` And ${critical.length - 1} more.`;
  return `${critical[0].summary.replace(/\.$/, "")}, ${sinceText(critical[0].since, now, zone)}.${more}`;
}

/** Bell is the button in the header that says what is out of order now, and lists it. */
export class Bell {
  readonly button = el("button", { type: "button", class: "button bell", "data-testid": "bell", hidden: true });
  /** The line at the top of a wall screen while something critical fires. */
  readonly line = el("p", { class: "alert-line", role: "alert", "data-testid": "alert-line", hidden: true });
  /** What has changed, for those who can't see the button. */
  private readonly told = el("span", { class: "visually-hidden", role: "status" });
  readonly element = el("div", { class: "bell-place" }, this.button, this.told);
  private readonly box: Popover;
  private answer: Alerts = { page: "", alerts: [], silences: [], silencing: { may: false, why: "", opening: 0, rules: [] } };
  private shown = "";

  /**
   * The function href makes the address of a page of a path, zone names the reader's time zone, and now returns the server's
   * time. The page asks again what fires when refresh is called.
   */
  constructor(private readonly href: (path: string) => string, private readonly zone: () => string, private readonly now: () => number, private readonly refresh: () => void) {
    this.box = popover(this.button, { class: "alerts-box", role: "dialog", "aria-label": "What fires now" }, () => this.list());
  }

  /** show takes what fires now. */
  show(answer: Alerts): void {
    this.answer = answer;
    const label = bellLabel(answer.alerts);
    const line = kioskLine(answer.alerts, Date.now(), this.zone());
    const shown = JSON.stringify([label, line, answer]);
    if (shown === this.shown) return;
    const first = this.shown === "";
    this.shown = shown;
    const critical = told(answer.alerts).some((a) => a.severity === "critical");
    this.button.hidden = answer.page === "";
    this.button.classList.toggle("is-critical", critical);
    this.button.classList.toggle("is-warning", !critical && told(answer.alerts).length > 0);
    this.button.setAttribute("aria-label", label);
    this.button.title = `${label} (a)`;
    fill(this.button, icon(critical ? "alert" : "bell"), answer.alerts.length > 0 && el("span", { class: "bell-count" }, String(answer.alerts.length)));
    if (!first && this.told.textContent !== label) this.told.textContent = label;
    fill(this.line, line != null && icon("alert"), line != null && el("span", {}, el("strong", {}, "CRITICAL "), line));
    this.line.hidden = line == null;
    if (this.box.box.matches(":popover-open")) fill(this.box.box, ...this.list());
  }

  /** open opens the list, or closes it. */
  open(): void {
    if (this.button.hidden) return;
    if (this.box.box.matches(":popover-open")) this.box.close();
    else this.box.open();
  }

  private list(): Child[] {
    const { alerts, page, silences, silencing } = this.answer;
    const rest = others(silences, alerts);
    return [
      alerts.length === 0 ? el("p", { class: "alerts-none" }, "Nothing fires.") : el("ul", { class: "alerts-list" }, ...alerts.map((a) => this.item(a))),
      rest.length > 0 && el("h3", { class: "alerts-head" }, "Silences"),
      rest.length > 0 && el("ul", { class: "alerts-list" }, ...rest.map((q) => el("li", { class: "alert-item" },
        el("div", { class: "alert-said" }, el("span", {}, silencedWords(q)), this.silenced(q))))),
      silencing.may && el("button", { type: "button", class: "alerts-all", onclick: () => this.ask("", "") }, "Silence something…"),
      page !== "" && el("a", { class: "alerts-all", href: this.href(page), onclick: () => this.box.close() }, "All alerts"),
    ];
  }

  private item(a: Alert): HTMLElement {
    const critical = a.severity === "critical";
    const said = [el("span", { class: "alert-summary" }, a.summary)];
    return el("li", { class: `alert-item ${critical ? "is-critical" : "is-warning"}` },
      icon(critical ? "alert" : "bell"),
      el("div", { class: "alert-said" },
        a.path ? el("a", { href: this.href(a.path), onclick: () => this.box.close() }, ...said) : said[0],
        el("span", { class: "alert-facts" }, el("strong", {}, critical ? "CRITICAL" : "WARNING"), ` ${sinceText(a.since, Date.now(), this.zone())}`, a.owner ? `, ${a.owner}` : ""),
        el("span", { class: "alert-meaning" }, a.meaning),
        a.silence != null && this.silenced(a.silence),
        /^https?:\/\//.test(a.runbook) && el("a", { class: "alert-runbook", href: a.runbook, target: "_blank", rel: "noopener noreferrer" }, "What to do", spoken(`: ${a.summary}`)),
        a.silence == null && this.answer.silencing.may && el("button", { type: "button", class: "alert-silence", onclick: () => this.ask(a.rule, a.subject) }, "Silence…", spoken(` ${a.summary}`))));
  }

  /** silenced says that people are not told, and lets an operator end that. */
  private silenced(q: Silence): HTMLElement {
    const end = el("button", { type: "button", class: "alert-silence" }, "End the silence", spoken(` of ${silencedWords(q)}`));
    const failed = el("span", { class: "wrong", role: "alert" });
    end.addEventListener("click", () => {
      end.disabled = true;
      unsilence(q.id).then(() => this.refresh(), (error: Error) => {
        failed.textContent = error.message;
        end.disabled = false;
      });
    });
    return el("span", { class: "alert-silenced" }, silenceFacts(q, this.now(), this.zone()), this.answer.silencing.may && end, failed);
  }

  /** ask opens the box that makes a silence. */
  private ask(rule: string, subject: string): void {
    this.box.close();
    openSilenceBox({
      silencing: this.answer.silencing, zone: this.zone(), now: this.now(), rule, subject,
      send: async (wish) => {
        await silence(wish);
        this.refresh();
      },
      made: () => this.box.open(),
    });
  }
}
