import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "../..");

function markdownFiles(): string[] {
  const inFolder = (folder: string): string[] =>
    readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".md"))
      .map((file) => join(folder, file));
  return ["README.md", "CONTRIBUTING.md", ...inFolder("docs")];
}

/** Targets of relative links; those to other sites are not followed. */
function linksOf(file: string): string[] {
  const text = readFileSync(join(repository, file), "utf8");
  return [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => target ?? "")
    .filter((target) => !/^[a-z]+:/.test(target));
}

test("every link in the documents leads to a file", () => {
  const files = markdownFiles();
  expect(files.length).toBeGreaterThan(5);
  const broken = files.flatMap((file) =>
    linksOf(file)
      .filter((target) => !existsSync(join(repository, dirname(file), target)))
      .map((target) => `${file}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test("AddRouterInterface is followed in ten files", () => {
  const text = readFileSync(join(repository, "docs/architecture.md"), "utf8");
  const walk = /## AddRouterInterface[^\n]*\n([\s\S]*?)\n## /.exec(text)?.[1] ?? "";
  expect(walk.match(/^\d+\. \[/gm)).toHaveLength(10);
});
