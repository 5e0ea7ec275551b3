// Bundles the programs named, or all: `node infra/bundle.mjs [--quiet] [ipam rhumb ...]`. Our own packages are inlined;
// everything from npm stays an import.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const repository = join(import.meta.dirname, "..");

const npmStaysExternal = {
  name: "npm-stays-external",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path }) =>
      path.startsWith("@rhumbline/") || path.startsWith("node:") ? undefined : { path, external: true },
    );
  },
};

/** What a program starts as a thread of its own: a bundle beside the program's. */
const threadsOf = {
  "node-agent": [
    { source: "services/node-agent/src/kernel/native/worker.ts", bundle: "services/node-agent/dist/kernel-room.js" },
  ],
};

function allPrograms() {
  const services = readdirSync(join(repository, "services")).map((name) => ({
    name,
    source: `services/${name}/src/main.ts`,
    bundle: `services/${name}/dist/main.js`,
    threads: threadsOf[name] ?? [],
  }));
  return [...services, { name: "rhumb", source: "cli/src/main.ts", bundle: "cli/dist/rhumb.js", threads: [] }];
}

/** @returns the code, and its source maps. */
async function compile({ source, bundle }, define) {
  const { outputFiles } = await build({
    absWorkingDir: repository,
    entryPoints: [{ in: source, out: basename(bundle, ".js") }],
    outdir: dirname(bundle),
    write: false,
    bundle: true,
    // What a program imports only later is a file of its own, under its own name.
    splitting: true,
    chunkNames: "[name]",
    platform: "node",
    target: "node20",
    format: "esm",
    sourcemap: true,
    // The sources lie beside the bundles, and a program would hold their text from its start to its end.
    sourcesContent: false,
    define,
    plugins: [npmStaysExternal],
    logLevel: "error",
  });
  return outputFiles;
}

async function bundleProgram(program) {
  const withoutId = await compile(program, {});
  const hash = createHash("sha256");
  for (const { path, contents } of withoutId) if (path.endsWith(".js")) hash.update(contents);
  // What is not inlined is part of what runs.
  const buildId = hash.update(readFileSync(join(repository, "package-lock.json"))).digest("hex");
  for (const part of [program, ...program.threads])
    for (const file of await compile(part, { __RHUMBLINE_BUILD__: JSON.stringify(buildId) })) replaceFile(file);
  return `${program.bundle} (build ${buildId.slice(0, 12)})`;
}

/** A process that starts meanwhile reads the old file or the new one, never half of one. */
function replaceFile({ path, contents }) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, contents);
  renameSync(unfinished, path);
}

const { values, positionals } = parseArgs({
  options: { quiet: { type: "boolean", default: false } },
  allowPositionals: true,
});
const programs = allPrograms();
const unknown = positionals.filter((name) => !programs.some((program) => program.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `bundle: no program is named ${unknown.join(", ")}; there are ${programs.map((p) => p.name).join(", ")}\n`,
  );
  process.exit(2);
}

function say(line) {
  if (!values.quiet) process.stdout.write(`bundle: ${line}\n`);
}

for (const program of programs) {
  const asked = positionals.includes(program.name);
  if (positionals.length > 0 && !asked) continue;
  if (existsSync(join(repository, program.source))) {
    try {
      say(await bundleProgram(program));
    } catch {
      // esbuild has printed what it could not compile, and where.
      process.stderr.write(`bundle: ${program.name} could not be bundled\n`);
      process.exitCode = 1;
    }
  } else if (asked) {
    process.stderr.write(`bundle: ${program.name} is not built yet: ${program.source} is missing\n`);
    process.exitCode = 1;
  } else {
    say(`${program.name} left out: ${program.source} is not there yet`);
  }
}
