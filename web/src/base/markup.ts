import { opens } from "./link";

const dropped = "script,style,link,meta,base,iframe,object,embed,form,input,button,template,svg,math";

/** markup makes nodes of HTML. The server has sanitised it; here everything that could run is removed once more. */
export function markup(html: string): Node[] {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const node of parsed.body.querySelectorAll(dropped)) node.remove();
  const styles: [HTMLElement, string][] = [];
  for (const node of parsed.body.querySelectorAll("*")) {
    // The content security policy refuses style attributes in markup. A script may set the same style.
    const style = node.getAttribute("style");
    node.removeAttribute("style");
    node.removeAttribute("class"); // the page's classes are not for others: some of them cover the page
    if (style && node instanceof HTMLElement) styles.push([node, style]);
    for (const { name, value } of [...node.attributes])
      if (name.startsWith("on") || (name === "href" && !opens(value)) || (name === "src" && /^\s*(javascript|data|vbscript):/i.test(value)))
        node.removeAttribute(name);
    if (node.tagName === "A") node.setAttribute("rel", "noopener noreferrer");
  }
  for (const [node, style] of styles) node.style.cssText = style;
  return [...parsed.body.childNodes].map((n) => document.adoptNode(n));
}
