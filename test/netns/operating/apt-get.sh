#!/bin/sh
# Stands for apt-get where nothing is to be installed: fails for a package that is not among those in
# /run/installed-packages, which is what `dpkg-query --show` prints on the machine.
# usage: apt-get install OPTION ... PACKAGE ...
set -eu
[ "$1" = install ]
shift
for word; do
  case $word in
    -*) continue ;;
  esac
  grep -qE "^$word(:[a-z0-9]+)?[[:blank:]]" /run/installed-packages || {
    echo "E: Unable to locate package $word" >&2
    exit 100
  }
done
