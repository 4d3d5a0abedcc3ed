#!/usr/bin/env bash
# Functional coverage as a process: runs leave what their RTL hit, `scansim coverage` unites it, a bin that no run hits shows, a
# stale exclusion is refused, floors that are not met are named, a regression has the coverage of its jobs in its report.
#   tests/coverage/functional_check.sh SCANSIM
# Contract: a line for each claim that does not hold; exit 1 if there is one.
set -uo pipefail
scansim=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
say() { echo "$1"; failed=1; }
has() { grep -qF -- "$2" "$1" || say "$1 has no line with: $2"; }

"$scansim" trace generate --channels 4 --states 8 --length 32 --h0 --seed 3 --out t.safetensors >/dev/null || exit 1
run() { # TEST MEMORY
  SCANSIM_BINS=bins SCANSIM_BINS_TEST=$1 "$scansim" compare t.safetensors --config tiny --rungs hls,rtl --memory "$2" --quiet \
    >/dev/null || say "the run '$1' failed"
}
run one ideal
run two random
echo '[]' >none.yaml
"$scansim" coverage bins --exclude none.yaml --csv c.csv >out || say "two records are not united"
has c.csv 'axi/memory ideal;covered;one'
has c.csv 'axi/memory random;covered;two'
has c.csv 'list/count=1;covered;one'
has c.csv 'descriptor_cross/scan.has_h0=1;covered;one'
has c.csv 'descriptor_cross/scan.has_h0=0;open;'
has out '  axi/memory latency'
has out '2 of 2 tests hit all that is hit:'

# Planted: what only the second run hit is missing without it.
for record in bins/*; do grep -q '"test":"two"' "$record" && rm "$record"; done
"$scansim" coverage bins --exclude none.yaml >out
has out '  axi/memory random'

echo '- {bin: list/count=1, reason: planted}' >stale.yaml
"$scansim" coverage bins --exclude stale.yaml >/dev/null 2>err
[[ $? -eq 2 ]] || say "a stale exclusion is taken"
has err 'list/count=1 is hit by one'
"$scansim" coverage bins --exclude none.yaml --at-least 99 --at-least axi=1 >out 2>err
[[ $? -eq 1 ]] || say "--at-least 99 is met by one run"
[[ $(wc -l <err) -eq 1 ]] || say "a floor that is not met is not one line"
has err 'all: '
has err 'expected 99 %; open: '
has out 'open, '
"$scansim" coverage bins --exclude none.yaml --at-least 1 --at-least axi=1 >/dev/null 2>err || say "a floor of 1 % is not met"
[[ -s err ]] && say "a floor that is met is complained about"
"$scansim" coverage bins --exclude none.yaml --at-least 1 --at-least illegal=100 >/dev/null 2>err
[[ $? -eq 1 ]] || say "a run without an illegal list meets illegal=100"
has err 'illegal: 0 of '
for wrong in ilegal=1 101 axi= x; do
  "$scansim" coverage bins --at-least "$wrong" >/dev/null 2>err
  [[ $? -eq 2 ]] || say "--at-least $wrong is taken"
  has err '--at-least: expected '
done

# A run again adds no record, a run that nobody asks leaves none.
records=$(find bins -name '*.bins.json' | wc -l)
run one random
[[ $(find bins -name '*.bins.json' | wc -l) -eq $records ]] || say "a run of the same test left another record"
"$scansim" coverage bins --exclude none.yaml --csv c.csv >/dev/null
has c.csv 'axi/memory ideal;covered;one'
has c.csv 'axi/memory random;covered;one'
mkdir quiet
(cd quiet && env -u SCANSIM_BINS "$scansim" compare ../t.safetensors --config tiny --rungs hls,rtl --quiet >/dev/null)
[[ -z $(ls -A quiet) ]] || say "a run without SCANSIM_BINS left $(ls -A quiet)"

mkdir nothing
"$scansim" coverage nothing >/dev/null 2>&1
[[ $? -eq 2 ]] || say "a folder without records is taken"

cat >plan.yaml <<'PLAN'
regress: 1
name: covered
design_points: [tiny]
memories: [random, ideal]
testpoints: [{name: scans, desc: short scans, stage: V1, tests: [scan]}]
tests:
  - name: scan
    kind: compare
    rungs: [hls, rtl]
    stimulus: {operator: selective_scan, channels: 1..4, states: 1..8, length: 1..9, reverse: coin}
    seeds: 2
PLAN
"$scansim" regress run plan.yaml --out r --jobs 2 >/dev/null || say "the regression failed"
"$scansim" regress report r --markdown m.md >/dev/null || say "the regression has no report"
has m.md '| descriptor_cross |'
"$scansim" coverage r --csv c.csv >/dev/null || say "the regression has no coverage"
has c.csv 'axi/memory random;covered;scan tiny random: selective_scan'
exit $failed
