#!/usr/bin/env bash
# Plants every error of scan_errors.txt, unit_errors.txt and set_errors.txt, one at a time, in a copy of the RTL and says which
# check notices it. An error that no check notices is a hole in the tests.
#   tests/mutation/campaign.sh [-j N] [--sample N] [FILTER]   FILTER: regular expression on the lines of the lists
#   tests/mutation/campaign.sh --check                        only: does every text still occur exactly once? (seconds)
#   tests/mutation/campaign.sh --rehearse                     and: do design points load, are there traces, programs, cases? (seconds)
# First a control: all checks must pass on the RTL as it is; without it nothing that follows would mean anything.
# Results stand in BUILD_DIR/mutation/<hash of RTL, lists and this script>.txt as they come; a line that has one there is
# not run again, so a campaign that was stopped goes on where it was. --sample runs N lines, the same ones every time.
# BUILD_DIR (default build) holds scansim and the test programs. PATIENCE multiplies the time limits of the checks, for a
# machine that is busy: a limit counts as caught. Needs perl and Verilator.
# caught: the rungs disagree or a test fails, a protocol error, a hang, no end in time. survived: every check agrees.
# Anything else (text not found once, mutant does not build, bad input) is an error of the campaign.
# Exit: 0 all caught but the equivalent ones, 1 a survivor or an error, 2 the campaign itself does not work.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${BUILD_DIR:-$root/build}
scansim=$build/bin/scansim
lists=("$here/scan_errors.txt" "$here/unit_errors.txt" "$here/set_errors.txt")
jobs=1 sample=0 check_only=0 rehearse=0 filter=.
while [[ $# -gt 0 ]]; do
  case $1 in
    -j) jobs=$2; shift ;;
    --sample) sample=$2; shift ;;
    --check) check_only=1 ;;
    --rehearse) rehearse=1 ;;
    *) filter=$1 ;;
  esac
  shift
done

source "$here/plant.sh"

check_lists() {
  ROOT=$root/rtl perl -e '
    my ($bad, $count) = (0, 0);
    for my $list (@ARGV) {
      open my $lines, "<", $list or die "$list: $!\n";
      while (my $line = <$lines>) {
        chomp $line;
        next if $line =~ /^(#|$)/;
        ++$count;
        my ($file, $text, $new, $what, $note) = split / \| /, $line;
        my $say = sub { print "$list line $.: $_[0]: $line\n"; ++$bad };
        if (!defined $what) { $say->("four fields needed"); next }
        $say->("unknown note") if defined $note && $note !~ /^(equivalent: .|case: .|leaf: .|test: \S+ .)/;
        my $path = "$ENV{ROOT}/$file";
        if (!-f $path) { $say->("no such file"); next }
        my $rtl = do { local (@ARGV, $/) = ($path); <> };
        s/\\n/\n/g for $text, $new;
        $say->("changes nothing") if $text eq $new;
        my $at = index($rtl, $text);
        $say->("text not found") if $at < 0;
        $say->("text found twice") if $at >= 0 && index($rtl, $text, $at + 1) >= 0;
      }
    }
    print "$count planted errors, $bad lines that do not fit the RTL\n";
    exit($bad > 0)' "${lists[@]}"
}

if [[ $check_only == 1 ]]; then
  check_lists
  exit
fi
check_lists || exit 2
[[ -x $scansim ]] || { echo "campaign: $scansim is not there; build everything first or set BUILD_DIR" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# rehearsal: what the checks name is there, without Verilating: a campaign that would be dead says so.
rehearsal() {
  local count=0 bad=0 one point
  there() {  # there WHAT COMMAND...
    count=$((count + 1))
    "${@:2}" >"$work/log" 2>&1 && return
    bad=$((bad + 1))
    echo "campaign: $1: $(tail -n1 "$work/log")"
  }
  has_case() { [[ -n $("$build/tests/$1_test" --list-test-names-only "$2") ]] || { echo "no case $2 of $1_test"; return 1; }; }
  for point in "$here/lanes.yaml" tiny "$here/narrow_port.yaml"; do there "design point $point" "$scansim" config show "$point"; done
  for one in "${runs[@]}"; do there "trace ${one%% *}" test -s "$work/${one%% *}.safetensors"; done
  while IFS= read -r one; do there "case ${one#* }" has_case "${one%% *}" "${one#* }"; done < <(
    printf '%s\n' "${scan_cases[@]}" "${unit_cases[@]}" "${set_cases[@]}"
    sed -nE 's/^[^#].* \| test: (\S+ .*)$/\1/p; s/^[^#].* \| case: (.*)$/machine_rtl \1/p' "${lists[@]}" | sort -u)
  while IFS= read -r one; do there "leaf test $one" grep -rqsF --include=CTestTestfile.cmake "add_test([=[$one]=]" "$build/tests"; done < <(
    sed -nE 's/^[^#].* \| leaf: (\S+)$/\1/p' "${lists[@]}" | sort -u)
  echo "campaign: $count rehearsed, $bad of them do not work"
  [[ $bad -eq 0 ]] || exit 2
}

results=$build/mutation/$(cd "$root" && find rtl tests/mutation -type f ! -name '*.md' -print0 | LC_ALL=C sort -z | xargs -0 cat | sha256sum | cut -c1-16).txt
mkdir -p "$build/mutation"
touch "$results"

generate() { "$scansim" trace generate "${@:2}" --out "$work/$1.safetensors" >/dev/null || exit 2; }
generate batch --channels 14 --states 11 --groups 2 --length 37 --batch 2 --seed 3
generate reverse --channels 13 --states 16 --length 45 --seed 4 --reverse --h0
generate decode --channels 5 --states 6 --length 4 --seed 5 --decode --h0
generate one --channels 2 --states 4 --length 40 --seed 6 --no-z --no-softplus
generate narrow --channels 64 --states 4 --length 16 --batch 8 --seed 8 --no-z
generate long --channels 5 --states 5 --length 700 --seed 7
# Trace, memory, seed; the cheapest and most telling first.
runs=("reverse random 1" "batch dram-ddr4 1" "one ideal 1" "decode random 2" "batch random 3" "long random 4"
  "reverse ideal 1" "one random 5" "long dram-ddr4 1" "decode dram-ddr4 1" "long ideal 1" "reverse dram-ddr4 1" "narrow ideal 1")
# Random scans, with saturations that calibrated traces do not have.
scan_cases=("machine_rtl *point tiny" "machine_rtl *unusual parameters")
# The machine with units: lists at a small point of its own; programs with words of 16 bytes, then of 32, where B and C
# share words; then scans alone.
unit_cases=("unit_agreement *" "illegal_descriptor *" "layer_agreement *16 bytes*" "program_agreement *16 bytes*"
  "layer_agreement *32 bytes*" "machine_agreement *every cycle*")
# Random lists of descriptors with sets.
set_cases=("set_agreement machine with sets*")

if [[ $rehearse == 1 ]]; then
  rehearsal
  exit
fi

# check LIMIT_S COMMAND...: its status on the RTL in $data, 99 when that does not build; what it printed in $data/log.
check() {
  timeout "$(($1 * ${PATIENCE:-1}))" env SCANSIM_DATA="$data" SCANSIM_CACHE="$cache" "${@:2}" </dev/null >"$data/log" 2>&1
  local status=$?
  if grep -q -e 'verilating .*failed with status' -e 'compiling .*failed with status' "$data/log"; then status=99; fi
  return $status
}

# by_cases "TEST CASE"...: the first of these that fails.
by_cases() {
  local one
  for one in "$@"; do
    check 600 "$build/tests/${one%% *}_test" --abort --rng-seed 1 "${one#* }"
    case $? in
      0) continue ;;
      99) echo "error: does not build" ;;
      124) echo "caught by $one (no end)" ;;
      126 | 127) echo "error: no test ${one%% *}" ;;
      *) if grep -q 'No test cases matched' "$data/log"; then echo "error: no case $one"; else echo "caught by $one"; fi ;;
    esac
    return
  done
  echo survived
}

# by_leaf STEM: the leaf test of that stem, built around the RTL in $data.
by_leaf() {
  local folder
  for folder in CMakeLists.txt hls host tests; do ln -sfn "$root/$folder" "$data/$folder"; done
  if ! { cmake -S "$data" -B "$data/build" -G Ninja -DSCANSIM_CUDA=OFF -DSCANSIM_UNITY=OFF && ninja -C "$data/build" "$1_test"; } >"$data/log" 2>&1; then
    echo "error: leaf test does not build"
  elif timeout 120 "$data/build/tests/$1_test" >"$data/log" 2>&1; then
    echo survived
  else
    echo "caught by leaf test $1"
  fi
}

by_compare() {
  local point run trace memory seed status
  for point in "$here/lanes.yaml" tiny "$here/narrow_port.yaml"; do
    for run in "${runs[@]}"; do
      if [[ $point == */narrow_port.yaml ]]; then [[ $run == narrow* ]] || continue; else [[ $run != narrow* ]] || continue; fi
      read -r trace memory seed <<<"$run"
      check 120 "$scansim" compare "$work/$trace.safetensors" --config "$point" --memory "$memory" --seed "$seed" --quiet \
        --rungs ref,hls,systemc,rtl
      status=$?
      case $status in
        0) continue ;;
        1 | 3) echo "caught by compare $(basename "$point" .yaml) $trace $memory ($status)" ;;
        124) echo "caught by compare $(basename "$point" .yaml) $trace $memory (no end)" ;;
        99) echo "error: does not build" ;;
        *) echo "error: compare ended with status $status: $(tail -n1 "$data/log")" ;;
      esac
      return
    done
  done
  echo survived
}

# outcome LIST NOTE: what the checks of that list say of the RTL in $data.
outcome() {
  local result
  case $2 in
    case:*) by_cases "machine_rtl ${2#case: }"; return ;;
    test:*) by_cases "${2#test: }"; return ;;
    leaf:*) by_leaf "${2#leaf: }"; return ;;
  esac
  case $1 in
    *unit_errors.txt) by_cases "${unit_cases[@]}"; return ;;
    *set_errors.txt) by_cases "${set_cases[@]}"; return ;;
  esac
  result=$(by_compare)
  [[ $result == survived ]] && result=$(by_cases "${scan_cases[@]}")
  echo "$result"
}

# A folder that SCANSIM_DATA can name: the repository with RTL of its own.
make_data() {
  data=$1 cache=$1/cache
  mkdir -p "$data"
  ln -sfn "$root"/{models,sim,traces} "$data"
  cp -r "$root/rtl" "$data/rtl"
}

result_of() { LINE=$1 awk -F'\t' '$1 == ENVIRON["LINE"] { result = $2 } END { print result }' "$results"; }

# run_line LIST LINE: plants it, finds the outcome, writes it down.
run_line() {
  local data cache result field what=$2
  mapfile -t field < <(fields "$2")
  make_data "$work/$BASHPID"
  result=$(plant "$data/rtl" "${field[0]}" "${field[1]}" "${field[2]}")
  if [[ -n $result ]]; then result="error: text $result"; else result=$(outcome "$1" "${field[4]:-}"); fi
  if [[ $result == survived && ${field[4]:-} == equivalent:* ]]; then result="survived, ${field[4]}"; fi
  rm -rf "$data"
  printf '%s\t%s\n' "$what" "$result" >>"$results"
}

control() {
  local list result
  [[ $(result_of control) == passed ]] && return
  echo "control: every check on the RTL as it is"
  make_data "$work/control"
  cache=${SCANSIM_CACHE:-$build/test-cache}  # of the tests, by content: the RTL as it is may be there already
  for list in "${lists[@]}"; do
    result=$(outcome "$list" "")
    if [[ $result == survived ]]; then continue; fi
    echo "campaign: the control failed, the campaign is dead: $result" >&2
    tail -n5 "$data/log" >&2
    exit 2
  done
  printf 'control\tpassed\n' >>"$results"
  rm -rf "$work/control"
}

list_of=() lines=()
for list in "${lists[@]}"; do
  while IFS= read -r line; do
    [[ -z $line || $line == \#* || ! $line =~ $filter ]] && continue
    lines+=("$line") list_of+=("$list")
  done <"$list"
done
chosen=("${!lines[@]}")
if [[ $sample -gt 0 ]]; then mapfile -t chosen < <(shuf -n "$sample" --random-source=<(yes 9) -i "0-$((${#lines[@]} - 1))" | sort -n); fi

control
done_before=0
for k in "${chosen[@]}"; do
  result=$(result_of "${lines[$k]}")
  if [[ -n $result && $result != error* ]]; then done_before=$((done_before + 1)); continue; fi
  while [[ $(jobs -rp | wc -l) -ge $jobs ]]; do wait -n; done
  echo "$(date +%H:%M) $((k + 1)) of ${#lines[@]}: ${lines[$k]%% *}"
  run_line "${list_of[$k]}" "${lines[$k]}" &
done
wait

caught=0 survived=0 equivalent=0 failed=0
for k in "${chosen[@]}"; do
  mapfile -t field < <(fields "${lines[$k]}")
  result=$(result_of "${lines[$k]}")
  case $result in
    caught*) caught=$((caught + 1)) ;;
    "survived, equivalent"*) survived=$((survived + 1)) equivalent=$((equivalent + 1)) ;;
    survived*) survived=$((survived + 1)) ;;
    *) failed=$((failed + 1)) ;;
  esac
  printf '%-34s %-52s %s\n' "${field[0]##*/}" "${field[3]}" "${result:-none}"
done
echo "${#chosen[@]} planted errors: $caught caught, $survived survived ($equivalent of them equivalent), $failed in error;" \
  "$done_before known from $results"
[[ $survived -eq $equivalent && $failed -eq 0 ]]
