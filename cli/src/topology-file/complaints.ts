import { CommandFailed } from "../errors/usage-error.ts";

const shownAtMost = 20;

/** What is wrong in a topology file, where: collected, so that all of it can be mended at once. */
export class Complaints {
  readonly #file: string;
  readonly #found: { readonly line: number; readonly text: string }[] = [];

  /** @param file its name, as the caller wrote it. */
  constructor(file: string) {
    this.#file = file;
  }

  add(line: number, text: string): void {
    this.#found.push({ line, text });
  }

  /** @throws {CommandFailed} there is a complaint: one a line, as `file:line: text`. */
  raise(): void {
    if (this.#found.length === 0) return;
    const inOrder = this.#found.toSorted((a, b) => a.line - b.line);
    const lines = inOrder.slice(0, shownAtMost).map(({ line, text }) => `${this.#file}:${line}: ${text}`);
    const more = inOrder.length - lines.length;
    throw new CommandFailed([...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n"));
  }
}
