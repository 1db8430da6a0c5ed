#!/bin/sh
# Compiles every source here to the object beside it. Needs clang (19 made the committed ones) and
# libbpf's headers. Paths in the objects are relative, so that they are the same everywhere.
set -e
cd "$(dirname "$0")"
for source in *.bpf.c; do
  "${CLANG:-clang-19}" -g -O2 -target bpf -mcpu=v3 -fdebug-prefix-map="$PWD"=. \
    -I/usr/include/"$(uname -m)"-linux-gnu -c "$source" -o "${source%.c}.o"
done
