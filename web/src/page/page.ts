import type { Address } from "../base/address";
import * as api from "../base/api";
import { watchChanges } from "../base/changes";
import { AddressChoices, type Choices, OwnChoices, rechosen } from "../base/choices";
import { el, fill, overlayOpen, remembered } from "../base/dom";
import { type Route, slugOf } from "../base/route";
import type { Settings } from "../base/settings";
import { intervalMs } from "../base/time";
import { applyZoom, kioskZoom } from "../base/zoom";
import { unpinTip } from "../chart/tip";
import type { Dashboard, DashboardMeta, Panel, PanelDefinition, SearchHit } from "../types";
import { Banners, type Fault } from "./banners";
import { Board } from "./board";
import { copy } from "./clipboard";
import { openFinder } from "./finder";
import { tabsOf } from "./finding";
import { Definitions } from "./definitions";
import { Header } from "./header";
import { inspect, type InspectTab } from "./inspect";
import { Aim, shortcutsFor } from "./keys";
import { Loader } from "./loader";
import { allPanels } from "./layout";
import { stayInside } from "./navigation";
import { inLightColours } from "../base/papercolours";
import { Paper, type PaperHead } from "./paper";
import { PreparingView } from "./preparing";
import type { TimeRange } from "./quickranges";
import { shifted, zoomedOut } from "./ranges";
import { keepInReport } from "./reportlinks";
import { Rotation } from "./rotation";
import { Sheaf } from "./sheaf";
import { listenToKeys, type Shortcut, showHelp } from "./shortcuts";
import { broken, notFound, Strip } from "./strip";
import { applyTheme, onSystemTheme, themeFor } from "./theme";
import { VariableBar } from "./variables";
import { VerdictWatch } from "./verdictwatch";
import { PageState } from "./state";

/** Page connects the address, the server's answers and the screen. */
export class Page {
  private route: Route;
  private hits: SearchHit[] = [];
  private dashboard: Dashboard | null = null;
  /** What the server said of the dashboard at this address, null if it has none. A file with a fault has this alone. */
  private meta: DashboardMeta | null = null;
  private fault: Fault | null = null;
  private refreshed: number | null = null;
  private loads = 0;
  /** The panel to which the reader wants to be led, until it is there. */
  private sought: { uid: string; id: number } | null = null;
  /** How far the dashboard was scrolled when a single panel took the screen. */
  private scrollBefore: number | null = null;
  /** The question that the panels were last asked, without the theme. Answers to another question are out of date. */
  private loadedQuestion = "";
  private loadedTheme = "";
  private opening = 0;
  /** The version of the record whose alerts the bell shows. */
  private alertsOf = "";
  /** How far the server's clock is ahead of the browser's, in milliseconds. */
  private readonly ahead: number;
  /** What the server still has to do before there are panels; null if there are. */
  private preparing: api.Preparing | null;
  /** Whether the variables were loaded just before the panels, and need not be loaded again. */
  private settledFirst = false;

  private readonly rotation = new Rotation({
    forward: () => this.board.scrollForward(),
    next: () => this.turnToNextDashboard(),
  });
  /** What is chosen in the variables, in words. */
  private chosen = "";
  private readonly paper: Paper;
  /** The other dashboards of a report that is printed as a whole. */
  private readonly sheaf: Sheaf;
  private readonly main = el("main", { class: "main", id: "main", tabindex: -1 });
  private readonly aim = new Aim(this.main);
  private readonly strip: Strip;
  private readonly board: Board;
  private readonly header: Header;
  private readonly variables: VariableBar;
  private readonly banners: Banners;
  private readonly loader: Loader;
  private readonly definitions: Definitions;
  private readonly verdicts: VerdictWatch;
  private readonly preparingView = new PreparingView();
  private readonly shortcuts: Shortcut[];

  /** opening is what the server wrote into the page, null if the page must ask. No panel is drawn before ready is settled. */
  constructor(private readonly settings: Settings, private readonly address: Address, opening: api.Opening | null, ready: Promise<unknown>) {
    this.hits = opening?.hits ?? [];
    this.definitions = new Definitions(api.dashboard, opening?.dashboard ?? null);
    this.route = address.here();
    this.ahead = settings.now - Date.now();
    this.preparing = settings.preparing ?? null;
    const named = settings.report ? null : /^#panel-(\d+)$/.exec(location.hash);
    if (named) this.sought = { uid: this.state.uid, id: Number(named[1]) };
    const board = (choices: Choices) => new Board({
      zone: () => this.state.zone,
      zoom: (from, to) => this.choose({ from: String(from), to: String(to) }),
      zoomOut: () => this.zoomOut(),
      view: (id) => this.view(id),
      inspect: (id, tab) => this.inspect(id, tab),
      link: (id) => void this.link(id),
      retry: (id) => void this.reloadPanel(id),
      final: settings.report != null,
    }, choices);
    this.board = board(new AddressChoices(() => this.route, (route) => this.go(route)));
    this.header = new Header(settings, {
      open: (uid) => this.openDashboard(uid),
      ahead: (uid) => this.definitions.ahead(uid),
      href: (uid) => this.href(uid),
      place: (path) => `${this.settings.basePath}${path}`,
      shownZone: () => this.state.zone,
      alertsChanged: () => void this.askAlerts(),
      panelHref: (uid, panel) => this.panelHref(uid, panel),
      showPanel: (uid, panel) => this.showPanel(uid, panel),
      find: () => this.find(),
      refresh: () => this.refresh(),
      refreshEvery: (every) => this.go(this.route.with({ refresh: every }), true),
      theme: () => this.toggleTheme(),
      kiosk: () => this.toggleKiosk(),
      help: () => this.help(),
      signOut: () => void this.signOut(),
      choose: (range) => this.choose(range),
      shift: (direction) => this.shift(direction),
      zoomOut: () => this.zoomOut(),
      zone: (timezone) => this.chooseZone(timezone),
      now: () => this.now(),
      beginning: () => api.beginning(this.state.uid),
    });
    this.strip = new Strip(settings.report != null, this.header.verdict.onTheWall, () => this.closePanel(), () => this.toggleKiosk());
    this.verdicts = new VerdictWatch({
      read: api.verdict,
      show: (verdict) => this.header.verdict.show(verdict),
      failed: (reason) => this.header.verdict.failed(reason),
      now: Date.now,
    }, settings.record ?? "");
    this.variables = new VariableBar(settings.report != null, {
      choose: (name, values) => this.go(this.route.with({ [`var-${name}`]: values })),
      correct: (values) => this.go(this.route.with(values), true),
      reset: () => this.go(this.route.withoutVariables()),
      summed: (text) => {
        this.chosen = text;
        this.strip.showVariables(text);
      },
    });
    this.paper = new Paper(settings, () => this.paperHead, () => {
      this.applyLooks();
      const recolour = this.paper.printing && themeFor(this.route.theme, this.settings) === "dark" ? inLightColours : undefined;
      this.board.redraw(recolour);
      this.sheaf.redraw(recolour);
    });
    const ownBoard = () => {
      const own: Board = board(new OwnChoices((id) => own.redrawPanel(id)));
      return own;
    };
    this.sheaf = new Sheaf({ board: ownBoard, head: (what) => this.paper.headOf(what) });
    this.banners = new Banners(settings, () => this.refresh());
    this.loader = new Loader({
      started: () => this.started(),
      arrived: (panel, text) => this.header.showProgress(this.board.show(panel, text)),
      first: () => (settings.report ? [] : this.board.first),
      missing: () => this.board.missing,
      drawing: () => this.board.drawing,
      finished: () => this.finished(),
      failed: (message, away) => this.failed(message, away),
      signedOut: () => this.signedOut(),
    }, ready);
    this.shortcuts = shortcutsFor({
      find: () => this.find(),
      refresh: () => this.refresh(),
      pickTime: () => (this.settings.report ? this.choose(this.state.times) : this.header.picker.open()),
      zoomOut: () => this.zoomOut(),
      earlier: () => this.shift(-1),
      later: () => this.shift(1),
      viewAimed: () => this.aimed((id) => this.view(id)),
      inspectAimed: () => this.aimed((id) => this.inspect(id, "data")),
      kiosk: () => this.toggleKiosk(),
      theme: () => this.toggleTheme(),
      alerts: () => this.header.bell.open(),
      help: () => this.help(),
      escape: () => this.escape(),
    });
  }

  start(): void {
    document.body.append(skipLink(this.main), this.header.element, this.header.bell.line, this.banners.element, this.main);
    listenToKeys(this.shortcuts);
    addEventListener("popstate", () => this.apply(this.address.here()));
    // While a browser prints, it may report that the system's theme is light. The page must ignore that.
    onSystemTheme(() => !this.paper.printing && this.apply(this.route));
    addEventListener("resize", () => this.applyLooks());
    this.paper.listen();
    for (const used of ["pointerdown", "keydown", "wheel"]) addEventListener(used, () => this.rotation.rest(Date.now()), { passive: true });
    setInterval(() => this.tick(), 1000);
    if (this.settings.report) keepInReport(() => this.hits, (message) => this.banners.toast(message));
    else {
      stayInside(() => this.hits.map((h) => h.uid), (route) => this.follow(route));
      this.watchChanges();
    }
    this.apply(this.route, true);
  }

  private watchChanges(): void {
    watchChanges(this.settings.record ?? null, this.settings.dashboards ?? "", {
      wanted: () => this.follows,
      waiting: () => this.preparing != null,
      changed: () => this.refresh(),
      dashboardsChanged: () => this.readDashboards(),
      heard: ({ version, troubles, preparing }) => {
        this.prepares(preparing ?? null);
        this.banners.showTroubles(troubles ?? [], this.state.zone);
        void this.showAlerts(version);
        this.verdicts.heard(version);
      },
      lost: () => this.loader.lost("The server does not answer."),
      found: () => this.fault?.away && this.refresh(),
      signedOut: () => this.signedOut(),
    });
  }

  /** prepares shows what the server still has to do, and opens the dashboard when that is done. */
  private prepares(preparing: api.Preparing | null): void {
    const before = this.preparing;
    this.preparing = preparing;
    if (preparing) this.preparingView.show(preparing);
    if ((before == null) !== (preparing == null)) void this.open();
  }

  /** showAlerts asks what fires, as soon as something has been recorded since the last answer. */
  private async showAlerts(version: string): Promise<void> {
    if (version === this.alertsOf) return;
    this.alertsOf = version;
    await this.askAlerts();
  }

  private async askAlerts(): Promise<void> {
    try {
      this.header.bell.show(await api.alerts());
    } catch {
      this.alertsOf = ""; // it is asked again with the next question
    }
  }

  private get state(): PageState {
    return new PageState(this.route, this.dashboard, this.settings, remembered.get("timezone"));
  }

  /** now returns the server's now: the instant of --as-of, or the time of the server's clock. */
  private now(): number {
    return this.settings.asOf ?? Date.now() + this.ahead;
  }

  /** Whether newly recorded rows would appear on the page: its range ends now, and the server answers. */
  private get follows(): boolean {
    return this.settings.asOf == null && this.fault == null && this.dashboard != null && this.state.times.to.startsWith("now") && !this.loader.busy;
  }

  // Every action changes only the address. apply then does what the address says, whoever changed it.

  private go(route: Route, quietly = false): void {
    this.apply(this.address.go(route, quietly));
  }

  private apply(route: Route, first = false): void {
    const before = this.route;
    this.route = route;
    unpinTip();
    this.applyLooks();
    if (first || this.dashboard == null || this.dashboard.uid !== this.state.uid || before.unknown !== route.unknown) {
      void this.open();
      return;
    }
    const rebuilt = before.viewPanel !== route.viewPanel;
    if (rebuilt) this.build();
    else for (const id of rechosen(before, route)) this.rechoose(id);
    this.showAddress();
    if (rebuilt || this.question !== this.loadedQuestion || this.theme !== this.loadedTheme) this.load();
  }

  /** applyLooks applies the parts of the address that need no data: the theme and kiosk mode. */
  private applyLooks(): void {
    // Paper is white, so the theme is light. Its width is given, so kiosk mode must not enlarge the page.
    const { printing } = this.paper;
    const kiosk = this.route.kiosk && !printing;
    const theme = printing ? "light" : themeFor(this.route.theme, this.settings);
    const changed = applyTheme(theme);
    this.header.showTheme(theme);
    document.body.classList.toggle("is-kiosk", kiosk);
    const resized = applyZoom(kiosk ? kioskZoom(innerWidth) : 1);
    if (changed || resized) this.board.redraw();
  }

  private async open(): Promise<void> {
    const opening = ++this.opening;
    this.loader.stop();
    delete document.body.dataset.ready;
    const { route, uid } = this.state;
    if (route.unknown) return this.showNotFound("There is no such page.");
    if (this.dashboard?.uid !== uid) this.header.showProgress(0);
    try {
      const [hits, dashboard] = await Promise.all([this.hits.length ? this.hits : api.dashboards(), this.definitions.get(uid)]);
      if (opening !== this.opening) return;
      this.hits = hits;
      this.meta = dashboard.meta ?? {};
      if (this.meta.fault) return this.showBroken(dashboard);
      if (this.preparing) {
        this.preparingView.show(this.preparing);
        return this.showInstead(dashboard.uid, dashboard.title, this.preparingView.element);
      }
      this.dashboard = dashboard;
      this.fault = null;
      this.refreshed = null;
      this.loadedQuestion = "";
      this.board.open(dashboard);
      this.variables.open(dashboard);
      this.build();
      this.load(); // before the header is filled in: meanwhile the server computes the panels
      this.showAddress();
    } catch (error) {
      if (opening !== this.opening) return;
      this.header.showProgress(null);
      if (error instanceof api.SignedOut) return this.signedOut();
      if (error instanceof api.Away) {
        const wait = 3000;
        this.fault = { message: error.message, away: true, since: this.fault?.since ?? Date.now(), next: Date.now() + wait };
        this.tick();
        setTimeout(() => opening === this.opening && void this.open(), wait);
        return;
      }
      if (this.hits.length === 0) this.hits = await api.dashboards().catch(() => []);
      this.showNotFound(error instanceof Error && error instanceof api.Refused ? error.message : "The dashboard could not be read.");
    }
  }

  private showNotFound(text: string): void {
    this.meta = null;
    this.showInstead("", "Not found", notFound(text, this.hits, (uid) => this.href(uid)));
  }

  private showBroken(dashboard: Dashboard): void {
    this.showInstead(dashboard.uid, dashboard.title, broken(dashboard.title, dashboard.meta ?? {}));
  }

  /** showInstead shows a text in place of a dashboard's panels. */
  private showInstead(uid: string, title: string, content: HTMLElement): void {
    this.loader.stop();
    this.board.close();
    this.dashboard = null;
    this.fault = null;
    this.header.showProgress(null);
    this.header.show(this.hits, uid, uid ? title : "Dashboards", true);
    this.banners.showFacts(this.state.zone);
    this.tick();
    document.title = `${title} – macrowatch`;
    fill(this.main, content);
    document.body.dataset.ready = "0";
  }

  /**
   * readDashboards reads the list of dashboards again, and the open dashboard if it has changed. If its file now has another uid,
   * the page follows the file. It returns false if the server did not answer.
   */
  private async readDashboards(): Promise<boolean> {
    let hits: SearchHit[];
    try {
      hits = await api.dashboards();
    } catch {
      return false;
    }
    this.hits = hits;
    await this.definitions.forget(hits);
    const { uid } = this.state;
    const { file } = this.meta ?? {};
    const hit = hits.find((h) => h.uid === uid);
    const moved = file == null ? undefined : hits.find((h) => h.file === file);
    if (!hit && moved) this.go(this.dashboardRoute(moved.uid), true);
    else if (hit?.version !== this.meta?.version) void this.open();
    else if (this.dashboard) this.showAddress();
    else if (this.meta) this.header.show(hits, uid, hit?.title ?? "", true);
    else this.header.show(hits, "", "Dashboards");
    return true;
  }

  /** build lays out the panels. It remembers where the reader was on the page, for the way back from a single panel. */
  private build(): void {
    const single = this.route.viewPanel != null;
    document.body.classList.toggle("is-single", single);
    if (single && this.scrollBefore == null) this.scrollBefore = scrollY;
    fill(this.main, this.paper.head, el("div", { class: "above-panels" }, this.strip.element, this.variables.element), this.board.element, this.wholeReport && this.sheaf.element);
    this.board.build(this.route.viewPanel);
    if (single) scrollTo(0, 0);
    else if (this.scrollBefore != null) {
      scrollTo(0, this.scrollBefore);
      this.scrollBefore = null;
    }
    this.revealSought();
  }

  /** revealSought brings the panel to which the reader wants to be led into view, and focuses it. */
  private revealSought(): void {
    const { sought } = this;
    const panel = sought?.uid === this.state.uid ? this.board.frame(sought.id)?.element : null;
    if (!panel) return;
    this.sought = null;
    panel.scrollIntoView({ block: "center" });
    panel.focus({ preventScroll: true });
  }

  /** showAddress shows what the address says in the header, the banners and the strip. */
  private showAddress(): void {
    const { title } = this.dashboard!;
    const state = this.state;
    const { zone, every, uid } = state;
    this.header.show(this.hits, uid, title);
    this.showRange();
    this.header.showInterval(every);
    this.loader.refreshEvery(intervalMs(every));
    this.banners.showFacts(zone);
    this.strip.show(this.dashboard!, tabsOf(this.hits, this.settings.home), state);
    const single = this.route.viewPanel == null ? null : this.board.definition(this.route.viewPanel)?.title;
    document.title = `${single ? `${single} – ` : ""}${title} – macrowatch`;
  }

  /** showRange shows the range and the zone in the picker. */
  private showRange(): void {
    const { times: range, timezone, zone } = this.state;
    this.header.picker.show({ range, shown: this.board.range, timezone, zone, deskZone: this.settings.zone });
  }

  /** Whether all dashboards of a report are to be seen at once, one below the other. */
  private get wholeReport(): boolean {
    return this.settings.report != null && this.route.params.has("all");
  }

  private get paperHead(): PaperHead {
    const { viewPanel } = this.route;
    const single = viewPanel == null ? null : this.board.definition(viewPanel)?.title;
    const title = this.dashboard?.title ?? "";
    const { times, zone } = this.state;
    return { title: single ? `${title}: ${single}` : title, times, range: this.board.range, zone, variables: this.chosen };
  }

  private get theme(): string {
    return document.documentElement.dataset.theme ?? "dark";
  }

  /** The question that the page asks the server about its panels, without the theme and the width. */
  private get question(): string {
    return this.state.query("").toString();
  }

  private query(): URLSearchParams {
    const query = this.state.query(this.theme);
    query.set("width", String(this.board.width));
    query.set("frames", "none"); // the rows are often most of an answer, and are seen in the inspector alone
    // The axis of a chart is scaled to the series that are seen alone.
    for (const [name, value] of this.route.params) if (/^only-\d+$/.test(name)) query.append(name, value);
    return query;
  }

  private load(): void {
    if (!this.dashboard) return;
    const changed = this.question !== this.loadedQuestion;
    if (changed) this.board.outdate();
    this.loadedQuestion = this.question;
    this.loadedTheme = this.theme;
    const panel = this.route.viewPanel;
    if (panel != null && !this.board.definition(panel)) {
      this.loader.stop(); // the board already says that there is no such panel
      return this.done();
    }
    // The server refuses panels with values that can't be chosen any more. So if the address has values, the variables come first and
    // correct it.
    const settled = changed && this.state.choosesVariables ? this.variables.ask(this.state.uid, this.state.query(this.theme)) : null;
    if (!settled) return this.fetch();
    this.loader.stop();
    this.waiting();
    const question = this.loadedQuestion;
    void settled.then(() => {
      if (question !== this.loadedQuestion) return;
      this.settledFirst = true;
      this.fetch();
    });
  }

  private fetch(): void {
    this.loader.ask({ uid: this.state.uid, panel: this.route.viewPanel, query: this.query() });
  }

  private waiting(): void {
    delete document.body.dataset.ready;
    this.header.showProgress(0);
  }

  private started(): void {
    this.waiting();
    void this.verdicts.ask();
    this.board.started();
    if (!this.settledFirst) void this.variables.ask(this.state.uid, this.state.query(this.theme));
    this.settledFirst = false;
  }

  private finished(): void {
    this.refreshed = this.settings.report ? null : Date.now(); // the banner of a report says from when its figures are
    this.fault = null;
    this.done();
  }

  private failed(message: string, away: boolean): void {
    const lasts = this.fault != null && (away && this.fault.away || this.fault.message === message);
    this.fault = { message, away, since: lasts ? this.fault!.since : Date.now(), next: this.loader.next };
    this.done();
    this.board.failed();
  }

  /** signedOut keeps what is shown, ends the refreshes, and leads to the login page, which leads back here. */
  private signedOut(): void {
    this.loader.stop();
    this.fault = null;
    this.header.showProgress(null);
    this.tick();
    const login = new URL("login", document.baseURI);
    login.searchParams.set("next", location.pathname + location.search);
    this.banners.showSignedOut(login.href, this.refreshed, this.state.zone);
  }

  private async signOut(): Promise<void> {
    const login = new URL("login?left", document.baseURI);
    try {
      const answer = await fetch(new URL("logout", document.baseURI), { method: "POST", redirect: "manual" });
      if (answer.type !== "opaqueredirect") throw new Error("not signed out");
      location.assign(login);
    } catch {
      this.banners.toast("The server does not answer, so you are still signed in");
    }
  }

  private done(): void {
    this.header.showProgress(null);
    if (this.dashboard) this.showRange();
    this.tick();
    const load = ++this.loads;
    const others = this.wholeReport ? this.sheaf.draw(this.hits, this.state, this.theme) : null;
    void Promise.all([this.variables.settled, others, this.board.drawn]).then(() => {
      if (load === this.loads && !this.loader.busy) document.body.dataset.ready = String(load);
    });
  }

  /** rechoose draws a panel with what is chosen in it now. The axis of a time series then comes from the server. */
  private rechoose(id: number): void {
    this.board.redrawPanel(id);
    this.loader.asksNext(this.query());
    if (this.settings.report || !this.board.answer(id)?.view?.timeseries) return;
    const asked = this.query().toString();
    api.onePanel(this.state.uid, id, this.query()).then((panel) => {
      if (this.query().toString() === asked && this.board.answer(id)) this.board.show(panel);
    }, () => {}); // without an answer the axis stays as it was
  }

  /** reloadPanel fetches a single panel again. */
  private async reloadPanel(id: number): Promise<void> {
    const frame = this.board.frame(id);
    try {
      const panel = await api.onePanel(this.state.uid, id, this.query());
      if (this.board.frame(id) === frame) this.board.show(panel);
    } catch (error) {
      frame?.fail(api.reasonOf(error));
    }
  }

  private tick(): void {
    this.loader.catchUp();
    if (this.fault?.next != null && this.loader.next != null) this.fault.next = this.loader.next;
    this.rotation.tick(Date.now(), intervalMs(this.route.rotate), document.body.dataset.ready != null && !overlayOpen());
    this.header.verdict.draw();
    const { zone } = this.state;
    this.banners.showFault(this.fault, this.refreshed, zone);
    this.strip.showFreshness(this.refreshed, zone, this.fault != null || this.overdue);
  }

  /** Whether the last refresh is older than it should be, for example because the computer slept. */
  private get overdue(): boolean {
    const every = intervalMs(this.state.every);
    return every > 0 && this.refreshed != null && Date.now() - this.refreshed > every + 60_000;
  }

  // The actions of the reader.

  private openDashboard(uid: string): void {
    if (uid === this.state.uid && !this.route.unknown && this.route.viewPanel == null) return;
    this.go(this.dashboardRoute(uid));
    scrollTo(0, 0);
  }

  /** follow does what a link in a panel says. The page keeps its theme. */
  private follow(route: Route): void {
    this.go(route.theme ? route : route.with({ theme: this.route.theme }));
    scrollTo(0, 0);
  }

  /** turnToNextDashboard replaces the address, so that a wall screen's history does not grow for weeks. */
  private turnToNextDashboard(): void {
    const shown = this.hits.filter((h) => !h.fault);
    const at = shown.findIndex((h) => h.uid === this.state.uid);
    const next = shown[(at + 1) % shown.length];
    if (next && next.uid !== this.state.uid) this.go(this.dashboardRoute(next.uid), true);
    scrollTo(0, 0);
  }

  private dashboardRoute(uid: string): Route {
    const hit = this.hits.find((h) => h.uid === uid);
    const same = uid === this.state.uid;
    return this.route.toDashboard(uid, slugOf(hit?.url ?? "") || uid, same || this.state.carriesVariables(uid), same);
  }

  private href(uid: string): string {
    return this.address.href(this.dashboardRoute(uid));
  }

  /** panelRoute leads to a dashboard's panel as it is now. */
  private panelRoute(uid: string): Route {
    return this.dashboardRoute(uid).with({ from: null, to: null, viewPanel: null });
  }

  /** panelHref is the address of a panel. In a report it is that of the dashboard, because the route stands behind the # there. */
  private panelHref(uid: string, panel: number): string {
    const href = this.address.href(this.panelRoute(uid));
    return this.settings.report ? href : `${href}#panel-${panel}`;
  }

  private showPanel(uid: string, id: number): void {
    this.sought = { uid, id };
    this.go(this.panelRoute(uid));
    if (this.dashboard?.uid === uid) this.revealSought();
  }

  private choose(range: TimeRange): void {
    if (this.settings.report) return this.banners.toast("A report has one time range");
    const { from, to } = this.state.times;
    if (range.from === from && range.to === to) this.refresh();
    else this.go(this.route.with({ from: range.from, to: range.to }));
  }

  /** chooseZone remembers a zone for other dashboards, and writes it into the address so that a link shows the same times. */
  private chooseZone(timezone: string): void {
    remembered.set("timezone", timezone);
    this.go(this.route.with({ timezone }));
  }

  private shift(direction: -1 | 1): void {
    if (this.board.range) this.choose(shifted(this.board.range, direction, this.now()));
  }

  private zoomOut(): void {
    if (this.board.range) this.choose(zoomedOut(this.board.range, this.now()));
  }

  private refresh(): void {
    if (this.settings.report) return this.banners.toast("The figures of a report do not change");
    if (this.dashboard?.uid === this.state.uid) this.loader.refresh();
    else void this.open();
  }

  private view(id: number): void {
    if (this.route.viewPanel === id) this.closePanel();
    else this.go(this.route.with({ viewPanel: String(id) }));
  }

  private toggleTheme(): void {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    remembered.set("theme", theme);
    this.go(this.route.with({ theme }), true);
  }

  private toggleKiosk(): void {
    this.go(this.route.with({ kiosk: this.route.kiosk ? null : "" }), true);
  }

  private find(): void {
    const uid = this.dashboard || this.meta ? this.state.uid : "";
    openFinder(this.hits, uid, { open: (to) => this.openDashboard(to), href: (to) => this.href(to) });
  }

  private help(): void {
    showHelp(this.shortcuts, this.settings.version);
  }

  private closePanel(): void {
    const id = this.route.viewPanel;
    this.go(this.route.with({ viewPanel: null }));
    if (id != null) this.board.frame(id)?.element.querySelector<HTMLElement>(".is-view")?.focus();
  }

  private inspect(id: number, tab: InspectTab): void {
    const panel = this.board.answer(id);
    const definition = this.board.definition(id);
    if (!panel || !definition) return this.banners.toast("This panel has no data yet.");
    inspect({ definition, dashboardTitle: this.dashboard!.title, zone: this.state.zone }, this.inWhole(panel, definition), tab);
  }

  /** inWhole returns a panel's answer with the rows that its queries return, and its definition with its queries. Only a report has them already. */
  private async inWhole(panel: Panel, definition: PanelDefinition): Promise<{ panel: Panel; definition: PanelDefinition }> {
    if (panel.frames) return { panel, definition };
    const query = this.query();
    query.delete("frames");
    const { uid } = this.state;
    const [answer, { panels }] = await Promise.all([api.onePanel(uid, panel.id, query), api.dashboard(uid, true)]);
    return { panel: answer, definition: allPanels(panels ?? []).find((p) => p.id === panel.id) ?? definition };
  }

  private async link(id: number): Promise<void> {
    const address = new URL(this.address.href(this.route.with({ viewPanel: String(id) })), document.baseURI).href;
    this.banners.toast((await copy(address)) ? "Link copied" : "The browser did not allow copying");
  }

  private aimed(run: (id: number) => void): void {
    const id = this.aim.panel ?? this.route.viewPanel;
    if (id == null) this.banners.toast("Point at a panel first");
    else run(id);
  }

  private escape(): void {
    if (overlayOpen()) return;
    if (this.route.viewPanel != null) this.closePanel();
    else if (this.route.kiosk) this.toggleKiosk();
  }
}

/** skipLink is the first stop of the Tab key. It leads past the header to the panels. */
function skipLink(main: HTMLElement): HTMLElement {
  return el("a", {
    class: "skip-link", href: "#main",
    onclick: (e: MouseEvent) => {
      e.preventDefault(); // the page's base would make the link lead to another page
      main.focus();
    },
  }, "Skip to the panels");
}
