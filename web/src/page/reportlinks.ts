import { fragmentRoute } from "../base/address";
import type { SearchHit } from "../types";

/**
 * keepInReport follows the links of panels in a report, which were made for a server: a link to a dashboard of the
 * file opens it, and a link to another page of the server only says that the report does not have it.
 */
export function keepInReport(hits: () => readonly SearchHit[], say: (message: string) => void): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.("a[href]");
    const place = link && inReport(link.getAttribute("href")!, hits().map((h) => h.uid));
    if (place == null) return;
    event.preventDefault();
    if (place === "") say("This report does not hold that page");
    else location.hash = place;
  });
}

/**
 * inReport says where a link leads in a report: null if it leads there by itself, else the part of the address from the #
 * on, "" if the report does not have the page.
 */
export function inReport(href: string, uids: readonly string[]): string | null {
  if (/^(#|[a-z][a-z0-9+.-]*:|\/\/)/i.test(href)) return null;
  const path = /(?:^|\/)(d\/([^/?#]+).*)$/.exec(href);
  const route = path && fragmentRoute(path[1]);
  return route && uids.includes(route.uid ?? "") ? `#${path[1]}` : "";
}
