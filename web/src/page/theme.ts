import { remembered } from "../base/dom";
import type { Theme } from "../base/route";
import type { Settings } from "../base/settings";

const light = matchMedia("(prefers-color-scheme: light)");

/**
 * themeFor returns the theme that the address names. Without one, it returns the theme that the reader
 * chose last, then the server's theme, then the system's.
 */
export function themeFor(route: Theme | null, settings: Settings): Theme {
  const chosen = route ?? remembered.get("theme") ?? settings.theme;
  if (chosen === "dark" || chosen === "light") return chosen;
  return light.matches ? "light" : "dark";
}

/** applyTheme sets the page's theme and returns whether it has changed. */
export function applyTheme(theme: Theme): boolean {
  const root = document.documentElement;
  const changed = root.dataset.theme !== theme;
  root.dataset.theme = theme;
  return changed;
}

/** onSystemTheme calls run when the system switches between light and dark. */
export function onSystemTheme(run: () => void): void {
  light.addEventListener("change", run);
}
