// A gauge's dial is an arc of 240° that is open at the bottom. Places on it are shares from 0 (minimum) to 1 (maximum).
import { polar } from "./arc";

const begin = (150 / 180) * Math.PI;
const sweep = (240 / 180) * Math.PI;

/** dialAngle returns the angle of a share, in radians clockwise from the right. */
export function dialAngle(share: number): number {
  return begin + sweep * Math.min(1, Math.max(0, share));
}

/** DialMark is a text beside the dial: its share, and its width divided by its font size. */
export interface DialMark {
  at: number;
  width: number;
}

/** Dial says where the parts of a dial are in its box, in pixels. */
export interface Dial {
  cx: number;
  cy: number;
  /** The outer edge of the dial. The band of the thresholds is between it and track. */
  radius: number;
  /** The outer (track) and inner edge of the ring that is filled. */
  track: number;
  inner: number;
  /** The font sizes of the labels (small) and of the title. */
  small: number;
  title: number;
  /** The y of the title's baseline. */
  titleY: number;
}

export interface DialWishes {
  /** Whether a band of thresholds is drawn outside the ring. */
  bands: boolean;
  marks: readonly DialMark[];
  title: boolean;
}

const clamp = (v: number, low: number, high: number) => Math.min(high, Math.max(low, v));
const space = 4;
const nearTop = 0.3;

/** The width of a text of two digits, divided by its font size. */
const twoDigits = 1.2;

/** The radius below which a dial is small. Labels may take less room from a small dial, because its value needs it. */
const smallDial = 64;

/**
 * dial lays out the largest dial that fits into a box with its texts. marks is false if the labels beside
 * the dial would make it too small; then they are left out.
 */
export function dial(width: number, height: number, wishes: DialWishes): Dial & { marks: boolean } {
  const plain = layout(width, height, { ...wishes, marks: [] });
  if (wishes.marks.length === 0) return { ...plain, marks: false };
  const full = layout(width, height, wishes);
  const marks = full.radius >= plain.radius * (full.radius < smallDial ? 0.85 : 0.5);
  return !marks ? { ...plain, marks } : { ...full, marks };
}

function layout(width: number, height: number, wishes: DialWishes): Dial {
  // Every side leaves room for the widest mark, or for two digits, and the top for a mark, so that dials in a row look alike.
  const marked = wishes.marks.length > 0;
  const widest = marked ? Math.max(twoDigits, ...wishes.marks.map((m) => m.width)) : 0;
  let radius = Math.min(width / 2, height / 1.75);
  let small = 0;
  let title = 0;
  let above = 0;
  // The font sizes depend on the radius, and the radius on the room that the texts leave. After a few rounds neither changes.
  for (let round = 0; round < 4; round++) {
    small = clamp(radius * 0.125, 10, 20);
    title = wishes.title ? clamp(radius * 0.145, 12, 22) : 0;
    above = marked ? small + space : 1;
    const below = small * 1.35 + title * 1.45;
    // The ring is widest at its sides, and its ends and most of its marks reach nearly as far.
    const beside = Math.max(0.94, ...wishes.marks.map((m) => Math.abs(Math.cos(dialAngle(m.at)))));
    radius = Math.max(8, Math.min(width / 2 - 1, (height - above - below) / 1.5, marked ? (width / 2 - space - widest * small) / beside : Infinity));
  }
  const track = wishes.bands ? radius * 0.925 - 2 : radius;
  const used = above + 1.5 * radius + small * 1.35 + title * 1.45;
  const cy = (height - used) / 2 + above + radius;
  return {
    cx: width / 2, cy, radius, track, inner: Math.max(1, track - radius * 0.2), small, title,
    titleY: cy + radius / 2 + small * 1.35 + title * 1.1,
  };
}

/** Box is the rectangle of a text. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** markBox returns the box of a mark's label: outside the dial, beside the mark. */
export function markBox(d: Dial, mark: DialMark): Box {
  const angle = dialAngle(mark.at);
  const [x, y] = polar(d.cx, d.cy, d.radius + space, angle);
  const width = mark.width * d.small;
  const across = Math.cos(angle);
  const left = Math.abs(across) < nearTop ? x - width / 2 : across < 0 ? x - width : x;
  return { x: left, y: y - d.small / 2 + (Math.sin(angle) * d.small) / 2, width, height: d.small };
}

/** endBox returns the box of the minimum (0) or the maximum (1): under that end of the ring. */
export function endBox(d: Dial, end: 0 | 1, width: number): Box {
  const [x] = polar(d.cx, d.cy, (d.track + d.inner) / 2, dialAngle(end));
  const left = Math.max(0, Math.min(x - (width * d.small) / 2, 2 * d.cx - width * d.small));
  return { x: left, y: d.cy + d.radius / 2 + d.small * 0.25, width: width * d.small, height: d.small };
}

/** clearOf tells which boxes can be drawn without touching those in standing or an earlier box that is drawn. */
export function clearOf(boxes: readonly Box[], standing: readonly Box[], gap = 3): boolean[] {
  const all = [...standing];
  return boxes.map((b) => {
    const free = all.every((o) => b.x + b.width + gap <= o.x || o.x + o.width + gap <= b.x || b.y + b.height <= o.y || o.y + o.height <= b.y);
    if (free) all.push(b);
    return free;
  });
}

/**
 * valueSize returns the largest font size of a text in the middle of a dial, with all its corners inside
 * the ring. width is the text's width divided by its font size.
 */
export function valueSize(d: Dial, width: number): number {
  const room = d.inner * 0.93;
  return Math.min(d.inner * 0.68, room / Math.hypot(width / 2, 0.36));
}

/** tiling returns the columns and rows that show count dials as large as possible in a box. A column is at least `least` wide. */
export function tiling(count: number, width: number, height: number, least = 0): { columns: number; rows: number } {
  let best = { columns: 1, rows: Math.max(1, count) };
  let most = 0;
  for (let columns = 1; columns <= count && (columns === 1 || width / columns >= least); columns++) {
    const rows = Math.ceil(count / columns);
    const size = Math.min(width / columns / 2, height / rows / 1.75);
    if (size > most + 1e-9) [most, best] = [size, { columns, rows }];
  }
  return best;
}
