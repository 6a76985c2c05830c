// Tiles in a line have numbers of one size, so that they read as a line.
import type { Fitting } from "./fitting";

/** The least share of its own largest size that a number gives up for a longer one beside it. */
const least = 0.5;

/** levelled returns the size that each text of a line gets. sizes are the largest ones that fit. */
export function levelled(sizes: readonly number[]): number[] {
  const smallest = Math.min(...sizes);
  return sizes.map((s) => Math.max(smallest, s * least));
}

/**
 * level gives the only number in a tile, and those of all tiles beside it that are as high, one font size. The number may be
 * at most `largest` pixels high.
 */
export function* level(box: HTMLElement, root: HTMLElement, largest: number): Fitting {
  root.dataset.fits = String(largest);
  yield;
  const tile = box.closest<HTMLElement>(".panel");
  const beside = [...(tile?.parentElement?.children ?? [])].filter((e): e is HTMLElement => e instanceof HTMLElement)
    .filter((e) => e.offsetTop === tile!.offsetTop && e.offsetHeight === tile!.offsetHeight);
  yield;
  const numbers = beside.flatMap((e) => [...e.querySelectorAll<HTMLElement>(".stat[data-fits]")]);
  levelled(numbers.map((n) => Number(n.dataset.fits))).forEach((size, i) => numbers[i].style.setProperty("--main", `${size.toFixed(1)}px`));
}
