import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { SampleRepository } from "./sample-repository.ts";
import { soundSources } from "./sound-sources.ts";

const pureRoom = "services/ipam/src/subnet/decide.ts";
const edgeRoom = "services/ipam/src/api/handler.ts";

/** [what it does, where, its text, the rule that refuses it] */
const breaches: readonly (readonly [string, string, string, string])[] = [
  ["a pure room reads the clock", pureRoom, "export const now = () => Date.now();\n", "noRestrictedGlobals"],
  ["a pure room makes a date", pureRoom, "export const now = () => new Date();\n", "noRestrictedGlobals"],
  ["a pure room makes ids", pureRoom, "export const id = () => crypto.randomUUID();\n", "noRestrictedGlobals"],
  ["a pure room waits", pureRoom, "export const wait = () => setTimeout(String, 1);\n", "noRestrictedGlobals"],
  ["a pure room looks at its process", pureRoom, "export const pid = process.pid;\n", "noRestrictedGlobals"],
  ["an edge reads the environment", edgeRoom, "export const home = process.env;\n", "noProcessEnv"],
  ["anything goes: any", edgeRoom, "export const open = (door: any): unknown => door;\n", "noExplicitAny"],
  [
    "a value is declared to be there",
    edgeRoom,
    "export const first = (list: number[]): number => list[0]!;\n",
    "noNonNullAssertion",
  ],
  [
    "a promise is left alone",
    edgeRoom,
    "const work = async (): Promise<void> => {};\n\nexport function start(): void {\n  work();\n}\n",
    "noFloatingPromises",
  ],
  ["a service prints", edgeRoom, 'console.log("here");\n', "noConsole"],
  ["an export has no name", edgeRoom, "export default 1;\n", "noDefaultExport"],
  [
    "a file's name is not kebab-case",
    "services/ipam/src/api/subnetService.ts",
    "export const n = 1;\n",
    "useFilenamingConvention",
  ],
];

describe("the lint rules", () => {
  const repository = new SampleRepository(soundSources);
  afterAll(() => repository[Symbol.dispose]());

  test("sound sources pass", () => {
    expect(repository.lint()).toEqual({ exitCode: 0, findings: [] });
  });

  test.each(breaches)("%s: refused", (_what, file, text, rule) => {
    repository.write(file, text);
    const { exitCode, findings } = repository.lint();
    repository.remove(file);
    expect(findings).toContainEqual({ file, rule });
    expect(findings.filter((finding) => finding.file !== file)).toEqual([]);
    expect(exitCode).toBeGreaterThan(0);
  });

  test("both settings name the same rooms as edges", () => {
    const root = join(import.meta.dirname, "../..");
    const exempt = readFileSync(join(root, "biome.json"), "utf8").matchAll(/"!services\/\*\/src\/(.+?)(\/\*\*)?"/g);
    const { forbidden } = createRequire(import.meta.url)(join(root, ".dependency-cruiser.cjs")) as ImportRules;
    const edge = new RegExp(forbidden.find((rule) => rule.name === "pure-rooms-know-no-edge")?.to.path ?? "");
    const rooms = [...exempt].map(
      ([, room, folder]) => `services/ipam/src/${room}${folder === undefined ? "" : "/x.ts"}`,
    );
    expect(rooms.length).toBeGreaterThan(0);
    expect(rooms.filter((file) => !edge.test(file))).toEqual([]);
    expect(rooms.length).toBe(edge.source.match(/[a-z-]+(?=[|)])/g)?.length);
  });
});

interface ImportRules {
  readonly forbidden: readonly { readonly name: string; readonly to: { readonly path?: string } }[];
}
