import { readSettings } from "./base/settings";
import { Route } from "./base/route";
import { Page } from "./page/page";
import { applyTheme, themeFor } from "./page/theme";
import "./styles/main.css";

const settings = readSettings();
// Before anything is fetched, so that the page does not flash in the other theme.
applyTheme(themeFor(Route.parse(new URL(location.href), settings.basePath).theme, settings));

// Canvas text is drawn once, in the font that is there then; so the fonts come first. Without them
// (a proxy in between, say) the page is drawn all the same.
const fonts = Promise.all(["400 12px 'IBM Plex Sans Variable'", "600 12px 'IBM Plex Sans Variable'"].map((f) => document.fonts.load(f)));
const patience = new Promise((resolve) => setTimeout(resolve, 2000));
await Promise.race([fonts.catch(() => null), patience]);

new Page(settings).start();
