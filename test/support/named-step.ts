/** A step of seconds that takes this long does not end; a test that hangs says nothing of where. */
const LIMIT_MS = 100_000;

/**
 * What `work` gives, for questions to a page, which have no limit of their own.
 * @param step what is waited for, in words that follow "never ended:"
 * @throws Error that names the step when it has not ended after `limitMs`
 */
export async function namedStep<T>(step: string, work: Promise<T>, limitMs = LIMIT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`never ended: ${step}`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
