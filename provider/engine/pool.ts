/** Does the same for each item, a few at a time, and gives the answers in their order. Throws the first failure. */
export async function mapPool<T, U>(
  items: readonly T[],
  width: number,
  each: (item: T) => Promise<U>,
): Promise<U[]> {
  const answers: U[] = [];
  const tasks = items.map((item, index) => async () => {
    answers[index] = await each(item);
  });
  const failure = await runPool(tasks.values(), width);
  if (failure) throw failure.error;
  return answers;
}

/**
 * Runs tasks a few at a time. After the first failure no further task is started; those under way are
 * awaited, so that their outcome is known too.
 *
 * @returns the first failure, if any
 */
export async function runPool(
  tasks: Iterator<() => Promise<void>>,
  width: number,
): Promise<{ error: unknown } | undefined> {
  let failure: { error: unknown } | undefined;
  const worker = async () => {
    while (!failure) {
      try {
        // Making the next task may fail as well, and must not leave the others unawaited.
        const next = tasks.next();
        if (next.done) return;
        await next.value();
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return failure;
}
