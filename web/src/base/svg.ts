const namespace = "http://www.w3.org/2000/svg";

/** Attributes of an element of a drawing; null leaves one out. */
export type Marks = Record<string, string | number | null | undefined>;

/** svg makes an element of a drawing. Colours are attributes, because the content security policy forbids styles in markup. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K, attributes: Marks = {}, ...children: (Node | string | null | undefined | false)[]
): SVGElementTagNameMap[K] {
  const node = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) if (value != null) node.setAttribute(name, round(value));
  for (const child of children) if (child != null && child !== false) node.append(child);
  return node;
}

/**
 * picture makes the root of a drawing with a class, as large as its box. It is hidden from screen readers,
 * which read its content from another element.
 */
export function picture(name: string, width: number, height: number): SVGSVGElement {
  return svg("svg", { class: name, width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
}

// Two decimals of a pixel are finer than any screen.
const round = (value: string | number) => (typeof value === "number" ? String(Math.round(value * 100) / 100) : value);
