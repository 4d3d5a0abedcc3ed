#!/bin/bash
# device_run.sh with stubs in the place of programs and of NVIDIA's tools: the whole run and its way home, a kill
# between two records, a step that hangs, a grid that fails, what it refuses. No device and no CUDA needed.
set -u
script=$(cd "$(dirname "$0")/../../../../host/cuda" && pwd)/device_run.sh
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
fail() { echo "$1"; [ ! -f "${2:-}" ] || cat "$2"; exit 1; }
expect() { [ "$1" = "$2" ] || fail "$3: expected $2, found $1" "${4:-}"; }

# --- stubs: each writes down how it was called; what is in $STUB makes it fail or hang ---
mkdir -p "$place/build/bin" "$place/tools"
stub() { cat > "$1"; chmod +x "$1"; }
stub "$place/build/bin/scansim" << 'STUB'
#!/bin/bash
echo "scansim $*" >> "$STUB/calls"
case "$1 $2" in
  "gpu info")
    echo "kernels: compiled by nvcc 13.0.88 for sm_80, sm_90 with $(cat "$STUB/flags" 2> /dev/null || echo -O3)"
    echo "device: NVIDIA Example, compute capability 9.0, 132 multiprocessors, 80.0 GiB, L2 50.0 MiB" ;;
  "trace generate") echo trace > "${!#}" ;;
  "gpu record")
    trace=$3 precisions=fp32 out=.
    while [ $# -gt 0 ]; do
      case $1 in --precision) precisions=$2 ;; --out) out=$2 ;; esac
      shift
    done
    name=$(basename "$trace" .safetensors)
    [ "$(cat "$STUB/hangs" 2> /dev/null)" != "$name" ] || { touch "$STUB/hanging"; sleep 15; }
    mkdir -p "$out"
    for precision in ${precisions//,/ }; do
      at=$out/$name-0123456789ab-$precision
      size=1000
      [ "$name" != p28b ] || size=20000000
      head -c $size /dev/zero > "$at.outputs.safetensors"
      printf '{\n  "origin": "recorder",\n  "outputs": {\n    "file": "f",\n    "sha256": "s"\n  },\n  "protocol": {\n    "warm_up": 20\n  }\n}\n' > "$at.json"
    done ;;
  "gpu import")
    while [ $# -gt 0 ]; do [ "$1" != --json ] || echo '{}' > "$2"; shift; done ;;
esac
STUB
for grid in scan ssd conv quamba layer; do
  stub "$place/build/bin/${grid}_device_test" << 'STUB'
#!/bin/bash
echo "$(basename "$0") $*" >> "$STUB/calls"
[ "$(cat "$STUB/sleeps" 2> /dev/null)" != "$(basename "$0")" ] || sleep 60
[ "$(cat "$STUB/wrong" 2> /dev/null)" != "$(basename "$0")" ]
STUB
done
for tool in ncu compute-sanitizer nvidia-smi; do
  stub "$place/tools/$tool" << 'STUB'
#!/bin/bash
echo "$(basename "$0") $*" >> "$STUB/calls"
case "$*" in
  *clocks_event_reasons*lms*) while :; do echo "now, 300 W, 61, 0x4"; sleep 0.1; done ;;
  *clocks_event_reasons*) exit 1 ;;
  *clocks_throttle_reasons*lms*) while :; do echo "now, 300 W, 61, 0x4"; sleep 0.1; done ;;
esac
STUB
done
export PATH=$place/tools:$PATH
new_case() { export STUB=$place/$1 OUT=$place/$1/out; mkdir -p "$STUB"; }

# --- pack, run, take ---
new_case whole
"$script" pack "$place/pack" "$place/build" > "$STUB/packed" || fail "pack ends with $?" "$STUB/packed"
[ -f "$place/pack/share/models/gpu/h100-sxm.yaml" ] || fail "pack leaves out the datasheets"
"$place/pack/device_run.sh" run > "$STUB/said" 2>&1
expect $? 0 "status of a run" "$STUB/said"
for used in "p130.safetensors --precision bf16,fp32 .*--tune" "vim64" "d130x64" "m2p.safetensors --precision" "m2d" \
  "conv.safetensors --precision" "convd" "cross.safetensors --precision bf16,fp32" " layer.safetensors --precision" \
  "vimlayer.safetensors --precision" "p130.safetensors --precision int8" "d130x64.safetensors --precision int8" "m2p.safetensors --precision int8" \
  "m2d.safetensors --precision int8,bf16-int8-state" "d130x64.safetensors --precision bf16-int8-state" "d28bx64" "gpu correlate"; do
  grep -q -- "$used" "$STUB/calls" || fail "a run does not use $used" "$STUB/calls"
done
for tool in "ncu .*ssd_" "ncu .*selective_scan" "ncu .*state_update" "tool racecheck" "memcheck.*ssd_device_test"; do
  grep -q -- "$tool" "$STUB/calls" || fail "a run does not ask $tool" "$STUB/calls"
done
mkdir "$STUB/root" && "$place/pack/device_run.sh" take "$OUT" "$STUB/root" > "$STUB/taken" || fail "take ends with $?" "$STUB/taken"
records=$STUB/root/traces/gpu/nvidia-example
for record in p130-0123456789ab-bf16 p130-0123456789ab-int8 m2p-0123456789ab-fp32 conv-0123456789ab-bf16; do
  [ -f "$records/$record.json" ] && [ -f "$records/$record.outputs.safetensors" ] || fail "record $record did not come home" "$STUB/said"
done
[ -f "$records/ncu-m2p-bf16.json" ] || fail "the import of ncu did not come home"
grep -q '"outputs": null,' "$records/p28b-0123456789ab-bf16.json" || fail "outputs that are too long are still named"
[ ! -f "$records/p28b-0123456789ab-bf16.outputs.safetensors" ] || fail "outputs that are too long came home"
expect "$(grep -c '[{}]' "$records/p28b-0123456789ab-bf16.json")" 4 "braces of a profile whose outputs were left"
tar xzf "$OUT/results.tgz" -C "$STUB" ./board.csv ./steps.txt
grep -q "300 W, 61" "$STUB/board.csv" || fail "the board was not logged (reasons by their name of before CUDA 12.2)"

# --- killed while the third record is made: two are there ---
new_case killed
echo m2p > "$STUB/hangs"
setsid "$place/pack/device_run.sh" run > "$STUB/said" 2>&1 &  # a group of its own, so that nothing of it stays
run=$!
for ((i = 0; i < 300; ++i)); do [ -f "$STUB/hanging" ] && break; sleep 0.1; done
kill -9 -- -$run
wait $run 2> /dev/null
tar tzf "$OUT/results.tgz" > "$STUB/held" || fail "a kill leaves no whole archive"
for record in p130-0123456789ab-bf16 d130x64-0123456789ab-fp32; do
  grep -q "traces/gpu/nvidia-example/$record.json" "$STUB/held" || fail "a kill lost $record" "$STUB/held"
done
grep -q steps.txt "$STUB/held" || fail "a kill lost steps.txt"

# --- a step that hangs ends with the time that is left, and the rest is said to be skipped ---
new_case late
echo ssd_device_test > "$STUB/sleeps"
begin=$SECONDS
"$place/pack/device_run.sh" run 6 > "$STUB/said" 2>&1
expect $? 1 "status of a run without time" "$STUB/said"
[ $((SECONDS - begin)) -le 20 ] || fail "a run of 6 s took $((SECONDS - begin)) s"
grep -q "grid_ssd status 124" "$STUB/said" || fail "a hanging step is not ended" "$STUB/said"
tar tzf "$OUT/results.tgz" > /dev/null || fail "no archive of a run without time"

# --- kernels that fail a grid are not timed ---
new_case wrong
echo conv_device_test > "$STUB/wrong"
"$place/pack/device_run.sh" run > "$STUB/said" 2>&1
expect $? 1 "status after a failed grid" "$STUB/said"
! grep -q "gpu record" "$STUB/calls" || fail "a kernel that fails its grid is timed" "$STUB/calls"
grep -q "tool racecheck" "$STUB/calls" || fail "the sanitizers are not asked after a failed grid"

# --- refused ---
refused() { # STATUS WORDS COMMAND...
  local status=$1 words=$2 found
  shift 2
  "$@" > "$STUB/said" 2>&1
  found=$?
  expect $found "$status" "status of $*" "$STUB/said"
  expect "$(wc -l < "$STUB/said")" 1 "lines of $*" "$STUB/said"
  grep -q -- "$words" "$STUB/said" || fail "$*: expected $words" "$STUB/said"
}
new_case refused
CUDA_LAUNCH_BLOCKING=1 refused 3 "CUDA_LAUNCH_BLOCKING" "$place/pack/device_run.sh" run
echo "-O3 -use_fast_math" > "$STUB/flags"
refused 3 "fast mathematics" "$place/pack/device_run.sh" run
refused 3 "fast mathematics" "$script" pack "$place/other" "$place/build"
rm "$STUB/flags" "$place/build/bin/ssd_device_test"
refused 2 "ssd_device_test" "$script" pack "$place/other" "$place/build"
refused 2 "SECONDS" "$place/pack/device_run.sh" run soon
refused 2 "pack, run or take" "$script"
refused 2 "results.tgz" "$script" take "$STUB"
rm "$place/pack/bin/scansim"
refused 3 "scansim" env PATH=/usr/bin:/bin "$place/pack/device_run.sh" run
