import { reportAddress, servedAddress } from "./base/address";
import { readOpening } from "./base/api";
import { readSettings } from "./base/settings";
import { listenForHints } from "./chart/hint";
import { Page } from "./page/page";
import { applyTheme, themeFor } from "./page/theme";
import "./styles/main.css";

const settings = readSettings();
const address = settings.report ? reportAddress(settings.report) : servedAddress(settings.basePath);
// The theme is set before anything is fetched, so that the page does not flash in the other one.
applyTheme(themeFor(address.here().theme, settings));

// A canvas draws a text once, in the font that is loaded at that moment. So the panels wait for the fonts, but at
// most two seconds. If they do not come, for example because a proxy blocks them, the panels are drawn without them.
const fonts = Promise.all(["400 12px 'IBM Plex Sans Variable'", "600 12px 'IBM Plex Sans Variable'"].map((f) => document.fonts.load(f)));
const timeout = new Promise((resolve) => setTimeout(resolve, 2000));
const ready = Promise.race([fonts.catch(() => null), timeout]);

listenForHints();
new Page(settings, address, settings.report ? null : readOpening(), ready).start();
