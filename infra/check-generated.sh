#!/bin/sh
# Generates once more, apart, and compares with what is committed.
set -eu
cd "$(dirname "$0")/.."
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
mkdir "$fresh/infra"
cp infra/gen.sh infra/reasons.mjs "$fresh/infra/"
mkdir "$fresh/docs"
cp buf.yaml buf.gen.yaml "$fresh/"
mkdir "$fresh/proto"
tar -c --exclude=proto/gen proto | tar -x -C "$fresh"
ln -s "$PWD/node_modules" "$fresh/node_modules"
"$fresh/infra/gen.sh"
diff -r --brief proto/gen "$fresh/proto/gen"
diff --brief docs/reasons.md "$fresh/docs/reasons.md"
