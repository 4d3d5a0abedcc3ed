#!/bin/sh
# Counts the machine code of the kernels: compiles them for sm_80 and sm_90, disassembles, writes sass_counts.csv
# beside this script (its first lines say with which compiler). --check writes nothing and exits with 1 if what is
# committed is not what this compiler makes. NVCC and NVDISASM name the tools; nvdisasm is part of the CUDA toolkit
# (Debian: nvidia-cuda-toolkit, non-free) and may be older than nvcc. Exit status 3: a tool is not there or fails.
# Takes a minute. sass_counts.awk says what is counted.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
table=$here/sass_counts.csv
check=no
case "${1:-}" in
  "") ;;
  --check) check=yes ;;
  *) echo "sass.sh: expected --check or nothing, found '$1'" >&2; exit 2 ;;
esac
find_tool() {
  for one in "$1" "/usr/local/cuda/bin/$1"; do
    if command -v "$one" > /dev/null 2>&1; then echo "$one"; return; fi
  done
  echo "sass.sh: no $1 (PATH, /usr/local/cuda/bin; or name it by a variable)" >&2
  exit 3
}
nvcc=${NVCC:-$(find_tool nvcc)} || exit 3
nvdisasm=${NVDISASM:-$(find_tool nvdisasm)} || exit 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version() { "$1" --version | sed -n 's/.*\(V[0-9][0-9.]*\).*/\1/p' | head -n 1; }
{
  echo "# Written by host/cuda/sass/sass.sh: nvcc $(version "$nvcc") -O3 -std=c++20, nvdisasm $(version "$nvdisasm")."
  echo "kernel,precision,shape,architecture,registers,spill_bytes,shared_bytes,instructions,loop_instructions,loop_updates,unit_ops,lds,lds_bytes,sts,shuffles,global_loads,fp32,conversions,branches,burst_loads,burst_bytes"
} > "$work/table"
for architecture in sm_80 sm_90; do
  for source in scan/selective_scan_serial scan/selective_scan_block scan/state_update scan/scan_sets scan/quamba_scan scan/quamba_update \
      ssd/ssd ssd/ssd_update layer/layer measure/prepared_ceiling; do
    cubin=$work/$(basename $source)
    if ! (cd "$root" && "$nvcc" -O3 -std=c++20 -arch=$architecture -cubin -Xptxas -v -I. -o "$cubin" "host/cuda/$source.cu") > "$cubin.said" 2>&1 ||
       ! "$nvdisasm" -c "$cubin" > "$cubin.sass" 2> "$cubin.error"; then
      echo "sass.sh: $source for $architecture: $(cat "$cubin.said" "$cubin.error" 2> /dev/null | grep -m 1 -i error)" >&2
      exit 3
    fi
    awk -v architecture=$architecture -f "$here/sass_counts.awk" "$cubin.said" "$cubin.sass" | LC_ALL=C sort >> "$work/table"
  done
done
if [ $check = yes ]; then
  diff "$table" "$work/table" || exit 1
  echo "sass_counts.csv is what this compiler makes"
else
  cat "$work/table" > "$table"
fi
