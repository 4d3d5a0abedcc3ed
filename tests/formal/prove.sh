#!/usr/bin/env bash
# Proves the claims of *.sva about RTL modules for all time and from any state of the registers, by Yosys (README.md).
#   tests/formal/prove.sh [--errors | --errors=N [--seed=S]] [FILTER]   FILTER: regular expression on the names of proofs.txt
# --errors: plants the errors of errors.txt instead, one at a time: each must be refuted by a run that starts in reset; all,
# or N drawn by the seed, which is printed.
# Yosys: the program (Debian package yosys), or with SCANSIM_YOSYS the folder of the npm package @yowasp/yosys, run by
# Node.js. Exit: 0 all as it should be, 1 not, 77 skipped for want of the tool.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
plant() { python3 -B "$root/tests/mutation/planted.py" plant "$@"; }  # FOLDER FILE TEXT NEW: or says why not
errors=0 drawn= seed=$RANDOM
if [[ ${1:-} == --errors?(=*) ]]; then errors=1 drawn=${1#--errors}; drawn=${drawn#=}; shift; fi
if [[ ${1:-} == --seed=* ]]; then seed=${1#--seed=}; shift; fi
filter=${1:-.}

if [[ -n ${SCANSIM_YOSYS:-} ]]; then
  yosys() { node "$root/host/area/yosys.mjs" "$SCANSIM_YOSYS" . proof.ys proof.txt; }
elif command -v yosys >/dev/null; then
  yosys() { command yosys -q -s proof.ys; }
else
  echo "formal: skipped: no yosys (Debian package yosys, or SCANSIM_YOSYS: the folder of @yowasp/yosys)"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Claims hold from the first clock edge in reset on; a module below follows the one that is proved.
top_frame="(* anyseq *) logic f_any;
logic f_reset_q = 1'b0, f_holds;
always_ff @(posedge clk_i) if (!rst_ni) f_reset_q <= 1'b1;
assign f_holds = f_reset_q && rst_ni;"
frame_below="(* anyseq *) logic f_any;
logic f_holds;"

# with_claims TOP MODULE FILE: the module with its claims before its end, and without counter events (Yosys 0.23 reads no
# such port). What a module below takes for granted is to be proved here.
with_claims() {
  sed '/^endmodule/d; /\binc_o\b/d' "$3"
  if [[ $1 == "$2" ]]; then
    echo "$top_frame"
    cat "$here/$2.sva"
  else
    echo "$frame_below"
    sed 's/\bassume (/assert (/' "$here/$2.sva"
  fi
  echo endmodule
}

# prove TOP FILES PARAMETERS RTL: writes and runs proof.ys in the current folder; the outcome in one word.
prove() {
  local file module script parameter number=0
  script="read_verilog -sv -formal"
  for file in $2; do
    module=$(basename "$file" .sv)
    if [[ -f $here/$module.sva ]]; then with_claims "$1" "$module" "$4/$file"; else cat "$4/$file"; fi >"$number.sv"
    script+=" $number.sv"
    number=$((number + 1))
  done
  script+=$'\n'"hierarchy -check -top $1"
  for parameter in $3; do script+=" -chparam ${parameter/=/ }"; done
  script+=$'\nproc\nflatten\nasync2sync\nmemory_map\ncd '$1$'\n'
  # A claim sees the modules below by lines like `logic f_inside;  // = u_fifo.f_count_q`.
  script+=$(sed -nE 's|^ *logic.* (f_[a-z0-9_]*); *// = (.*)$|connect -nounset -set \1 \2|p' "$here/$1.sva")$'\n'
  script+=$(sed -nE 's|^ *logic.*; *// = (.*)\.f_.*$|connect -nounset -set \1.f_holds f_holds|p' "$here/$1.sva" | sort -u)$'\n'
  script+=$'opt -nodffe -nosdff\ndffunmap\n'
  script+='tee -o proof.txt sat -tempinduct -prove-asserts -set-assumes -maxsteps 12 -timeout 300'
  echo "$script" >proof.ys
  rm -f proof.txt
  if ! yosys >log 2>&1; then echo "error"; return; fi
  if grep -q 'Induction step proven: SUCCESS' proof.txt; then echo "proved"
  elif grep -q 'model found for base case: FAIL' proof.txt; then echo "refuted"
  else echo "open"; fi
}

# run_proof NAME RTL: that proof on that RTL, in a folder of its own.
run_proof() {
  local name top files parameters
  IFS='|' read -r name top files parameters <<<"$(grep -E "^$1 *\|" "$here/proofs.txt")"
  mkdir -p "$work/proof"
  cd "$work/proof" && prove "${top// /}" "$files" "$parameters" "$2"
}

# The lines of errors.txt that pass the filter: all of them, or $drawn.
errors_to_plant() {
  grep -vE '^(#|$)' "$here/errors.txt" | awk -F'|' -v filter="$filter" -v seed="$seed" '
    BEGIN { srand(seed) } { name = $1; gsub(/ /, "", name) } name ~ filter { printf "%.9f\t%s\n", rand(), $0 }' |
    if [[ -n $drawn ]]; then sort | head -n "$drawn"; else cat; fi | cut -f2-
}

bad=0 count=0
say() {  # say EXPECTED FOUND NAME WHAT START
  count=$((count + 1))
  printf '%-16s %-8s %5.1f s  %s\n' "$3" "$2" "$(bc <<<"$(date +%s.%N) - $5")" "$4"
  [[ $1 == "$2" ]] && return
  bad=$((bad + 1))
  if [[ $2 == error ]]; then grep ERROR "$work/proof/log" || tail -n3 "$work/proof/log"; fi
}

if [[ $errors == 0 ]]; then
  while IFS='|' read -r name top files parameters; do
    name=${name// /}
    [[ -z $name || $name == \#* || ! $name =~ $filter ]] && continue
    start=$(date +%s.%N)
    say proved "$(run_proof "$name" "$root/rtl")" "$name" "$top:$parameters" "$start"
  done <"$here/proofs.txt"
  echo "formal: $((count - bad)) of $count proved"
else
  [[ -n $drawn ]] && echo "formal: $drawn errors drawn by seed $seed"
  while IFS= read -r line; do
    mapfile -t field < <(sed 's/ | /\n/g' <<<"$line")
    rm -rf "$work/rtl" && cp -r "$root/rtl" "$work/rtl"
    start=$(date +%s.%N)
    found=$(plant "$work/rtl" "${field[1]}" "${field[2]}" "${field[3]}")
    [[ -n $found ]] || found=$(run_proof "${field[0]}" "$work/rtl")
    say refuted "$found" "${field[0]}" "$(basename "${field[1]}"): ${field[4]}" "$start"
  done < <(errors_to_plant)
  echo "formal: $((count - bad)) of $count planted errors refuted"
fi
[[ $bad -eq 0 && $count -gt 0 ]]
