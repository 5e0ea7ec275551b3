/** Why a namespace that is gone can't be read, in nsenter's words. */
export const goneWords = (netns: string): string => `cannot open /run/netns/${netns}: No such file or directory`;

/** A namespace that can't be read must not keep the others from being looked at.
 *  @returns a text in place of what is read: why it can't be; undefined: the namespace is gone. */
export async function unlessUnreadable<T>(netns: string, read: () => Promise<T>): Promise<T | string | undefined> {
  try {
    return await read();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return words.includes(goneWords(netns)) ? undefined : words;
  }
}
