/** A point at which whoever comes by waits while it is shut: to place one command in the middle of another. */
export interface Gate {
  /** From here on whoever comes by waits; settles when the first one does. */
  shut(): Promise<void>;
  open(): void;
  pass(): Promise<void>;
}

export function createGate(): Gate {
  let opened = Promise.resolve();
  let open = (): void => {};
  let arrived = (): void => {};
  return {
    shut() {
      opened = new Promise((resolve) => {
        open = resolve;
      });
      return new Promise((resolve) => {
        arrived = resolve;
      });
    },
    open: () => open(),
    pass() {
      arrived();
      return opened;
    },
  };
}
