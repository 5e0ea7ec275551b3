import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

const repository = join(import.meta.dirname, "../..");
const programs = join(repository, "node_modules/.bin");
const settings = [".dependency-cruiser.cjs", ".gitignore", "biome.json", "tsconfig.json", "infra/check-imports.sh"];

/** One thing that a check refused, by the file's path in the repository and the rule's name. */
interface Finding {
  readonly file: string;
  readonly rule: string;
}

export interface CheckResult {
  readonly exitCode: number;
  readonly findings: readonly Finding[];
}

/** A small repository with this one's settings, rooms and package names, in a folder of its own. */
export class SampleRepository implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "rhumbline-rules-"));

  constructor(sources: Readonly<Record<string, string>>) {
    for (const name of settings) cpSync(join(repository, name), join(this.#folder, name));
    this.write("package.json", JSON.stringify({ type: "module" }));
    for (const [path, text] of Object.entries(sources)) this.write(path, text);
    this.#addPackages();
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  write(path: string, text: string): void {
    const file = join(this.#folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  remove(path: string): void {
    rmSync(join(this.#folder, path));
  }

  /** As `make check` runs them. */
  importRules(): CheckResult {
    const { exitCode, stdout } = this.#run(join(this.#folder, "infra/check-imports.sh"), []);
    const found = stdout.matchAll(/^ +error ([\w-]+): (\S+)/gm);
    return { exitCode, findings: [...found].map(([, rule = "", file = ""]) => ({ file, rule })) };
  }

  lint(): CheckResult {
    const { exitCode, stdout } = this.#run("biome", [
      ...["lint", "--error-on-warnings", "--max-diagnostics=none", "--reporter=github"],
    ]);
    const found = stdout.matchAll(/title=lint\/\w+\/(\w+),file=([^,]+)/g);
    return {
      exitCode,
      findings: [...found].map(([, rule = "", file = ""]) => ({ file: relative(this.#folder, file), rule })),
    };
  }

  #addPackages(): void {
    const scope = join(this.#folder, "node_modules/@rhumbline");
    mkdirSync(scope, { recursive: true });
    const folders = readdirSync(join(this.#folder, "libs")).map((name) => `libs/${name}`);
    for (const folder of [...folders, "proto"]) {
      const original = join(repository, folder, "package.json");
      cpSync(original, join(this.#folder, folder, "package.json"));
      symlinkSync(join(this.#folder, folder), join(scope, folder.replace("libs/", "")));
    }
  }

  #run(program: string, args: readonly string[]): { exitCode: number; stdout: string } {
    const { error, status, stdout } = spawnSync(program, args, {
      cwd: this.#folder,
      encoding: "utf8",
      env: { PATH: `${programs}:${process.env["PATH"]}`, NO_COLOR: "1" },
    });
    if (error !== undefined) throw error;
    return { exitCode: status ?? -1, stdout };
  }
}
