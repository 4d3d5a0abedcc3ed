#!/bin/bash
# Everything that is wanted of a GPU in one run of a quarter of an hour, on a machine that can build nothing:
#   device_run.sh pack FOLDER [BUILD]   here: programs of a build with nvcc, their libraries, data, this script
#   FOLDER/device_run.sh run [SECONDS]  there: 840 s if not said; results go to $OUT, ./out if not set
#   device_run.sh take OUT [ROOT]       here again: its records into ROOT/traces/gpu/<device>
# Every step has a limit of its own and what is left of the whole; the most valuable come first. After each of them
# $OUT/results.tgz is made anew and put in place at once, so that a kill at any time leaves what was done:
# steps.txt (name, exit status, seconds), what each step said, board.csv (power, clocks, temperature and throttle
# reasons ten times a second), traces/gpu/<device>/*.json. Outputs of 16 MiB or less lie in $OUT/outputs; longer ones
# are compared there with ref and left. Kernels that fail their grids are not timed: the sanitizers are asked instead.
# Exit status: 0 all steps, 1 a step failed or disagreed (the rest ran), 2 bad arguments, 3 the environment: no device,
# CUDA_LAUNCH_BLOCKING set (times would be the host's), kernels compiled with fast mathematics.
set -u
here=$(cd "$(dirname "$0")" && pwd)
programs="scansim scan_device_test ssd_device_test quamba_device_test conv_device_test layer_device_test"
most_output_bytes=$((16 << 20))
refuse() { echo "device_run.sh: $2" >&2; exit "$1"; }

check_flags() { # what `gpu info` said
  case "$1" in
    *"kernels: not compiled"*) refuse 3 "scansim: expected a build with nvcc, found none (cmake -DSCANSIM_CUDA=ON)" ;;
    *fast_math* | *fast-math* | *ftz=true* | *prec-div=false* | *prec-sqrt=false*)
      refuse 3 "scansim: expected kernels without fast mathematics, found $(printf '%s\n' "$1" | grep -m 1 '^kernels:')" ;;
  esac
}

# --- pack ---
pack() {
  local folder=$1 build=$2 source program found
  source=$(cd "$here/../.." && pwd)
  mkdir -p "$folder/bin" "$folder/lib" "$folder/share" || exit 3
  for program in $programs; do
    found=$(find "$build" -type f -perm -u+x -name "$program" 2> /dev/null | head -n 1)
    [ -n "$found" ] || refuse 2 "$build: expected the program $program, found none (cmake --build $build --target $program)"
    cp "$found" "$folder/bin/$program" || exit 3
    strip "$folder/bin/$program" 2> /dev/null
    # All but the C library and the driver's: those must be that machine's own.
    ldd "$found" 2> /dev/null | awk '$2 == "=>" && $3 ~ /^\// {print $3}' |
      grep -Ev '/(libc|libm|libpthread|libdl|librt|libcuda|libnvidia-ml)\.so' | while read -r library; do
        cp -L "$library" "$folder/lib/" || exit 3
      done
  done
  check_flags "$("$folder/bin/scansim" gpu info 2>&1)"
  mkdir -p "$folder/share/sim/mem"
  cp -r "$source/models" "$source/rtl" "$folder/share/" && cp -r "$source/sim/mem/parameters" "$folder/share/sim/mem/" &&
    cp "$here/device_run.sh" "$folder/" || exit 3
  echo "packed: $folder, $(du -sm "$folder" | cut -f 1) MB; there: $folder/device_run.sh run"
}

# --- take ---
take() {
  local out=$1 root=$2 profile folder
  [ -f "$out/results.tgz" ] || refuse 2 "$out: expected results.tgz of a run, found none"
  tar xzf "$out/results.tgz" -C "$root" --wildcards './traces/gpu/*' || refuse 3 "$out/results.tgz: no records in it"
  for profile in $(tar tzf "$out/results.tgz" --wildcards './traces/gpu/*.json'); do
    folder=$root/$(dirname "$profile")
    local outputs=$out/outputs/$(basename "${profile%.json}").outputs.safetensors
    [ ! -f "$outputs" ] || cp "$outputs" "$folder/" || exit 3
  done
  tar tzf "$out/results.tgz" --wildcards './traces/gpu/*.json'
}

# --- run ---
note() { echo "$*" | tee -a "$work/steps.txt"; }

repack() {
  tar czf "$OUT/.results.tgz" -C "$work" --exclude='*.safetensors' --exclude=./data --exclude='*.ncu-rep' . 2> /dev/null
  mv "$OUT/.results.tgz" "$OUT/results.tgz"
}

# step LIMIT NAME COMMAND...: its status, 125 where no time is left.
step() {
  local limit=$1 name=$2 left=$((total - SECONDS)) begin=$SECONDS status
  shift 2
  [ "$limit" -le "$left" ] || limit=$left
  if [ "$limit" -lt 3 ]; then
    note "$name skipped: no time left"
    failed=1
    return 125
  fi
  timeout -k 5 "$limit" "$@" > "$work/$name.txt" 2>&1
  status=$?
  note "$name status $status, $((SECONDS - begin)) s of $limit"
  [ $status = 0 ] || failed=1
  repack
  return $status
}

# A profile whose outputs are too long to come back has none.
keep_outputs() {
  local outputs profile
  for outputs in "$records"/*.outputs.safetensors; do
    [ -f "$outputs" ] || continue
    if [ "$(stat -c %s "$outputs")" -le $most_output_bytes ]; then
      [ -f "$OUT/outputs/$(basename "$outputs")" ] || cp "$outputs" "$OUT/outputs/"
      continue
    fi
    profile=${outputs%.outputs.safetensors}.json
    awk '/^  "outputs": \{/ {print "  \"outputs\": null,"; skip = 1} !skip {print} skip && /^  \}/ {skip = 0}' "$profile" \
      > "$profile.part" && mv "$profile.part" "$profile" && rm "$outputs"
  done
}

# record NAME PRECISIONS LIMIT [OPTION...]: and what ref says of the first precision.
record() {
  local name=$1 precisions=$2 limit=$3 precision
  shift 3
  wait_for "$name" || return
  step "$limit" "record_$name" scansim gpu record "$name.safetensors" --precision "$precisions" --out "$records" "$@" || true
  for precision in ${precisions//,/ }; do
    ls "$records/$name"-*-"$precision".json > /dev/null 2>&1 || continue
    step 40 "agree_${name}_$precision" scansim compare "$name.safetensors" --config edge --rungs ref,gpu --gpu recorded \
      --gpu-precision "$precision" --json "agree_${name}_$precision.json"
    break
  done
  keep_outputs
  repack
}

# The CPUs make the traces meanwhile.
wait_for() {
  while [ ! -f "$1.safetensors" ] && kill -0 "$generating" 2> /dev/null && [ $((total - SECONDS)) -gt 3 ]; do sleep 0.2; done
  [ -f "$1.safetensors" ] && return
  note "$1 skipped: its trace was not made"
  failed=1
  return 1
}

generate() {
  local name=$1
  shift
  scansim trace generate --seed 1 "$@" --out ".$name.safetensors" > "generate_$name.txt" 2>&1 && mv ".$name.safetensors" "$name.safetensors"
}
generate_all() {
  generate p130 --shape mamba-130m --length 2048
  generate d130x64 --shape mamba-130m --length 1 --decode --h0 --batch 64
  generate vim64 --shape vim-ti --batch 64
  generate m2p --shape mamba2-130m --length 2048
  generate m2d --shape mamba2-130m --length 16 --decode --batch 16
  generate conv --operator conv1d --channels 1536 --length 2048
  generate layer --operator mamba_block --shape mamba-130m --length 2048
  generate vimlayer --operator mamba_block --shape vim-ti --bidirectional --batch 16
  generate cross --operator scan_sets --shape vmamba-t.s1 --batch 8
  generate convd --operator conv1d --channels 1536 --length 1 --state
  generate d130 --shape mamba-130m --length 64 --decode --h0
  generate p28b --shape mamba-2.8b --length 2048
  generate d28bx64 --shape mamba-2.8b --length 1 --decode --h0 --batch 64
}

log_board() {
  local reasons
  for reasons in clocks_event_reasons.active clocks_throttle_reasons.active; do  # its name since 12.2, and before
    nvidia-smi --query-gpu=$reasons --format=csv > /dev/null 2>&1 || continue
    exec nvidia-smi --query-gpu=timestamp,power.draw,clocks.sm,clocks.mem,temperature.gpu,$reasons --format=csv -lms 100
  done
}

# profile NAME LAUNCHES PRECISION KERNELS: LAUNCHES kernels are a call; where the cycles go, and our own import of it.
profile() {
  local name=$1 launches=$2 precision=$3 kernels=$4
  [ -f "$name.safetensors" ] || return
  step 50 "ncu_$name" ncu --clock-control none --set full -k "regex:$kernels" --launch-skip $((4 * launches)) \
    --launch-count "$launches" -f -o "ncu_$name" scansim gpu record "$name.safetensors" --precision "$precision" \
    --repetitions 50 --energy-window 0 --out "ncu_tmp_$name" || return
  rm -rf "ncu_tmp_$name"
  ncu --import "ncu_$name.ncu-rep" --csv --page raw > "ncu_$name.raw.csv" 2>&1
  step 15 "import_$name" scansim gpu import --ncu "ncu_$name.raw.csv" --json "$records/ncu-$name-$precision.json" \
    --trace "$name.safetensors" --precision "$precision" --calls 1
}

sanitize() {
  step 150 memcheck compute-sanitizer --tool memcheck --error-exitcode 9 scan_device_test '[edges]'
  step 150 racecheck compute-sanitizer --tool racecheck --error-exitcode 9 scan_device_test '[options]'
  step 100 memcheck_ssd compute-sanitizer --tool memcheck --error-exitcode 9 ssd_device_test
}

run() {
  total=$1
  failed=0
  case "${CUDA_LAUNCH_BLOCKING:-0}" in
    0) ;;
    *) refuse 3 "CUDA_LAUNCH_BLOCKING: expected it unset, found $CUDA_LAUNCH_BLOCKING (times would be the host's)" ;;
  esac
  OUT=${OUT:-$PWD/out}
  mkdir -p "$OUT/outputs" && OUT=$(cd "$OUT" && pwd) || exit 3
  export PATH=$here/bin:$PATH LD_LIBRARY_PATH=$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  local info
  info=$(scansim gpu info 2>&1) || refuse 3 "scansim does not start: $(printf '%s\n' "$info" | head -n 1)"
  check_flags "$info"
  device=$(printf '%s\n' "$info" | sed -n 's/^device: \(.*\), compute capability.*/\1/p' | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9-')
  [ -n "$device" ] || refuse 3 "$(printf '%s\n' "$info" | grep -m 1 '^device:')"
  work=$(mktemp -d)
  cd "$work" || exit 3
  records=$work/traces/gpu/$device
  mkdir -p "$records" data/traces
  ln -s "$here"/share/* data/ && ln -s "$work/traces/gpu" data/traces/gpu
  export SCANSIM_DATA=$work/data
  log_board > board.csv 2>&1 &
  board=$!
  generate_all &
  generating=$!
  trap 'kill $board $generating 2> /dev/null; repack; rm -rf "$work"' EXIT
  trap 'exit 1' INT TERM HUP
  printf '%s\n' "$info" > info.txt
  nvidia-smi -q > smi.txt 2>&1
  note "device $device, $total s"
  repack

  # Are the kernels right?
  local right=yes grid
  for grid in "90 scan" "60 ssd" "30 conv" "40 quamba" "40 layer"; do
    step "${grid% *}" "grid_${grid#* }" "${grid#* }_device_test" || { [ $? = 125 ] || right=no; }
  done
  if [ $right = no ]; then
    note "a grid failed: nothing is timed, the sanitizers are asked"
    sanitize
    exit 1
  fi
  # How fast are they, with which configuration, at which energy?
  record p130 bf16,fp32 70 --tune
  record d130x64 bf16,fp32 60
  record m2p bf16,fp32 70
  record vim64 bf16,fp32 70 --tune
  record m2d bf16 40
  record conv bf16,fp32 60
  record convd bf16 30
  record cross bf16,fp32 40
  record layer bf16 50
  record vimlayer bf16 50
  record p130 int8 40 --tune
  record d130x64 int8 40
  record d130x64 bf16-int8-state 40
  record m2p int8 50
  record m2d int8,bf16-int8-state 50
  keep_outputs
  record d130 bf16 40
  # Where do their cycles go?
  profile p130 1 bf16 selective_scan
  profile d130x64 1 bf16 state_update
  profile m2p 3 bf16 ssd_
  record p28b bf16 60 --tune
  record d28bx64 bf16 40
  step 30 correlate scansim gpu correlate "$records" --csv correlation.csv --json correlation.json
  # What the emulation cannot show, in what time is left.
  sanitize
  note "records: $(find "$records" -name '*.json' | wc -l) in traces/gpu/$device"
  exit $failed
}

case "${1:-}" in
  pack) [ $# -ge 2 ] && [ $# -le 3 ] || refuse 2 "expected pack FOLDER [BUILD], found $*"; pack "$2" "${3:-$here/../../build}" ;;
  run)
    [[ "${2:-840}" =~ ^[1-9][0-9]*$ ]] || refuse 2 "SECONDS: expected a whole number > 0, found $2"
    run "${2:-840}" ;;
  take) [ $# -ge 2 ] && [ $# -le 3 ] || refuse 2 "expected take OUT [ROOT], found $*"; take "$2" "${3:-$here/../..}" ;;
  *) refuse 2 "expected pack, run or take, found '${1:-}'" ;;
esac
