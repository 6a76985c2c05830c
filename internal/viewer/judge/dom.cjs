// What of a browser @grafana/data needs to run under Node.
'use strict';
const { JSDOM } = require('jsdom');

const dom = new JSDOM('<!doctype html>', { url: 'http://localhost/' });
global.window = dom.window;
global.document = dom.window.document;
global.location = dom.window.location;
global.CustomEvent = dom.window.CustomEvent;
global.matchMedia = dom.window.matchMedia = () => ({ addEventListener() {}, removeEventListener() {} });
global.devicePixelRatio = 1;
Object.defineProperty(global, 'navigator', { value: dom.window.navigator, configurable: true });
// The switches that Grafana 11.4 turns on by itself and that decide here.
global.window.grafanaBootData = { settings: { featureToggles: { dataplaneFrontendFallback: true, transformationsVariableSupport: true } } };
