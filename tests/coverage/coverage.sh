#!/usr/bin/env bash
# Which lines, branches and bits of ports do the runs of runs.txt reach in the RTL, over all their design points and memories?
#   tests/coverage/coverage.sh [--out FOLDER] [--only REGULAR EXPRESSION ON LINES OF runs.txt]
# Prints the holes and the percentages; leaves in FOLDER (default BUILD_DIR/coverage) the data of each run, merged.dat of all
# (verilator_coverage --annotate), bins of each run (for scansim coverage: queues, segments), coverage.info (lcov) and, where
# genhtml of lcov is installed, html/index.html. Lines that exclusions.yaml names, with the reason, do not count. BUILD_DIR: default build. Needs perl and Verilator.
# Exit: 0 every run agreed and the bars are held, 1 not, 2 the campaign itself does not work.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${BUILD_DIR:-$root/build}
out=$build/coverage only=. bar_line=98 bar_branch=95 bar_toggle=90
while [[ $# -gt 0 ]]; do
  case $1 in
    --out) out=$2; shift ;;
    --only) only=$2; shift ;;
    *) echo "coverage: unknown option $1" >&2; exit 2 ;;
  esac
  shift
done
scansim=$build/bin/scansim
[[ -x $scansim ]] || { echo "coverage: $scansim is not there; build everything first or set BUILD_DIR" >&2; exit 2; }
export SCANSIM_RTL_BUILD=coverage SCANSIM_COVERAGE=$out/data SCANSIM_BINS=$out/bins
rm -rf "$out"
mkdir -p "$out/data" "$out/traces"

failed=0
while read -r verb name rest; do
  case $verb in
    '' | \#*) continue ;;
    trace)
      # shellcheck disable=SC2086
      "$scansim" trace generate $rest --out "$out/traces/$name.safetensors" >/dev/null || exit 2
      continue
      ;;
  esac
  [[ "$verb $name $rest" =~ $only ]] || continue
  start=$SECONDS
  export SCANSIM_BINS_TEST="$verb $name $rest"
  case $verb in
    compare)
      read -r memory seed options <<<"$rest"
      # shellcheck disable=SC2086
      "$scansim" compare "$out/traces/$name.safetensors" --memory "$memory" --seed "$seed" --rungs hls,systemc,rtl --quiet \
        --config $options >"$out/log" 2>&1
      ;;
    cases) "$build/tests/${name}_test" "$rest" >"$out/log" 2>&1 ;;
    *) echo "runs.txt: unknown word $verb" >&2; exit 2 ;;
  esac
  status=$?
  echo "$verb $name $rest: status $status, $((SECONDS - start)) s"
  [[ $status -eq 0 ]] || { failed=$((failed + 1)); tail -n3 "$out/log"; }
done <"$here/runs.txt"

shopt -s nullglob
data=("$out"/data/*.dat)
[[ ${#data[@]} -gt 0 ]] || { echo "coverage: no run wrote data" >&2; exit 2; }
verilator_coverage --write "$out/merged.dat" "${data[@]}" >/dev/null || exit 2
perl "$here/summary.pl" "$root/rtl" "$here/exclusions.yaml" "$out/coverage.info" "${data[@]}" >"$out/summary" || { cat "$out/summary"; exit 2; }
cat "$out/summary"
if command -v genhtml >/dev/null; then
  genhtml --branch-coverage --quiet --output-directory "$out/html" "$out/coverage.info" && echo "pages: $out/html/index.html"
fi
awk -v line=$bar_line -v branch=$bar_branch -v toggle=$bar_toggle '
  $1 == "line:" && $5 < line || $1 == "branch:" && $5 < branch || $1 == "toggle:" && $5 < toggle { bad = 1 } END { exit bad }' \
  "$out/summary" || { echo "coverage: below $bar_line % of lines, $bar_branch % of branches or $bar_toggle % of bits of ports"; exit 1; }
[[ $failed -eq 0 ]]
