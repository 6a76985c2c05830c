import type { PanelDefinition } from "../types";

/** Section is a row of a dashboard with the panels below it. The first section may have no row. */
export interface Section {
  row: PanelDefinition | null;
  panels: PanelDefinition[];
}

const place = (a: PanelDefinition, b: PanelDefinition) => a.gridPos.y - b.gridPos.y || a.gridPos.x - b.gridPos.x;

/** sections sorts panels into their rows. In the JSON, a collapsed row holds its panels, and an open row is followed by them. */
export function sections(panels: readonly PanelDefinition[]): Section[] {
  const out: Section[] = [];
  for (const p of [...panels].sort(place)) {
    if (p.type === "row") out.push({ row: p, panels: [...(p.panels ?? [])].sort(place) });
    else {
      if (out.length === 0) out.push({ row: null, panels: [] });
      out[out.length - 1].panels.push(p);
    }
  }
  return out;
}

/** allPanels returns the panels that can be drawn, including those in collapsed rows. */
export function allPanels(panels: readonly PanelDefinition[]): PanelDefinition[] {
  return sections(panels).flatMap((s) => s.panels);
}

const isTile = (p: PanelDefinition) => p.gridPos.w <= 8 && (p.type === "stat" || p.type === "gauge");

/**
 * markTiles returns the classes of tiles, by panel. On a narrow screen, two or three tiles share a line. A
 * tile that would be alone in its line takes the whole line.
 */
export function markTiles(panels: readonly PanelDefinition[]): Map<number, string> {
  const out = new Map<number, string>();
  let run: PanelDefinition[] = [];
  const close = () => {
    run.forEach((p, i) => {
      const last = i === run.length - 1;
      out.set(p.id, `is-tile-panel${last && run.length % 2 === 1 ? " is-odd-of-two" : ""}${last && run.length % 3 === 1 ? " is-odd-of-three" : ""}`);
    });
    run = [];
  };
  for (const p of panels) {
    if (isTile(p)) run.push(p);
    else close();
  }
  close();
  return out;
}
