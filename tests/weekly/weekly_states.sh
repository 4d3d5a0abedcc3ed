#!/usr/bin/env bash
# .ci/weekly as a process, on parts that are made up: held, below its bar, dead in each of its ways.
#   tests/weekly/weekly_states.sh WEEKLY
# Contract: a line for each claim that does not hold; exit 1 if there is one.
set -uo pipefail
weekly=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export BUILD_DIR=$work/build
failed=0
cat >"$work/parts" <<'PARTS'
# name | least | counts | command | rehearsal
good | 3 | ([0-9]+) ran | echo 3 ran | echo 1 rehearsed
short | 3 | ([0-9]+) ran | echo 2 ran | true
broken | 1 | ([0-9]+) ran | echo 4 ran; exit 2 | echo 1 rehearsed; exit 3
below | 1 | ([0-9]+) ran | echo 4 ran; exit 1 | echo 1 ran
gone | 1 | ([0-9]+) ran | /no/such/program | exit 77
silent | 1 | ([0-9]+) ran | true | true
PARTS

# expect STATUS LINE ARGUMENT...: that status, and a line that has this text.
expect() {
  "$weekly" --parts "$work/parts" "${@:3}" >"$work/out" 2>&1
  local status=$?
  [[ $status -eq $1 ]] || { echo "${*:3}: status $status, expected $1"; failed=1; }
  grep -qF -- "$2" "$work/out" || { echo "${*:3}: no line with: $2"; cat "$work/out"; failed=1; }
}
expect 0 '| good | held | 3 |' good
expect 2 '| short | dead: 2 ran, expected 3 | 2 |' short
expect 2 '| broken | dead: status 2 | 4 |' broken
expect 1 '| below | bar not held | 4 |' below
expect 2 '| gone | dead: status 127 | 0 |' gone
expect 2 '| silent | dead: 0 ran, expected 1 | 0 |' silent
expect 2 '| good | held | 3 |' good below broken
expect 1 '| good | held | 3 |' good below
expect 2 'expected parts of these names' good other
expect 2 'unknown option' --other
expect 0 '| good | held | 1 |' --rehearse good
expect 2 '| short | dead: 0 ran, expected 1 | 0 |' --rehearse short
expect 2 '| broken | dead: status 3 | 1 |' --rehearse broken
expect 0 '| gone | skipped | 0 |' --rehearse gone
[[ -s $BUILD_DIR/weekly/1/weekly.md ]] || { echo "no page"; failed=1; }
echo 'torn | 1 | x' >"$work/parts"
expect 2 'expected five fields, found 3'
exit $failed
