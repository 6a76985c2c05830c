/** Lines that are shown of a long text until it is opened. */
const linesShown = 4;

/** A line of a text that is shown in brief. */
export interface BriefLine {
  text: string;
  /** It says what went wrong: it is to be read whole. */
  error: boolean;
  /** Another line is known to say what went wrong: this one only says where, or what to do. */
  aside: boolean;
  /** Lines before it are left out. */
  after: boolean;
}

/** What may stand before an error's name. */
const before = /^\s*(?:[|+\s]*)(?:Caused by: |Unhandled exception\.? |Uncaught |Exception in thread ".*?" |E {2,})?/.source;

/** A line that names an error: "ValueError: no rows", "java.io.IOException: closed", "panic: nil map", "ERROR:  no such table". */
const naming = new RegExp(`${before}(?:[\\w.$:]*(?:Error|Exception|Warning|Interrupt|Exit|Fault|Failure|Timeout)(?:\\s*\\[[^\\]]*\\])?(?::|$)|(?:error|fatal|panic|critical)\\b[^:]{0,40}:|thread '.*' panicked)`, "i");

/**
 * brief is what is shown of a long text: all of it where it has few lines, else its first line, its last, and the one that
 * says what went wrong, with what stands beside that.
 */
export function brief(text: string): BriefLine[] {
  const lines = text.trimEnd().split("\n").map((l) => l.trimEnd());
  const named = errorLine(lines);
  const error = named >= 0 ? named : lines.length - 1;
  const kept = new Set([error, 0, lines.length - 1]);
  for (const i of [error + 1, error - 1, ...lines.keys()])
    if (kept.size < linesShown && i > 0 && i < lines.length && lines[i].trim() !== "") kept.add(i);
  const shown = [...kept].sort((a, b) => a - b);
  return shown.map((at, i) => ({ text: lines[at], error: at === error, aside: named >= 0 && at !== error, after: i > 0 && lines.slice(shown[i - 1] + 1, at).some((l) => l.trim() !== "") }));
}

/**
 * errorLine is the line that says what went wrong. In a trace of Python that is the first after the last trace's
 * indented lines, whatever the error is called; more may follow it. Other languages begin with it, and
 * name its causes further down: the last line that names an error is the first cause. -1 where no line does.
 */
function errorLine(lines: readonly string[]): number {
  const trace = lines.findLastIndex((l) => l.startsWith("Traceback (most recent call last)"));
  const python = trace < 0 ? -1 : lines.findIndex((l, i) => i > trace && /^\S/.test(l));
  if (python >= 0) return python;
  return lines.findLastIndex((l) => naming.test(l));
}
