import { Route } from "./route";
import type { Question } from "./settings";

/** Address is where the page keeps what it shows, so that it can be shared as a link and the browser's back button works. */
export interface Address {
  here(): Route;
  /** go shows another route. quietly replaces the current one in the browser's history. It returns the route that then holds. */
  go(route: Route, quietly: boolean): Route;
  /** href is a route as a link on the page. */
  href(route: Route): string;
}

/** servedAddress is the address of a page that a server answers with. */
export function servedAddress(basePath: string): Address {
  return {
    here: () => Route.parse(new URL(location.href), basePath),
    go(route, quietly) {
      write(new URL(route.href, document.baseURI), quietly);
      return route;
    },
    href: (route) => route.href,
  };
}

/** reportAddress keeps a report's route behind the # of the file's own address, since a file has no other addresses. */
export function reportAddress(question: Question): Address {
  return {
    here: () => pinned(fragmentRoute(location.hash), question),
    go(route, quietly) {
      write(new URL(fragment(route), location.href), quietly);
      return pinned(route, question);
    },
    href: fragment,
  };
}

function write(address: URL, quietly: boolean): void {
  if (quietly) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
}

/** fragmentRoute reads the part of a report's address from the # on. */
export function fragmentRoute(hash: string): Route {
  return Route.parse(new URL(`http://report.invalid/${hash.replace(/^#\/?/, "")}`), "");
}

/** fragment writes a route without what is the same everywhere in a report. */
export function fragment(route: Route): string {
  const own = route.with({ from: null, to: null, timezone: null, refresh: null }).withoutVariables();
  return `#${own.href === "." ? "" : own.href}`;
}

/** pinned returns a route with the only range, zone and variables that a report has. */
export function pinned(route: Route, { from, to, timezone }: Question): Route {
  return route.with({ from: from || null, to: to || null, timezone, refresh: "" }).withoutVariables();
}
