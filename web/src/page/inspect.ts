import { reasonOf } from "../base/api";
import { columns, csv, fieldTitle, fileName, raw, rowCount } from "../base/csv";
import { el, fill, type Child } from "../base/dom";
import { icon } from "../base/icons";
import type { Frame, Panel, PanelDefinition, View } from "../types";
import { copy, download } from "./clipboard";
import { openDialog } from "./dialog";

export type InspectTab = "data" | "sql" | "json";

export interface Inspected {
  panel: Panel;
  definition: PanelDefinition;
  dashboardTitle: string;
  zone: string;
}

/** The number of rows that are shown at a time. The CSV file always holds all rows. */
const pageSize = 500;

const tabs: [InspectTab, string][] = [["data", "Data"], ["sql", "SQL"], ["json", "JSON"]];

/**
 * inspect opens a drawer with a panel's data, SQL and JSON. Until the panel's answer and its whole definition have arrived, it says
 * that it is loading.
 */
export function inspect(what: Omit<Inspected, "panel">, answer: Promise<Pick<Inspected, "panel" | "definition">>, first: InspectTab): void {
  const body = el("div", { class: "drawer-body", id: "inspect-body", role: "tabpanel", tabindex: 0 }, saying("Loading the rows…"));
  let found: Pick<Inspected, "panel" | "definition"> | null = null;
  let chosen = first;
  const title = what.definition.title || `Panel ${what.definition.id}`;
  const buttons = tabs.map(([tab, label]) => el("button", {
    type: "button", role: "tab", class: "tab", "data-tab": tab, "aria-controls": "inspect-body", onclick: () => choose(tab),
  }, label));
  const choose = (tab: InspectTab) => {
    chosen = tab;
    for (const b of buttons) {
      const on = b.dataset.tab === tab;
      b.setAttribute("aria-selected", String(on));
      b.tabIndex = on ? 0 : -1;
    }
    const content = { data: dataTab, sql: sqlTab, json: jsonTab }[tab];
    if (found) fill(body, ...content({ ...what, ...found }));
  };
  choose(first);
  answer.then((arrived) => { found = arrived; choose(chosen); }, (error: unknown) => fill(body, saying(reasonOf(error))));
  openDialog({ class: "drawer", "aria-label": `Inspect: ${title}` },
    el("div", {}, el("p", { class: "drawer-kicker" }, "Inspect"), el("h2", {}, title)),
    el("div", { class: "tabs", role: "tablist", onkeydown: (e: KeyboardEvent) => arrow(e, buttons) }, ...buttons), body);
  buttons.find((b) => b.tabIndex === 0)?.focus();
}

/** saying returns a sentence that stands in place of content. */
function saying(text: string): HTMLElement {
  return el("p", { class: "drawer-note", role: "status" }, text);
}

function arrow(event: KeyboardEvent, buttons: HTMLElement[]): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  const next = buttons[(at + step + buttons.length) % buttons.length];
  next.focus();
  next.click();
}

function frameName(frame: Frame, i: number): string {
  return frame.schema?.name || (frame.schema?.refId ? `Query ${frame.schema.refId}` : `Frame ${i + 1}`);
}

function dataTab(what: Inspected): Child[] {
  const frames = what.panel.frames ?? [];
  if (frames.length === 0) return [saying("This panel has no data of its own.")];
  const table = el("div", { class: "drawer-table", tabindex: 0, role: "region", "aria-label": "Rows" });
  const note = el("p", { class: "drawer-note", role: "status" });
  let chosen = 0;
  let shown = pageSize;
  const more = el("button", { type: "button", class: "button", onclick: () => { shown += pageSize; show(); } }, `Show ${pageSize} more`);
  const show = () => {
    const frame = frames[chosen];
    const rows = rowCount(frame);
    fill(table, rowsTable(frame, Math.min(rows, shown), what.zone));
    note.textContent = rowsNote(frame, rows, shown, what.panel.view);
    more.hidden = rows <= shown;
  };
  const pick = frames.length < 2 ? null : el("select", {
    class: "field", "aria-label": "Frame", onchange: (e: Event) => { chosen = Number((e.target as HTMLSelectElement).value); shown = pageSize; show(); },
  }, ...frames.map((f, i) => el("option", { value: i }, frameName(f, i))));
  const save = el("button", {
    type: "button", class: "button is-primary", "data-testid": "download-csv",
    onclick: () => download(csvName(what, frames, chosen), "text/csv;charset=utf-8", csv(frames[chosen], what.zone)),
  }, icon("download"), "Download CSV");
  show();
  return [el("div", { class: "drawer-bar" }, pick, note, more, save), table];
}

/**
 * rowsNote says how many rows the query returned, how many of them are listed, how many runs are behind
 * them, and what the query or the panel leaves out. The CSV file holds all rows that the query returned.
 */
export function rowsNote(frame: Frame, rows: number, shown: number, view: View | null | undefined): string {
  const runs = standsFor(frame);
  const parts = [
    rows <= shown ? `${rows} ${rows === 1 ? "row" : "rows"}` : `The first ${shown} of ${rows} rows; the CSV has all ${rows}`,
    runs > rows ? `they stand for ${runs} runs` : "", view?.cut ?? "", ...(view?.notices ?? []),
  ];
  return parts.filter(Boolean).map((p) => p.replace(/\.$/, "")).join("; ");
}

/**
 * standsFor returns how many runs are behind the rows of a timeline: the sum of the column `runs`. Without
 * that column it is 0.
 */
function standsFor(frame: Frame): number {
  const at = (frame.schema?.fields ?? []).findIndex((f) => f.name === "runs" && f.type === "number");
  return at < 0 ? 0 : (columns(frame)[at] ?? []).reduce<number>((sum, v) => sum + (typeof v === "number" ? v : 0), 0);
}

/** csvName names a CSV file after the dashboard, the panel, the frame and the day. A name that is too long is cut before the day. */
function csvName(what: Inspected, frames: Frame[], chosen: number): string {
  const day = what.panel.range ? ` - ${new Date(what.panel.range.to).toISOString().slice(0, 10)}` : "";
  return fileName([what.dashboardTitle, what.definition.title || `panel ${what.definition.id}`, frames.length > 1 ? frameName(frames[chosen], chosen) : ""], `${day}.csv`);
}

function rowsTable(frame: Frame, count: number, zone: string): HTMLElement {
  const data = columns(frame);
  const types = data.map((_, i) => frame.schema?.fields?.[i]?.type);
  const body = el("tbody");
  for (let r = 0; r < count; r++) {
    const row = el("tr");
    data.forEach((column, i) => {
      const value = column[r];
      const text = value == null ? "null" : raw(value, types[i], zone);
      row.append(el("td", { class: value == null ? "is-null" : types[i] === "number" ? "is-right" : "", title: text.length > 46 ? text : null }, text));
    });
    body.append(row);
  }
  return el("table", { class: "rows" }, el("thead", {}, el("tr", {}, ...data.map((_, i) =>
    el("th", { scope: "col", class: types[i] === "number" ? "is-right" : "", title: fieldTitle(frame, i) }, fieldTitle(frame, i), el("small", {}, types[i] ?? ""))))), body);
}

function copyButton(text: () => string): HTMLElement {
  const label = el("span", { role: "status" }, "Copy");
  return el("button", {
    type: "button", class: "button", "data-testid": "copy",
    onclick: async () => { label.textContent = (await copy(text())) ? "Copied" : "Select it and press Ctrl+C"; },
  }, icon("copy"), label);
}

function sqlTab(what: Inspected): Child[] {
  const queries = (what.panel.frames ?? []).map((f, i) => ({ name: frameName(f, i), sql: f.schema?.meta?.executedQueryString }))
    .filter((q): q is { name: string; sql: string } => Boolean(q.sql));
  if (queries.length === 0) return [saying("This panel sends no query.")];
  const unique = queries.filter((q, i) => queries.findIndex((o) => o.sql === q.sql) === i);
  return unique.flatMap((q) => [
    el("div", { class: "drawer-bar" }, el("p", { class: "drawer-note" }, `${q.name}, as it was sent`), copyButton(() => q.sql)),
    el("pre", { class: "code", tabindex: 0, "data-testid": "sql" }, q.sql),
  ]);
}

function jsonTab(what: Inspected): Child[] {
  const sources: Record<string, unknown> = {
    "Panel, as the dashboard defines it": what.definition,
    "What is drawn": what.panel.view,
    "Data frames": what.panel.frames,
  };
  const code = el("pre", { class: "code", tabindex: 0 });
  const names = Object.keys(sources);
  const text = (name: string) => JSON.stringify(sources[name] ?? null, null, 2);
  const pick = el("select", { class: "field", "aria-label": "Source", onchange: () => show() }, ...names.map((n) => el("option", { value: n }, n)));
  const show = () => {
    const all = text(pick.value);
    const most = 400_000;
    code.textContent = all.length > most ? `${all.slice(0, most)}\n… ${all.length - most} more characters; copying takes all of them` : all;
  };
  show();
  return [el("div", { class: "drawer-bar" }, pick, copyButton(() => text(pick.value))), code];
}
