// Prints docs/reasons.md: every reason of proto/rhumbline/error/v1/reason.proto, with its gRPC code and what it means.
import { readFileSync } from "node:fs";

const source = readFileSync(new URL("../proto/rhumbline/error/v1/reason.proto", import.meta.url), "utf8");
const entry = /((?:^ {2}\/\/ .*\n)+)^ {2}REASON_([A-Z0-9_]+) = \d+;/gm;
const rows = [...source.matchAll(entry)].map(([, comment, name]) => {
  const text = comment
    .replace(/^ {2}\/\/ /gm, "")
    .trim()
    .replace(/\n/g, " ");
  const [, meaning, code] = /^(.*?)\s*([A-Z_]+)\.$/.exec(text) ?? [undefined, text, ""];
  return `| \`${name}\` | ${code} | ${meaning} |`;
});

process.stdout.write(`# Reasons

Why a call was refused: \`google.rpc.ErrorInfo.reason\` in the status details, with domain \`rhumbline\`. A reason never changes
its meaning. Generated from [reason.proto](../proto/rhumbline/error/v1/reason.proto) by \`make gen\`.

| reason | gRPC code | meaning |
|---|---|---|
${rows.join("\n")}
`);
