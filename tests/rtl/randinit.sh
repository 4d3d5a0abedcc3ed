#!/usr/bin/env bash
# Is every register that matters reset? A library of kind randinit fills all of them with random bits before reset; the rungs
# must agree all the same, whatever the seed, and a reset that is taken away must be noticed.
#   tests/rtl/randinit.sh SCANSIM SOURCE_FOLDER [POINT...]     default: tiny; others: edge, those with block or sets in their names
# Exit: 0 it is so, 1 it is not, 2 a tool fails.
set -uo pipefail
unset SCANSIM_BINS  # registers that begin anywhere hit bins that no work does
scansim=$(realpath "$1") root=$(realpath "$2")
shift 2
points=("${@:-tiny}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

generate() { "$scansim" trace generate "${@:2}" --out "$work/$1.safetensors" >/dev/null || exit 2; }
generate reverse --channels 13 --states 16 --length 45 --seed 4 --reverse --h0
generate batch --channels 14 --states 11 --groups 2 --length 37 --batch 2 --seed 3
generate block --operator mamba_block --model-width 32 --channels 64 --states 8 --length 12 --pattern 4:16 --seed 2
generate conv --operator conv1d --channels 40 --length 21 --state --seed 13
generate sets --operator scan_sets --channels 13 --states 16 --grid 6x5 --random-sets 4 --seed 22

# compare POINT TRACE SEED: status of the comparison, what it said in $work/log.
compare() {
  "$scansim" compare "$work/$2.safetensors" --config "$1" --memory random --seed "$3" --rungs systemc,rtl --rtl-build randinit \
    --quiet >"$work/log" 2>&1
}

for point in "${points[@]}"; do
  traces=(reverse batch)
  [[ $point == *block* ]] && traces=(block conv)
  [[ $point == *sets* ]] && traces=(sets reverse)
  for trace in "${traces[@]}"; do
    for seed in 1 22 333; do
      compare "$point" "$trace" "$seed"
      status=$?
      echo "$point $trace seed $seed: status $status"
      [[ $status -eq 0 ]] || { failed=1; tail -n2 "$work/log"; }
    done
  done
done

[[ " ${points[*]} " == *" tiny "* ]] || exit $failed

# Without its reset the read pointer of every queue.
data=$work/data
mkdir -p "$data"
ln -s "$root"/{models,sim,traces} "$data"
cp -r "$root/rtl" "$data/rtl"
said=$(python3 -B "$root/tests/mutation/planted.py" plant "$data/rtl" stream/ssm_stream_fifo.sv '\n      read_q  <= '"'0;" '')
[[ -z $said ]] || { echo "randinit: planted error: $said"; exit 2; }
SCANSIM_DATA=$data SCANSIM_CACHE=$work/cache compare tiny batch 1
status=$?
echo "planted: read pointer not reset: status $status: $(tail -n1 "$work/log")"
if [[ $status -ne 1 && $status -ne 3 ]] || grep -q -e 'verilating .*failed' -e 'compiling .*failed' "$work/log"; then failed=1; fi
exit $failed
