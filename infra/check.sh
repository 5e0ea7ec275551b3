#!/bin/bash
# Runs every check, or those named, and says for each whether it holds and what to do where it does not.
set -u
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH"

# One check a line: name | what it holds | command | what to do when it fails.
checks='
format   | format and lint                      | biome check --error-on-warnings            | make fix repairs most of it; the rest names its rule
types    | types                                | tsc --noEmit --pretty false                | correct the lines named above
imports  | import rules                         | infra/check-imports.sh                     | the rules and their reasons: .dependency-cruiser.cjs and docs/architecture.md
dead     | no dead code, no unlisted dependency | knip --no-config-hints                     | delete what nothing uses, or stop exporting it
lint     | proto lint                           | buf lint                                   | correct the lines named above
layout   | proto format                         | buf format -d --exit-code                  | make fix
breaking | wire compatibility                   | infra/check-breaking.sh                    | add, never change or remove: give the new meaning a new field
gen      | generated code is current            | infra/check-generated.sh                   | make gen, and commit proto/gen
'

asked=" $* "
failed=()
trap 'rm -f "$output"' EXIT
output=$(mktemp)
while IFS='|' read -r name title command advice; do
  name=${name// /}
  title=$(echo $title)
  advice=$(echo $advice)
  if [ -z "$name" ] || { [ $# -gt 0 ] && [[ $asked != *" $name "* ]]; }; then continue; fi
  if $command >"$output" 2>&1 </dev/null; then
    printf 'ok      %s\n' "$title$(sed -n 's/^note: \(.*\)/ (\1)/p' "$output" | tr -d '\n')"
  else
    cat "$output"
    printf 'FAILED  %s\n        what to do: %s\n' "$title" "$advice"
    failed+=("$name")
  fi
done <<<"$checks"

if [ ${#failed[@]} -gt 0 ]; then
  printf '\n%d failed: %s. One alone again: infra/check.sh %s\n' "${#failed[@]}" "${failed[*]}" "${failed[0]}"
  exit 1
fi
