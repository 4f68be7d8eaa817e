/** Counts as people read them. */

/** `12,345`, of a whole number. Asking `Intl` takes 15 ms of the processor the first time. */
export const number = (count: number): string => String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");

/** `1 key`, `2 keys`. */
export const counted = (count: number, noun: string): string =>
  `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
