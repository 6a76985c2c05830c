import { el, fill } from "../base/dom";
import type { Kind } from "../chart/drawing";
import type { Text } from "../types";

const dropped = "script,style,link,meta,base,iframe,object,embed,form,input,button,template,svg,math";

/** text shows the HTML of a text panel. The server has sanitised it; here everything that could run is removed once more. */
export const text: Kind<Text> = (box) => ({
  draw(view) {
    const parsed = new DOMParser().parseFromString(view.html, "text/html");
    for (const node of parsed.body.querySelectorAll(dropped)) node.remove();
    const styles: [HTMLElement, string][] = [];
    for (const node of parsed.body.querySelectorAll("*")) {
      // The content security policy refuses style attributes in markup. A script may set the same style.
      const style = node.getAttribute("style");
      node.removeAttribute("style");
      if (style && node instanceof HTMLElement) styles.push([node, style]);
      for (const { name, value } of [...node.attributes])
        if (name.startsWith("on") || (/^(href|src)$/.test(name) && /^\s*(javascript|data|vbscript):/i.test(value)))
          node.removeAttribute(name);
      if (node instanceof HTMLAnchorElement || node.tagName === "A") node.setAttribute("rel", "noopener noreferrer");
    }
    for (const [node, style] of styles) node.style.cssText = style;
    fill(box, el("div", { class: "prose", tabindex: 0 }, ...[...parsed.body.childNodes].map((n) => document.adoptNode(n))));
  },
  resize() {},
  dispose() {},
});
