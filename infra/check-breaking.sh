#!/bin/sh
# Compares proto/ with what others may already speak: on a branch with main's, on main itself with the contracts before
# the last commit that touched them (and, where they are being edited, with that commit's own).
set -eu
cd "$(dirname "$0")/.."

contracts() {
  git ls-tree -r --name-only "$1" -- proto 2>/dev/null | grep '\.proto$'
}

base_of_main() {
  last=$(git log -1 --format=%H -- 'proto/*.proto')
  if [ -n "$last" ]; then git rev-parse --quiet --verify "$last^" || :; fi
}

compare() {
  if [ -z "$1" ] || ! contracts "$1" >/dev/null; then
    echo "note: no contracts to compare with: $2"
    return
  fi
  base=$(mktemp -d)
  trap 'rm -rf "$base"' EXIT
  git archive "$1" proto buf.yaml | tar -x -C "$base"
  buf breaking --against "$base"
  rm -rf "$base"
  echo "note: against $2 ($(git rev-parse --short "$1"))"
}

if ! head=$(git rev-parse --verify HEAD 2>&1); then
  echo "note: nothing to compare with, git says: $head" | head -n 1
  exit 0
fi
main=$(git rev-parse --quiet --verify main || git rev-parse --quiet --verify origin/main || :)
if [ -n "$main" ] && [ "$main" != "$head" ]; then
  compare "$main" "main"
else
  compare "$(base_of_main)" "the contracts before their last change"
  git diff --quiet HEAD -- 'proto/*.proto' || compare "$head" "the last commit"
fi
