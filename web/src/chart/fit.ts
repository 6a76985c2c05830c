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

function cut(letters: readonly string[], count: number): string {
  return `${letters.slice(0, count).join("").trimEnd()}…`;
}

/** limited cuts a text to a number of letters; 0 means no limit. */
export function limited(text: string, most: number): string {
  const letters = [...text];
  return most > 0 && letters.length > most ? cut(letters, most) : text;
}
