import { el, fill } from "../base/dom";
import { icon } from "../base/icons";
import type { SearchHit } from "../types";
import { openDialog } from "./dialog";
import { groups, matching } from "./finding";

/** The most dashboards that are listed at once. The search finds all of them. */
const mostListed = 250;

export interface FinderActions {
  /** open shows a dashboard. */
  open(uid: string): void;
  /** href returns a dashboard's address. */
  href(uid: string): string;
}

/**
 * openFinder shows all dashboards by their folders, with a field that searches them. The arrow keys move through the list, Enter
 * opens, Escape closes. On a phone the field does not take the focus, so that the keyboard does not cover the list.
 */
export function openFinder(hits: readonly SearchHit[], uid: string, actions: FinderActions): void {
  const list = el("div", { class: "finder-list", role: "listbox", id: "finder-list", "aria-label": "Dashboards" });
  const count = el("p", { class: "finder-count", role: "status" });
  const field = el("input", {
    type: "search", class: "field finder-field", placeholder: "Title, folder or tag", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-label": "Find a dashboard", "aria-expanded": "true", "aria-controls": "finder-list", "aria-autocomplete": "list",
  });
  const dialog = openDialog({ class: "drawer finder", "aria-label": "Dashboards", "data-testid": "finder" }, el("h2", {}, "Dashboards"), field, count, list);
  let active = -1;
  const options = () => [...list.querySelectorAll<HTMLAnchorElement>(".finder-item")];

  const choose = (at: number) => {
    const all = options();
    all[active]?.setAttribute("aria-selected", "false");
    active = all.length === 0 ? -1 : Math.max(0, Math.min(at, all.length - 1));
    const now = all[active];
    if (!now) return field.removeAttribute("aria-activedescendant");
    now.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", now.id);
    now.scrollIntoView({ block: "nearest" });
  };
  const item = (hit: SearchHit, i: number, withFolder: boolean) => el("a", {
    class: `finder-item${hit.fault ? " is-faulty" : ""}`, role: "option", id: `finder-${i}`, href: actions.href(hit.uid), tabindex: -1, "aria-selected": "false",
    "aria-current": hit.uid === uid ? "page" : null, title: hit.fault ?? "",
    onclick: (event: MouseEvent) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return; // the browser opens another tab
      event.preventDefault();
      dialog.close();
      actions.open(hit.uid);
    },
  }, hit.fault ? icon("alert") : null, el("span", { class: "finder-title" }, hit.title), hit.fault ? el("small", {}, "can’t be shown") : null,
  withFolder ? el("small", { class: "finder-folder" }, hit.folderTitle ?? "") : null);

  const show = () => {
    if (field.value === "/") field.value = ""; // the key that opened the list
    const query = field.value.trim();
    const found = matching(hits, query);
    const listed = found.slice(0, mostListed);
    let i = 0;
    if (query) fill(list, ...listed.map((hit) => item(hit, i++, true)));
    else fill(list, ...groups(listed).map((g, n) => el("div", { role: "group", "aria-labelledby": `finder-group-${n}` },
      el("div", { class: "finder-group", id: `finder-group-${n}` }, g.title), ...g.hits.map((hit) => item(hit, i++, false)))));
    count.textContent = found.length === 0 ? `No dashboard has “${query}” in its title, folder or tags.`
      : found.length > listed.length ? `${found.length} dashboards, of which the first ${listed.length} are listed.`
      : query ? `${found.length} of ${hits.length} dashboards` : `${hits.length} dashboards`;
    active = -1;
    choose(query ? 0 : Math.max(0, options().findIndex((o) => o.getAttribute("aria-current") === "page")));
  };
  field.addEventListener("input", show);
  dialog.addEventListener("keydown", (event) => {
    const to: Record<string, number> = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 10, PageUp: active - 10 };
    if (event.key === "Escape") { // in a field with text, the browser would only empty the field
      event.preventDefault();
      event.stopPropagation();
      dialog.close();
    } else if (event.key in to) {
      event.preventDefault();
      choose(to[event.key]);
    } else if (event.key === "Enter" && event.target === field) {
      event.preventDefault();
      options()[active]?.click();
    }
  });
  show();
  if (!matchMedia("(pointer: coarse)").matches) field.focus();
  else dialog.focus();
}
