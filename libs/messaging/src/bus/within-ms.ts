/** A time that is over once it has passed and what came in it was read. Timers are seen to before sockets: a process that was too
 *  busy to read would take an answer that is there for none. */
export function withinMs(ms: number): { readonly over: Promise<never>; end(): void } {
  let timer: NodeJS.Timeout | undefined;
  let read: NodeJS.Immediate | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // Once sockets were seen to, and once more: what they brought is told of meanwhile.
      read = setImmediate(() => {
        read = setImmediate(() => reject(new Error(`no answer in ${ms} ms`)));
      });
    }, ms);
  });
  return {
    over,
    end() {
      clearTimeout(timer);
      clearImmediate(read);
    },
  };
}
