/** shortened returns as much of a text as fits into a room, with an ellipsis if it is cut. */
export function shortened(text: string, room: number, measure: (text: string) => number): string {
  if (measure(text) <= room) return text;
  const letters = [...text];
  let [low, high] = [0, letters.length - 1];
  // A binary search for the longest beginning that fits.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(cut(letters, middle)) <= room) low = middle;
    else high = middle - 1;
  }
  return low > 0 ? cut(letters, low) : measure("…") <= room ? "…" : "";
}

/** How many letters two names must share at their beginning to be cut in the middle. */
const alike = 6;

/** The most letters that stay at the end of a name that is cut in the middle. */
const mostEnding = 12;

/**
 * shortenedNames cuts names to a room. Names that begin alike, such as STRATEGY_21 and STRATEGY_22, are cut in the middle,
 * because they differ at their ends.
 */
export function shortenedNames(names: readonly string[], room: number, measure: (text: string) => number): string[] {
  const series = beginAlike(names);
  const distinct = new Set(names).size;
  let cutNames: string[] = [];
  for (let letters = 4; letters <= mostEnding; letters++) {
    cutNames = names.map((name, i) => (series[i] ? shortenedInside(name, letters, room, measure) : shortened(name, room, measure)));
    if (new Set(cutNames).size === distinct) break;
  }
  return cutNames;
}

/** beginAlike tells of each name whether another one begins like it. */
export function beginAlike(names: readonly string[]): boolean[] {
  const counts = new Map<string, number>();
  const start = (name: string) => name.slice(0, alike);
  for (const name of new Set(names)) counts.set(start(name), (counts.get(start(name)) ?? 0) + 1);
  return names.map((name) => name.length > alike && counts.get(start(name))! > 1);
}

/** shortenedInside cuts a name in the middle, and leaves a number of letters at its end. */
function shortenedInside(name: string, ending: number, room: number, measure: (text: string) => number): string {
  if (measure(name) <= room) return name;
  const letters = [...name];
  const end = letters.slice(-ending).join("");
  // The longest beginning that leaves room for the end.
  for (let start = letters.length - ending - 1; start > 0; start--) {
    const cutName = `${letters.slice(0, start).join("").trimEnd()}…${end}`;
    if (measure(cutName) <= room) return cutName;
  }
  return shortened(name, room, measure);
}

function cut(letters: readonly string[], count: number): string {
  return `${letters.slice(0, count).join("").trimEnd()}…`;
}

/** limited cuts a text to a number of letters; 0 means no limit. */
export function limited(text: string, most: number): string {
  const letters = [...text];
  return most > 0 && letters.length > most ? cut(letters, most) : text;
}
