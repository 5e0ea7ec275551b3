/** What comes of a program by one pipe, up to a line with a mark and its exit code. */
export class SaidByProgram {
  readonly #end: RegExp;
  readonly #longestEnd: number;
  readonly #chunks: Buffer[] = [];
  #tail = "";

  constructor(mark: string) {
    this.#end = new RegExp(`\\n${mark} (\\d+)\\n$`);
    this.#longestEnd = `\n${mark} 255\n`.length;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#tail = (this.#tail + chunk.toString("latin1")).slice(-this.#longestEnd);
  }

  /** Undefined: it has not ended. */
  get code(): number | undefined {
    const code = this.#end.exec(this.#tail)?.[1];
    return code === undefined ? undefined : Number(code);
  }

  /** Without that line. */
  get text(): string {
    return Buffer.concat(this.#chunks).toString().replace(this.#end, "");
  }
}
