#!/bin/bash
# run_plan.sh PROGRAM BUILD PLAN [OPTION...]: `scansim regress run PLAN` into a folder of BUILD with the machines that the tests
# have built, and the reports beside it. The status is that of the run. A folder of before is kept: BUILD/regress/PLAN-N.
set -u
program=$1 build=$2 plan=$3
export SCANSIM_CACHE=${SCANSIM_CACHE:-$build/test-cache}
for ((n = 1; ; n++)); do
  folder=$build/regress/$plan-$n
  mkdir -p "$build/regress" && mkdir "$folder" 2>/dev/null && break
  [ -d "$folder" ] || exit 3
done
"$program" regress run "$plan" --out "$folder" "${@:4}"
status=$?
if [ -f "$folder/run.json" ]; then
  "$program" regress report "$folder" --junit "$folder.xml" --html "$folder.html" --markdown "$folder.md" >/dev/null
  echo "reports: $folder.xml, .html, .md"
fi
exit $status
