import type { Link } from "../types";
import { el } from "./dom";

/**
 * opens tells whether a link may lead to an address: to one without a scheme, or with http or https. Browsers ignore
 * control characters and blanks in a scheme, so these do not hide one.
 */
export function opens(href: string): boolean {
  const [, scheme] = /^([^/?#\\:]*):/.exec(href.replace(/[\u0000- \u007f]/g, "")) ?? [];
  return scheme == null || /^https?$/i.test(scheme);
}

/** underBase makes an address that begins with a slash lead below the path that the page is served at, as Grafana does. */
export function underBase(href: string, base: string): string {
  const root = new URL(base).pathname;
  return root === "/" || !href.startsWith("/") || href.startsWith("//") || href.startsWith(root) ? href : root + href.slice(1);
}

/** safeLinks leaves out the links that could run a script. The server has left them out too. */
export function safeLinks(links: readonly Link[] | null | undefined): Link[] {
  return (links ?? []).filter((l) => opens(l.href));
}

/** anchor makes an element for a link. Without children it shows the link's title. */
export function anchor(link: Link, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLAnchorElement {
  return el("a", {
    href: underBase(link.href, document.baseURI), target: link.newTab ? "_blank" : null, rel: "noopener noreferrer", ...attributes,
  }, ...(children.length ? children : [link.title]));
}

/** eachOnce leaves out links that stand in a list twice. */
export function eachOnce(links: readonly Link[]): Link[] {
  return links.filter((l, i) => links.findIndex((o) => o.href === l.href && o.title === l.title) === i);
}
