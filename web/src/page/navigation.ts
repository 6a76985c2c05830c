import { Route } from "../base/route";

/**
 * insideRoute returns the route of a link that leads to a dashboard of this page, null if it leads elsewhere. href is a
 * whole address.
 */
export function insideRoute(href: string, base: string, uids: readonly string[]): Route | null {
  const [to, here] = [new URL(href), new URL(base)];
  const root = here.pathname.replace(/\/$/, "");
  if (to.origin !== here.origin || !to.pathname.startsWith(root)) return null;
  const route = Route.parse(to, root);
  return route.uid != null && uids.includes(route.uid) ? route : null;
}

/**
 * stayInside follows the links of panels to dashboards of this page without loading the page again. With a modifier key, and
 * for a link that asks for a new tab, the browser does what it always does.
 */
export function stayInside(uids: () => readonly string[], go: (route: Route) => void): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.<HTMLAnchorElement>("a[href]");
    if (!link || link.target || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const route = insideRoute(link.href, document.baseURI, uids());
    if (!route) return;
    event.preventDefault();
    go(route);
  });
}
