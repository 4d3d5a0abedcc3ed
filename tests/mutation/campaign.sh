#!/usr/bin/env bash
# Plants every error of mutations.txt in a copy of the RTL and says whether the checks notice it: first `scansim compare`
# on generated traces, at points lanes, tiny and narrow_port; then, for what survives that, the random scans of machine_rtl_test.
#   tests/mutation/campaign.sh [FILTER]     FILTER: regular expression on the lines of the table
# SCANSIM and MACHINE_RTL_TEST name the programs (default: those of build/). Needs perl, and Verilator as they do.
# caught: the rungs disagree (1), a protocol error or hang (3) or no end in time. survived: all checks agree (0).
# Anything else (text not found once, mutant does not build, bad input) is an error of the table.
# Exit: 0 all caught but the equivalent ones, 1 a survivor or an error.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
filter=${1:-.}
scansim=${SCANSIM:-$root/build/bin/scansim}
machine_test=${MACHINE_RTL_TEST:-$root/build/tests/rtl/machine_rtl_test}
for program in "$scansim" "$machine_test"; do
  [[ -x $program ]] || { echo "campaign: $program is not there; build it or set SCANSIM, MACHINE_RTL_TEST" >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
data=$work/data
mkdir "$data"
for folder in models sim traces; do ln -s "$root/$folder" "$data/$folder"; done

generate() { "$scansim" trace generate "${@:2}" --out "$work/$1.safetensors" >/dev/null || exit 1; }
generate batch --channels 14 --states 11 --groups 2 --length 37 --batch 2 --seed 3
generate reverse --channels 13 --states 16 --length 45 --seed 4 --reverse --h0
generate decode --channels 5 --states 6 --length 4 --seed 5 --decode --h0
generate one --channels 2 --states 4 --length 40 --seed 6 --no-z --no-softplus
generate narrow --channels 64 --states 4 --length 16 --batch 8 --seed 8 --no-z
generate long --channels 5 --states 5 --length 700 --seed 7
# Trace, memory, seed; the cheapest and most telling first.
runs=("reverse random 1" "batch dram-ddr4 1" "one ideal 1" "decode random 2" "batch random 3" "long random 4"
  "reverse ideal 1" "one random 5" "long dram-ddr4 1" "decode dram-ddr4 1" "long ideal 1" "reverse dram-ddr4 1" "narrow ideal 1")

# Status of one check, with its output in $work/log; a mutant that does not build must not look like a caught one.
check() {
  local limit=120
  [[ $1 == "$machine_test" ]] && limit=400
  timeout "$limit" env SCANSIM_DATA="$data" SCANSIM_CACHE="$work/cache" "$@" </dev/null >"$work/log" 2>&1
  local status=$?
  if grep -q -e 'verilating .*failed with status' -e 'compiling .*failed with status' "$work/log"; then status=99; fi
  return $status
}

# cases CASE...: the first of these cases of machine_rtl_test that fails on the mutated RTL.
cases() {
  local test_case
  for test_case in "$@"; do
    check "$machine_test" "$test_case"
    case $? in
      0) continue ;;
      99) echo "error: does not build"; return ;;
      124) echo "caught by case '$test_case' (no end)"; return ;;
    esac
    if grep -q 'No test cases matched' "$work/log"; then echo "error: no case '$test_case'"; return; fi
    echo "caught by case '$test_case'"
    return
  done
  echo survived
}

# leaf STEM: the leaf test of that stem (tests/rtl), built around the mutated RTL.
leaf() {
  local folder
  for folder in CMakeLists.txt hls host tests; do ln -sfn "$root/$folder" "$data/$folder"; done
  if ! { cmake -S "$data" -B "$work/build" -G Ninja && ninja -C "$work/build" "$1_test"; } >"$work/log" 2>&1; then
    echo "error: leaf test does not build"
  elif timeout 120 "$work/build/tests/rtl/$1_test" >"$work/log" 2>&1; then
    echo survived
  else
    echo "caught by leaf test $1"
  fi
}

# Prints the outcome of the mutated RTL: "caught by ...", "survived" or "error ...".
outcome() {
  local point run trace memory seed status
  for point in "$here/lanes.yaml" tiny "$here/narrow_port.yaml"; do
    for run in "${runs[@]}"; do
      if [[ $point == */narrow_port.yaml ]]; then [[ $run == narrow* ]] || continue; else [[ $run != narrow* ]] || continue; fi
      read -r trace memory seed <<<"$run"
      check "$scansim" compare "$work/$trace.safetensors" --config "$point" --memory "$memory" --seed "$seed" --quiet
      status=$?
      case $status in
        0) continue ;;
        1 | 3) echo "caught by $(basename "$point" .yaml) $trace $memory ($status)"; return ;;
        124) echo "caught by $(basename "$point" .yaml) $trace $memory (no end)"; return ;;
        99) echo "error: does not build"; return ;;
        *) echo "error: status $status"; return ;;
      esac
    done
  done
  cases '*point tiny' '*unusual parameters'  # random scans, with saturations that calibrated traces do not have
}

# apply FILE TEXT REPLACEMENT: replaces the only occurrence, or fails.
apply() {
  TEXT=$2 NEW=$3 perl -0777 -i -pe '
    my ($text, $new) = @ENV{"TEXT", "NEW"}; s/\\n/\n/g for $text, $new;
    my $at = index($_, $text);
    die "not found\n" if $at < 0; die "found twice\n" if index($_, $text, $at + 1) >= 0;
    substr($_, $at, length $text) = $new;' "$1" 2>"$work/log"
}

caught=0 survived=0 unexpected=0
while IFS= read -r line; do
  [[ -z $line || $line == \#* || ! $line =~ $filter ]] && continue
  mapfile -t field < <(perl -e 'print "$_\n" for split / \| /, $ARGV[0]' "$line")
  rm -rf "$data/rtl" "$work/cache"
  cp -r "$root/rtl" "$data/rtl"
  note=${field[4]:-}
  if [[ ${#field[@]} -lt 4 ]]; then
    result="error: four fields needed"
  elif ! apply "$data/rtl/${field[0]}" "${field[1]}" "${field[2]}"; then
    result="error: text $(tail -n1 "$work/log")"
  else
    case $note in
      case:*) result=$(cases "${note#case: }") ;;
      leaf:*) result=$(leaf "${note#leaf: }") ;;
      *) result=$(outcome) ;;
    esac
  fi
  case $result in
    caught*) caught=$((caught + 1)) ;;
    survived*) survived=$((survived + 1))
      if [[ $note == equivalent:* ]]; then result="survived, $note"; else unexpected=$((unexpected + 1)); fi ;;
    *) unexpected=$((unexpected + 1)) ;;
  esac
  printf '%-30s %-50s %s\n' "${field[0]##*/}" "${field[3]:-?}" "$result"
done <"$here/mutations.txt"
echo "$caught caught, $survived survived"
[[ $unexpected -eq 0 ]]
