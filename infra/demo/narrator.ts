import { styleText } from "node:util";

/** Tells what the demo does, as it does it, and keeps the figures for the end. */
export interface Narrator {
  /** A new part of the story. */
  part(title: string): void;
  /** Something that is being done now: printed at once, with the time it took behind it when it is done. */
  step<T>(text: string, work: () => Promise<T>): Promise<T>;
  /** Output of a real tool, as the tool printed it. */
  shown(command: string, output: string): void;
  /** Something that must hold. @throws Error when it does not. */
  proved(text: string, holds: boolean, otherwise?: string): void;
  /** A line beside the story. */
  note(text: string): void;
  /** Why it ends here, and what was logged last. */
  failed(error: unknown, log: readonly string[]): void;
  /** For the summary. */
  figure(name: string, value: string): void;
  summary(): void;
}

type Style = Parameters<typeof styleText>[0];

export function narrator(output: NodeJS.WriteStream): Narrator {
  const began = performance.now();
  const colour = output.isTTY === true && process.env["NO_COLOR"] === undefined;
  const styled = (style: Style, text: string): string => (colour ? styleText(style, text) : text);
  const line = (text = ""): void => void output.write(`${text}\n`);
  const figures: [string, string][] = [];
  let proofs = 0;

  return {
    part(title) {
      line();
      line(`${styled("bold", title)} ${styled("dim", `(${seconds(began)} since the start)`)}`);
    },
    async step(text, work) {
      const from = performance.now();
      if (colour) output.write(`  ${text} …`);
      try {
        const result = await work();
        if (colour) output.write("\r\u001b[K");
        line(`  ${text} ${styled("dim", `· ${seconds(from)}`)}`);
        return result;
      } catch (error) {
        line(colour ? "" : `  ${text} · failed`);
        throw error;
      }
    },
    shown(command, text) {
      line(`  ${styled("cyan", `$ ${command}`)}`);
      for (const each of text.trimEnd().split("\n")) line(`    ${styled("dim", each)}`);
    },
    proved(text, holds, otherwise) {
      if (!holds) throw new Error(`${text}: it is not so${otherwise === undefined ? "" : ` (${otherwise})`}`);
      proofs++;
      line(`  ${styled("green", "✓")} ${text}`);
    },
    note: (text) => line(`  ${styled("dim", text)}`),
    failed(error, log) {
      line();
      line(styled("red", `The demo failed: ${error instanceof Error ? error.message : String(error)}`));
      line("What the processes logged last:");
      for (const each of log) line(`  ${each}`);
    },
    figure: (name, value) => void figures.push([name, value]),
    summary() {
      const width = Math.max(...figures.map(([name]) => name.length));
      line();
      line(styled("bold", "Summary"));
      for (const [name, value] of figures) line(`  ${name.padEnd(width)}  ${value}`);
      line(`  ${"things proved".padEnd(width)}  ${proofs}`);
      line(`  ${"time".padEnd(width)}  ${seconds(began)}`);
    },
  };
}

const seconds = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`;
