#!/bin/sh
# What sass_counts.awk counts of a small disassembly, by hand: the loop over states with its loop of loads inside
# (once, on the shorter side), the arithmetic behind a branch taken along, what stands outside left out; a state
# update whose state has another type is no row. The script refuses what it does not know.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sass=$here/../../../../host/cuda/sass
# Of 29 instructions a load of 8 bytes is more than two of 2, and 22 on the path: 3 ex2 and 1 rcp, 2 shared loads of 16 and 2 bytes, 2 fma and 1 mul.
expected="selective_scan_block,bf16,4x4,sm_90,78,20,8256,29,22,4,4,2,18,1,1,1,3,0,6,1,8
quamba_scan,int8,1,sm_90,122,0,2048,7,5,16,0,0,0,0,0,0,3,1,1,0,0"
found=$(awk -v architecture=sm_90 -f "$sass/sass_counts.awk" "$here/example.said" "$here/example.sass")
if [ "$found" != "$expected" ]; then
  printf 'expected\n%s\nfound\n%s\n' "$expected" "$found"
  exit 1
fi
status=0
"$sass/sass.sh" --chekc 2> /dev/null || status=$?
[ $status = 2 ] || { echo "an unknown option ends with $status, expected 2"; exit 1; }
status=0
NVCC=/none/nvcc NVDISASM=/none/nvdisasm "$sass/sass.sh" --check > /dev/null 2>&1 || status=$?
[ $status = 3 ] || { echo "missing tools end with $status, expected 3"; exit 1; }
