import type { SearchHit } from "../types";

/** Group are the dashboards of one folder. */
export interface Group {
  title: string;
  hits: SearchHit[];
}

/** groups puts dashboards into their folders, in the order in which they come. */
export function groups(hits: readonly SearchHit[]): Group[] {
  const out: Group[] = [];
  for (const hit of hits) {
    const title = hit.folderTitle ?? "";
    let group = out.find((g) => g.title === title);
    if (!group) out.push((group = { title, hits: [] }));
    group.hits.push(hit);
  }
  return out;
}

/** tabsOf returns the dashboards that stand in the header: those in the folder of the home dashboard, which can be shown. */
export function tabsOf(hits: readonly SearchHit[], home: string): SearchHit[] {
  const folder = hits.find((h) => h.uid === home)?.folderTitle;
  return hits.filter((h) => h.folderTitle === folder && !h.fault);
}

/**
 * matching returns the dashboards that have every word of a query in their title, their folder, their tags or the name
 * of their file. Those whose title has all words come first, and of these the ones that begin with the query.
 */
export function matching(hits: readonly SearchHit[], query: string): SearchHit[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...hits];
  const rank = (hit: SearchHit): number => {
    const title = plain(hit.title);
    if (title.startsWith(words.join(" "))) return 0;
    if (words.every((w) => title.includes(w))) return 1;
    const all = [title, plain(hit.folderTitle ?? ""), ...(hit.tags ?? []).map(plain), plain(hit.file ?? "")];
    return words.every((w) => all.some((text) => text.includes(w))) ? 2 : 3;
  };
  return hits.map((hit, i) => ({ hit, i, rank: rank(hit) })).filter((f) => f.rank < 3)
    .sort((a, b) => a.rank - b.rank || a.i - b.i).map((f) => f.hit);
}

/** plain is a text without capitals and accents. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
