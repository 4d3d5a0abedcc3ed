#!/usr/bin/env bash
# Plants every error of block_mutations.txt in a copy of the RTL and says which test of the block programs notices it:
# block_agreement at its own small point; illegal_descriptor, block_program_agreement, program_agreement at block-tiny, then
# blocks at block (words of 32 bytes, where B and C share words), then machine_agreement (scans alone).
#   tests/mutation/block_campaign.sh [FILTER]     FILTER: regular expression on the lines of the table
# BUILD_DIR (default build) holds the test programs. Needs perl and Verilator. Exit: 0 all noticed, 1 a survivor or an error.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
filter=${1:-.}
tests=${BUILD_DIR:-$root/build}/tests
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
data=$work/data
mkdir "$data"
for folder in models sim traces; do ln -s "$root/$folder" "$data/$folder"; done

# Status of one test on the mutated RTL; 99 when the mutant does not build.
check() {
  timeout 400 env SCANSIM_DATA="$data" SCANSIM_CACHE="$work/cache" "$tests/$1_test" "$2" </dev/null >"$work/log" 2>&1
  local status=$?
  grep -q -e 'verilating .*failed with status' -e 'compiling .*failed with status' "$work/log" && return 99
  return $status
}

plant() {
  perl -0777 -e 'my ($f, $from, $to) = @ARGV; open F, $f or die; my $t = <F>; my $n = () = $t =~ /\Q$from\E/g;
    exit 1 if $n != 1; $t =~ s/\Q$from\E/$to/; open O, ">", $f or die; print O $t;' "$data/rtl/$1" "$2" "$3"
}

verdict() {
  local test
  for test in "sim/block_agreement|*" "program/illegal_descriptor|*" "program/block_program_agreement|*16 bytes*" \
    "program/program_agreement|*16 bytes*" "program/block_program_agreement|*32 bytes*" \
    "sim/machine_agreement|*every cycle*"; do
    check "${test%%|*}" "${test##*|}"
    case $? in
      0) ;;
      99) echo "error: does not build"; return ;;
      *) test=${test%%|*}; echo "caught by ${test##*/}"; return ;;
    esac
  done
  echo survived
}

failed=0
while IFS= read -r line; do
  [[ -z $line || $line == \#* || ! $line =~ $filter ]] && continue
  IFS='@' read -r file from to what <<<"${line// | /@}"
  rm -rf "$data/rtl" "$work/cache"
  cp -r "$root/rtl" "$data/rtl"
  if plant "$file" "$from" "$to"; then result=$(verdict); else result="error: text not found once"; fi
  printf '%-60s %s\n' "$what" "$result"
  [[ $result == caught* ]] || failed=1
done <"$here/block_mutations.txt"
exit $failed
