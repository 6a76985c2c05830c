import * as api from "../base/api";
import { el } from "../base/dom";
import type { SearchHit } from "../types";
import type { Board } from "./board";
import type { Recolour } from "./panel";
import type { PaperHead } from "./paper";
import type { PageState } from "./state";
import { variablesText } from "./variables";

/** SheafNeeds is how the page makes what stands on a dashboard's sheets. */
export interface SheafNeeds {
  board(): Board;
  head(what: PaperHead): HTMLElement;
}

/** Sheaf draws the dashboards of a report that are not open below the open one, so that all are printed together. */
export class Sheaf {
  readonly element = el("div", { class: "sheaf" });
  private readonly boards: Board[] = [];
  private drawn: Promise<void> | null = null;

  constructor(private readonly needs: SheafNeeds) {}

  /** draw draws the dashboards once. state is that of the open dashboard, theme the page's. */
  draw(hits: readonly SearchHit[], state: PageState, theme: string): Promise<void> {
    this.drawn ??= (async () => {
      for (const { uid } of hits) if (uid !== state.uid) await this.add(uid, state, theme);
    })();
    return this.drawn;
  }

  /** redraw draws all panels again in the current theme. */
  redraw(recolour?: Recolour): void {
    for (const board of this.boards) board.redraw(recolour);
  }

  private async add(uid: string, open: PageState, theme: string): Promise<void> {
    const dashboard = await api.dashboard(uid);
    const state = open.of(dashboard);
    const board = this.needs.board();
    const sheet = el("section", { class: "sheaf-part", "aria-label": dashboard.title }, board.element);
    this.element.append(sheet);
    board.open(dashboard);
    board.build(null);
    const query = state.query(theme);
    const variables = await api.variables(uid, query);
    await api.allPanels(uid, query, new AbortController().signal, (panel) => void board.show(panel));
    await board.drawn;
    sheet.prepend(this.needs.head({ title: dashboard.title, times: state.times, range: board.range, zone: state.zone, variables: variablesText(variables) }));
    this.boards.push(board);
  }
}
