/** How often it is looked whether the process that has started this one is still there. */
const CHECK_MS = 1000;

/** Nothing tells a process that its parent is gone, but that it has another one then. It keeps no process alive. */
export function whenParentIsGone(act: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) act();
  }, CHECK_MS).unref();
}
