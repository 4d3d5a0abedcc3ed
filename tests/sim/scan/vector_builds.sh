#!/usr/bin/env bash
# Do the objects with instructions of their own define no code but their kernels? Any other name could be the copy that the linker
# takes for the whole program, on a processor without those instructions.
#   vector_builds.sh NM KERNEL OBJECT...    KERNEL: a regular expression on the demangled names
set -euo pipefail
nm=$1 kernel=$2
shift 2
status=0 kernels=0
for object in "$@"; do
  while read -r _ kind name; do
    [[ $kind == [TW] ]] || continue
    if [[ $name =~ $kernel ]]; then
      kernels=$((kernels + 1))
    else
      echo "$object: expected kernels alone, found $kind $name"
      status=1
    fi
  done < <("$nm" -C --defined-only "$object")
done
echo "$kernels kernels in $# objects"
[[ $kernels -ge $# ]] || status=1
exit $status
