import { el, fill } from "../base/dom";
import { icon, type IconName } from "../base/icons";
import type { Settings, User } from "../base/settings";
import { svg } from "../base/svg";
import type { SearchHit } from "../types";
import { Bell } from "./bell";
import { tabsOf } from "./finding";
import { menu, type MenuItem, popover } from "./popover";
import { TimePicker, type TimePickerActions } from "./timepicker";
import { Verdict } from "./verdict";

export const refreshIntervals = ["", "5s", "10s", "30s", "1m", "5m", "15m", "30m", "1h"];

export interface HeaderActions extends TimePickerActions {
  /** open shows another dashboard without loading the page again. */
  open(uid: string): void;
  /** ahead is called when the reader points at a dashboard's link, and may open it next. */
  ahead(uid: string): void;
  /** find opens the list of all dashboards. */
  find(): void;
  refresh(): void;
  refreshEvery(interval: string): void;
  theme(): void;
  kiosk(): void;
  help(): void;
  signOut(): void;
  /** href returns a dashboard's address with the current choices. */
  href(uid: string): string;
  /** place returns the address of a page of a path. */
  place(path: string): string;
  /** zone returns the reader's time zone. */
  shownZone(): string;
  /** alertsChanged asks again what fires. */
  alertsChanged(): void;
  /** panelHref returns the address of a panel. */
  panelHref(uid: string, panel: number): string;
  /** showPanel leads to a panel. */
  showPanel(uid: string, panel: number): void;
}

/** After how many milliseconds the page shows that it still waits. */
const slowAfter = 400;

/** Header is the bar at the top of the page: the dashboards, the time range, the refresh, and the looks. */
export class Header {
  readonly element: HTMLElement;
  readonly picker: TimePicker;
  readonly bell: Bell;
  readonly verdict: Verdict;
  private readonly tabs = el("nav", { class: "tabs dashboards", "aria-label": "Dashboards" });
  private readonly current = el("span", { class: "current-text" });
  private readonly chooser: HTMLButtonElement;
  private readonly home: string;
  private readonly interval = el("span", { class: "interval" });
  private readonly intervalButton: HTMLButtonElement;
  /** Runs while panels are on their way, until the page shows that it waits. */
  private slowTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly progress = el("div", { class: "progress", "aria-hidden": "true" });
  private readonly themeButton: HTMLButtonElement;
  private readonly refreshButton: HTMLButtonElement;
  private hits: readonly SearchHit[] = [];
  private every = "";

  constructor({ title, report, user, home, zone }: Settings, private readonly actions: HeaderActions) {
    this.picker = new TimePicker(actions, report != null);
    this.bell = new Bell((path) => actions.place(path), () => actions.shownZone(), () => actions.now(), () => actions.alertsChanged());
    this.verdict = new Verdict(zone, report != null, {
      panelHref: (uid, panel) => actions.panelHref(uid, panel),
      showPanel: (uid, panel) => actions.showPanel(uid, panel),
      has: (uid) => this.hits.some((h) => h.uid === uid),
      now: () => actions.now(),
    });
    this.themeButton = button("moon", "Light or dark", () => actions.theme(), "only-wide");
    this.refreshButton = button("refresh", "Refresh now (r)", () => actions.refresh());
    this.refreshButton.dataset.testid = "refresh";
    this.home = home;
    this.chooser = el("button", { type: "button", class: "button current only-narrow", "data-testid": "dashboards", "aria-haspopup": "dialog", onclick: () => actions.find() },
      this.current, el("span", { class: "current-all" }, "All dashboards"), icon("down"));
    this.intervalButton = el("button", { type: "button", class: "button interval-button", "data-testid": "refresh-interval" }, this.interval, icon("down"));
    const account = button("user", user ? `Signed in as ${user.name}` : "", () => {}, "only-wide");
    account.dataset.testid = "account";
    const more = button("more", "More", () => {}, "only-narrow");
    this.element = el("header", { class: "bar" },
      el("a", { class: "mark", href: report ? "#" : ".", "aria-label": "macrowatch: home" }, mark(), el("span", { class: "mark-name" }, title || "macrowatch")),
      this.tabs, el("div", { class: "chooser" }, this.chooser),
      el("div", { class: "controls" }, this.picker.element,
        report == null && el("div", { class: "group", role: "group", "aria-label": "Refresh" }, this.refreshButton, this.intervalButton)),
      el("div", { class: "looks" }, this.verdict.element, this.bell.element, this.themeButton, button("monitor", "Kiosk (d k)", () => actions.kiosk(), "only-wide"),
        button("keyboard", "Keyboard shortcuts (?)", () => actions.help(), "only-wide"), user != null && account, more),
      this.progress);
    this.element.querySelector(".mark")!.addEventListener("click", (e) => this.follow(e as MouseEvent, home || this.hits[0]?.uid));
    menu(this.intervalButton, "Refresh interval", () => this.intervals());
    menu(more, "More", () => [
      { label: "Light or dark", run: () => actions.theme() },
      { label: "Kiosk", run: () => actions.kiosk() },
      { label: "Keyboard shortcuts", run: () => actions.help() },
      ...signOut(user, actions),
    ]);
    if (user) popover(account, { class: "account", "aria-label": "Who is signed in" }, () => [
      el("p", {}, "Signed in as ", el("strong", {}, user.name)), el("p", { class: "account-role" }, `Role: ${user.role}`),
      user.signsOut && el("button", { type: "button", class: "button", "data-testid": "sign-out", onclick: () => actions.signOut() }, "Sign out"),
    ]);
  }

  /**
   * show lists the dashboards and marks the open one. The header has the dashboards of the home's folder. If there are others, a
   * button leads to the list of all. A page without panels is bare: it has no time range.
   */
  show(hits: readonly SearchHit[], uid: string, title: string, bare = uid === ""): void {
    this.hits = hits;
    this.verdict.draw();
    const tabs = tabsOf(hits, this.home);
    const { classList } = this.element;
    classList.toggle("is-bare", bare);
    classList.toggle("has-more", hits.length > tabs.length);
    classList.toggle("is-tabbed", tabs.some((h) => h.uid === uid) || uid === "");
    this.current.textContent = title;
    this.chooser.setAttribute("aria-label", `All dashboards: ${title}`);
    this.chooser.title = hits.length > tabs.length ? "All dashboards (/)" : "";
    fill(this.tabs, ...tabs.map((h) => el("a", {
      class: "tab", href: this.actions.href(h.uid), "aria-current": h.uid === uid ? "page" : null,
      onclick: (e: MouseEvent) => this.follow(e, h.uid),
      onpointerenter: () => this.actions.ahead(h.uid), onfocus: () => this.actions.ahead(h.uid),
    }, h.title)));
  }

  showInterval(every: string): void {
    this.every = every;
    this.interval.textContent = every || "Off";
    this.intervalButton.setAttribute("aria-label", `Refresh interval: ${every || "Off"}`);
  }

  showTheme(now: "dark" | "light"): void {
    fill(this.themeButton, icon(now === "dark" ? "sun" : "moon"));
    const label = now === "dark" ? "Switch to light" : "Switch to dark";
    this.themeButton.setAttribute("aria-label", label);
    this.themeButton.title = label;
  }

  /**
   * showProgress moves the thin line below the bar; null hides it. Nothing moves at first: each frame of an animation takes processor
   * time, which quick panels need themselves.
   */
  showProgress(share: number | null): void {
    if (share == null) {
      clearTimeout(this.slowTimer);
      this.slowTimer = undefined;
      document.body.classList.remove("is-slow");
    } else this.slowTimer ??= setTimeout(() => document.body.classList.add("is-slow"), slowAfter);
    this.progress.classList.toggle("is-on", share != null);
    this.refreshButton.classList.toggle("is-busy", share != null);
    if (share != null) this.progress.style.transform = `scaleX(${Math.max(0.06, share)})`;
  }

  private follow(event: MouseEvent, uid: string | undefined): void {
    // With a modifier key, the browser opens the link in a new tab or window.
    if (!uid || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    this.actions.open(uid);
  }

  private intervals(): MenuItem[] {
    const list = refreshIntervals.includes(this.every) ? refreshIntervals : [...refreshIntervals, this.every];
    return list.map((i) => ({ label: i || "Off", checked: i === this.every, run: () => this.actions.refreshEvery(i) }));
  }
}

/** signOut is the line of the menu with which a person signs out. There is none if a proxy logs people in. */
function signOut(user: User | null | undefined, actions: HeaderActions): MenuItem[] {
  return user?.signsOut ? [{ label: `Sign out ${user.name}`, run: () => actions.signOut() }] : [];
}

function button(name: IconName, label: string, run: () => void, more = ""): HTMLButtonElement {
  return el("button", { type: "button", class: `button is-square ${more}`, "aria-label": label, title: label, onclick: run }, icon(name));
}

function mark(): SVGSVGElement {
  return svg("svg", { viewBox: "0 0 24 24", class: "mark-sign", "aria-hidden": "true" },
    svg("path", { class: "mark-line", d: "M3.5 15.5 8 7.5l3.8 6L15.6 5l4.9 10.5" }), svg("path", { class: "mark-ground", d: "M3.5 19.5h17" }));
}
