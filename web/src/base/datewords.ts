import { monthDays, timeText, wallMs } from "./time";

export const monthNames = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** Local is what a zone's clock shows at an instant. */
interface Local {
  year: number;
  month: number;
  day: number;
  clock: string;
}

function local(ms: number, zone: string): Local {
  const text = timeText(ms, zone);
  const [year, month, day] = text.slice(0, 10).split("-").map(Number);
  return { year, month, day, clock: text.slice(11).replace(/:00$/, "") };
}

const short = (month: number) => monthNames[month - 1].slice(0, 3);
const dayWords = ({ year, month, day }: Local) => `${day} ${short(month)} ${year}`;

/** beginsDay tells whether an instant is the first of a zone's day. */
function beginsDay(ms: number, { year, month, day }: Local, zone: string): boolean {
  return ms === wallMs({ year, month, day, time: null }, zone);
}

/** instantWords names an instant on a zone's clock: "5 Jan 2026, 06:00", or only the day if it begins then. */
export function instantWords(ms: number, zone: string): string {
  const at = local(ms, zone);
  return beginsDay(ms, at, zone) ? dayWords(at) : `${dayWords(at)}, ${at.clock}`;
}

/** spanWords names the time between two instants: "1 Mar – 15 Apr 2026", "March 2026", "5 Jan 2026, 06:00 – 18:30". */
export function spanWords(from: number, to: number, zone: string): string {
  const [a, b] = [local(from, zone), local(to, zone)];
  const ends = Math.floor(to / 1000) === Math.floor(wallMs({ ...b, time: null }, zone, true) / 1000);
  if (beginsDay(from, a, zone) && ends) return daysWords(a, b);
  if (a.year === b.year && a.month === b.month && a.day === b.day) return a.clock === b.clock ? `${dayWords(a)}, ${a.clock}` : `${dayWords(a)}, ${a.clock} – ${b.clock}`;
  return `${a.year === b.year ? `${a.day} ${short(a.month)}` : dayWords(a)}, ${a.clock} – ${dayWords(b)}, ${b.clock}`;
}

/** daysWords names the time from the first moment of a day to the last one of another. */
function daysWords(a: Local, b: Local): string {
  const [sameYear, sameMonth] = [a.year === b.year, a.year === b.year && a.month === b.month];
  if (a.day === 1 && b.day === monthDays(b.year, b.month)) {
    if (sameMonth) return `${monthNames[a.month - 1]} ${a.year}`;
    if (a.month === 1 && b.month === 12) return sameYear ? String(a.year) : `${a.year} – ${b.year}`;
    return `${short(a.month)}${sameYear ? "" : ` ${a.year}`} – ${short(b.month)} ${b.year}`;
  }
  if (sameMonth && a.day === b.day) return dayWords(a);
  const first = sameMonth ? String(a.day) : sameYear ? `${a.day} ${short(a.month)}` : dayWords(a);
  return `${first} – ${dayWords(b)}`;
}
