/** Step is one step of a relative time: "-1M" moves it by a month, "/M" rounds it to the month that it is in. */
export interface Step {
  op: "+" | "-" | "/";
  /** How many units a move goes; 1 for a rounding. */
  count: number;
  unit: string;
  /** Whether a rounding goes to the fiscal year or quarter. */
  fiscal: boolean;
}

const unitNames: Record<string, string> = { s: "second", m: "minute", h: "hour", d: "day", w: "week", M: "month", Q: "quarter", y: "year" };

/** isRelative tells whether an end of a range counts from now. */
export function isRelative(text: string): boolean {
  return text.startsWith("now");
}

/** stepsOf reads a relative time such as "now-1M/M" by the server's rules, or says what is wrong with it. */
export function stepsOf(text: string): Step[] | { wrong: string } {
  const steps: Step[] = [];
  let rest = text.slice("now".length).replace(/[ \t]/g, "");
  while (rest !== "") {
    const m = /^([+\-/])(\d*)(f?)(.?)/u.exec(rest);
    if (!m) return { wrong: `has “${rest[0]}” where +, − or / belongs` };
    const [whole, op, digits, fiscal, unit] = m;
    if (digits.length > 9) return { wrong: "has a number of more than 9 digits" };
    if (op === "/" && digits !== "" && Number(digits) !== 1) return { wrong: "rounds to more than one unit" };
    if (unit === "") return { wrong: "ends without a unit, such as d for days" };
    if (!Object.hasOwn(unitNames, unit) || (fiscal && unit !== "y" && unit !== "Q")) return { wrong: `has “${unit}”, which is no unit: s m h d w M Q y` };
    steps.push({ op: op as Step["op"], count: digits === "" ? 1 : Number(digits), unit, fiscal: fiscal !== "" });
    rest = rest.slice(whole.length);
  }
  return steps;
}

/** unitName names the unit of a step: "month", "fiscal year". */
export function unitName({ unit, fiscal }: Step): string {
  return (fiscal ? "fiscal " : "") + unitNames[unit];
}

/** amount counts the units of a step: "1 month", "36 hours". */
export function amount(step: Step): string {
  return `${step.count} ${unitNames[step.unit]}${step.count === 1 ? "" : "s"}`;
}

/** momentWords says when the end of a range is: "36 hours ago", "the start of last month". Roundings go up if `end` is true. */
export function momentWords(steps: readonly Step[], end: boolean): string {
  let words = "now";
  steps.forEach((step, i) => {
    if (step.op === "/") words = `the ${end ? "end" : "start"} of ${periodWords(steps.slice(0, i), step, words)}`;
    else if (step.count > 0 && words === "now") words = step.op === "-" ? `${amount(step)} ago` : `${amount(step)} from now`;
    else if (step.count > 0) words = `${amount(step)} ${step.op === "-" ? "before" : "after"} ${words}`;
  });
  return words;
}

/** periodWords names the day, month or the like to which a time is rounded: "yesterday", "this month", "the month 2 months ago". */
export function periodWords(before: readonly Step[], rounding: Step, words = momentWords(before, false)): string {
  const name = unitName(rounding);
  const [only] = before;
  const near = before.length === 0 ? 0 : before.length === 1 && only.op !== "/" && only.unit === rounding.unit && only.count <= 1 ? Number(`${only.op}${only.count}`) : null;
  if (near != null) {
    const day = rounding.unit === "d" ? ["yesterday", "today", "tomorrow"] : [`last ${name}`, `this ${name}`, `next ${name}`];
    return day[near + 1];
  }
  return `the ${name}${words === "now" || /^\d/.test(words) ? "" : " of"} ${words}`;
}
