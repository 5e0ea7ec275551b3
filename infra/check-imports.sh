#!/bin/sh
# The import rules. A run that looked at no file has proven nothing, so it fails.
set -eu
cd "$(dirname "$0")/.."
output=$(depcruise --config .dependency-cruiser.cjs --no-progress libs services cli infra test) || {
  echo "$output"
  exit 1
}
modules=$(echo "$output" | sed -n 's/.*(\([0-9]*\) modules.*/\1/p')
if [ "${modules:-0}" -eq 0 ]; then
  echo "no module was looked at: dependency-cruiser cannot read TypeScript, or the folders are empty"
  exit 1
fi
echo "note: $modules modules"
