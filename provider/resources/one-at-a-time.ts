/** Runs one task of a name at a time, in the order of the calls. */
export function oneAtATime(): <T>(name: string, task: () => Promise<T>) => Promise<T> {
  const queues = new Map<string, Promise<unknown>>();
  return async (name, task) => {
    const before = queues.get(name) ?? Promise.resolve();
    const result = before.then(task, task);
    queues.set(
      name,
      result.catch(() => {}),
    );
    return result;
  };
}
