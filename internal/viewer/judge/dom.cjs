// The parts of a browser that @grafana/data needs when it runs under Node.
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
// Those of the switches that Grafana 11.4 turns on by default which matter here.
global.window.grafanaBootData = { settings: { featureToggles: { dataplaneFrontendFallback: true, transformationsVariableSupport: true } } };
