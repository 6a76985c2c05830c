/** The number of lines that are shown of a long text until a reader opens it. */
const linesShown = 4;

/** BriefLine is a line of a shortened text. */
export interface BriefLine {
  text: string;
  /** True if this line says what went wrong, so that readers must see all of it. */
  error: boolean;
  /** True if another line says what went wrong. This line only says where it happened, or what to do. */
  aside: boolean;
  /** Whether lines before it are left out. */
  after: boolean;
}

/** What may be before an error's name. */
const before = /^\s*(?:[|+\s]*)(?:Caused by: |Unhandled exception\.? |Uncaught |Exception in thread ".*?" |E {2,})?/.source;

/** A line that names an error: "ValueError: no rows", "java.io.IOException: closed", "panic: nil map", "ERROR:  no such table". */
const naming = new RegExp(`${before}(?:[\\w.$:]*(?:Error|Exception|Warning|Interrupt|Exit|Fault|Failure|Timeout)(?:\\s*\\[[^\\]]*\\])?(?::|$)|(?:error|fatal|panic|critical)\\b[^:]{0,40}:|thread '.*' panicked)`, "i");

/**
 * brief is what is shown of a long text: at most four lines that are not blank. These are the first, the last,
 * the one that says what went wrong, the lines next to that one and, if there is still room, lines from the top.
 */
export function brief(text: string): BriefLine[] {
  const lines = text.trimEnd().split("\n").map((l) => l.trimEnd());
  const named = errorLine(lines);
  const error = named >= 0 ? named : lines.length - 1;
  const kept = new Set([error, 0, lines.length - 1]);
  for (const i of [error + 1, error - 1, ...lines.keys()])
    if (kept.size < linesShown && i > 0 && i < lines.length && lines[i].trim() !== "") kept.add(i);
  const shown = [...kept].sort((a, b) => a - b);
  return shown.map((at, i) => ({ text: clipped(lines[at]), error: at === error, aside: named >= 0 && at !== error, after: i > 0 && lines.slice(shown[i - 1] + 1, at).some((l) => l.trim() !== "") }));
}

/** How many letters of a line or a name are shown. They fill two lines of the widest screen. */
const lettersShown = 1000;

/**
 * clipped is the beginning of a line or a name that has very many letters. A browser needs seconds to draw a table of lines with
 * 100,000 letters, and a chart would measure each.
 */
export function clipped(line: string): string {
  if (line.length <= lettersShown) return line;
  return `${line.slice(0, lettersShown).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** clipAll returns a value, with the texts in it clipped. It changes the objects and lists in place. */
export function clipAll(value: unknown): unknown {
  if (typeof value === "string") return clipped(value);
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) value[i] = clipAll(value[i]);
  else if (value != null && typeof value === "object") for (const [key, v] of Object.entries(value)) (value as Record<string, unknown>)[key] = clipAll(v);
  return value;
}

/** No sentence for people is longer. A browser also needs seconds to lay out a line of 100,000 letters in a font that is not for code. */
const longestSentence = 2000;

/** isProse tells whether a text is a sentence for people, rather than what a program printed: it has one line, and names no error. */
export function isProse(text: string): boolean {
  return text.length <= longestSentence && !text.includes("\n") && !naming.test(text);
}

/**
 * errorLine finds the line that says what went wrong, -1 if no line does. In a Python trace it is the first
 * line after the indented lines of the last traceback, whatever the error is called. Other languages begin
 * with the error and name its causes below it, so there the last line that names an error counts: it is
 * the cause of all others.
 */
function errorLine(lines: readonly string[]): number {
  const trace = lines.findLastIndex((l) => l.startsWith("Traceback (most recent call last)"));
  const python = trace < 0 ? -1 : lines.findIndex((l, i) => i > trace && /^\S/.test(l));
  if (python >= 0) return python;
  return lines.findLastIndex((l) => naming.test(l));
}
