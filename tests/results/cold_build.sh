#!/usr/bin/env bash
# CPU minutes of a command of this repository as a newcomer pays them: on a fresh clone of HEAD, every cache empty, packages there.
#   tests/results/cold_build.sh ./demo.sh
# Prints "<command>: C CPU minutes (user U, sys S), W minutes of wall clock" last; the exit status is the command's.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
git clone -q "$root" "$place/clone" && cd "$place/clone" || exit 3
export CCACHE_DIR=$place/ccache SCANSIM_CACHE=$place/rtl XDG_CACHE_HOME=$place/cache
unset BUILD_DIR SCANSIM_DATA
TIMEFORMAT='%R %U %S'
clocks=$({ time "$@" >"$place/log" 2>&1; } 2>&1)
status=$?
((status == 0)) || tail -n 20 "$place/log"
read -r wall user system <<<"$clocks"
awk -v what="$*" -v w="$wall" -v u="$user" -v s="$system" \
  'BEGIN { printf "%s: %.1f CPU minutes (user %.1f, sys %.1f), %.1f minutes of wall clock\n", what, (u + s) / 60, u / 60, s / 60, w / 60 }'
exit $status
