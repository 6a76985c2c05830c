import { remembered } from "../base/dom";
import type { Theme } from "../base/route";
import type { Settings } from "../base/settings";

const light = matchMedia("(prefers-color-scheme: light)");

/** themeFor is the theme that the address asks for, else what the reader chose last, else the system's. */
export function themeFor(route: Theme | null, settings: Settings): Theme {
  const chosen = route ?? remembered.get("theme") ?? settings.theme;
  if (chosen === "dark" || chosen === "light") return chosen;
  return light.matches ? "light" : "dark";
}

/** applyTheme sets the style sheet's theme. It reports whether that is a change. */
export function applyTheme(theme: Theme): boolean {
  const root = document.documentElement;
  const changed = root.dataset.theme !== theme;
  root.dataset.theme = theme;
  return changed;
}

/** onSystemTheme hears of the system's switch between light and dark. */
export function onSystemTheme(run: () => void): void {
  light.addEventListener("change", run);
}
