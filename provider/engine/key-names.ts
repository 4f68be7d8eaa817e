/** What an instance thinks of a name that is new to it (data-plane §9.1, §18); names that are there already may stay. */

/** Its database has room for no more. */
export const LONGEST_KEY = 500;

export const isLong = (key: string): boolean => [...key].length > LONGEST_KEY;

export const isOdd = (key: string): boolean => /[:/]/.test(key);

/** A project may ask for capitals, and refuse others. */
export const isLower = (key: string): boolean => key !== key.toUpperCase();
