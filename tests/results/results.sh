#!/usr/bin/env bash
# Measures what RESULTS.md states and writes it there: every row is one command and what that command reported.
#   tests/results/results.sh [GROUP...]     default: the groups marked quick; --list names all of them
# A group is a file groups/<name>.sh of calls of input and row. Its section of RESULTS.md, between two marker lines, is replaced when
# all of its rows were measured; when a command fails, the section stays as it was, the command is named and the exit status is 1.
# So a campaign can be taken up again where it was stopped: by group, and within a group by row, since reports are kept in
# BUILD_DIR/results until program or files change (remove the folder to measure again). BUILD_DIR (default build) is where the programs
# are. Needs jq.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
here=$root/tests/results
build=$(cd "$root" && realpath "${BUILD_DIR:-build}")
page=${RESULTS_PAGE:-$root/RESULTS.md}

groups_of() { sed -n "s/^# group: //p" "$here"/groups/*.sh; }  # "<name> quick" or "<name> long"
if [[ ${1:-} == --list ]]; then groups_of; exit 0; fi
command -v jq >/dev/null || { echo "results: jq is not installed (apt-get install jq): no row can be read" >&2; exit 3; }
[[ -x $build/bin/scansim ]] || { echo "results: $build/bin/scansim is not there; build it or set BUILD_DIR" >&2; exit 3; }
PATH=$build/bin:$PATH
export BUILD_DIR=$build
mapfile -t names < <(if (($#)); then printf '%s\n' "$@"; else groups_of | awk '$2 == "quick" { print $1 }'; fi)
for name in "${names[@]}"; do
  [[ -f $here/groups/$name.sh ]] || { echo "results: group: expected one of $(groups_of | awk '{print $1}' | xargs), found $name" >&2; exit 2; }
done

# Of the program, and of everything in the repository but pages and this folder.
files=(. ':!*.md' ':!tests/results')
state=$({ cat "$build/bin/scansim" && cd "$root" && git ls-files -s -- "${files[@]}" && git diff HEAD -- "${files[@]}"; } | md5sum | cut -d' ' -f1)
reports=$build/results/$state
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$root/models" "$root/traces" "$root/tests" "$work"
cd "$work"

# The commands of a row call this: the report is read from JSON, what the terminal gets goes to the log.
scansim() {
  case $1 in
    compare | run | bench | area | accuracy | network)
      number=$((number + 1))
      command scansim "$@" --json "$folder/$(printf %02d "$number").json"
      ;;
    energy)
      number=$((number + 1))
      if [[ ${2:-} == published ]]; then set -- "$@" --json "$folder/$(printf %02d "$number").json"; fi
      command scansim "$@"
      ;;
    *) command scansim "$@" ;;
  esac
}
export -f scansim

declare -A inputs=()
# input NAME COMMAND: a file that rows name, made for the first of them.
input() {
  inputs[$1]=$2
  input_rows+="| \`$1\` | \`$2\` |"$'\n'
}

# run_once COMMAND: its reports and its output (log) are in $folder then. A command runs once for a program and the files that it reads,
# whatever number of rows and of runs of this script it stands in.
run_once() {
  local name made=()
  for name in "${!inputs[@]}"; do
    [[ $1 != *"$name"* ]] || made+=("$name")
  done
  folder=$reports/$({ echo "$1"; for name in "${made[@]}"; do echo "${inputs[$name]}"; done; } | md5sum | cut -d' ' -f1)
  [[ -e $folder/done ]] && return
  rm -rf "$folder"
  mkdir -p "$folder"
  for name in "${made[@]}"; do
    [[ -e $work/$name ]] || eval "${inputs[$name]}" >"$folder/log" 2>&1 || return 1
  done
  # A script of the repository runs where it is, everything else beside the inputs.
  (
    [[ ! $1 =~ ^(tests/|\./) ]] || cd "$root"
    folder=$folder bash -ec "$1"
  ) >"$folder/log" 2>&1 && touch "$folder/done"
}

# row WHAT BAR COMMAND FILTER: FILTER is a jq program over the list of the command's reports, in order, that gives one text; $text is
# what the command printed. The functions of filters.jq help.
row() {
  local what=$1 bar=$2 command=$3 filter=$4 measured folder
  if ! run_once "$command"; then
    echo "results: $group: failed: $command" >&2
    tail -n 5 "$folder/log" >&2
    failed=1
    return 0
  fi
  if ! measured=$(find "$folder" -name '*.json' | sort | xargs -r cat |
    jq -rn -L "$here" --rawfile text "$folder/log" "include \"filters\"; [inputs] | $filter" 2>"$work/complaint") ||
    [[ -z $measured || $measured == *null* ]]; then
    echo "results: $group: no figure in the report of: $command" >&2
    cat "$work/complaint" >&2
    failed=1
    return 0
  fi
  echo "$group: $what: $measured" >&2
  measured_rows+="| $what |${bar:+ $bar} | $measured | \`${command//|/\\|}\` |"$'\n'
}

provenance() {
  printf '%s; %s, %s cores; %s; %s\n' "$(command scansim --version)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" \
    "$(nproc)" "$(c++ --version | head -1)" "$(verilator --version 2>/dev/null | cut -d' ' -f1,2)"
}

# Replaces what stands between the markers of the group.
write_section() {
  {
    echo "<!-- results: $group -->"
    printf '\n%s\n\n' "$(provenance)"
    if [[ -n $input_rows ]]; then printf '| file | made by |\n|---|---|\n%s\n' "$input_rows"; fi
    printf '| what | bar | measured | command |\n|---|---|---|---|\n%s\n' "$measured_rows"
    echo "<!-- /results: $group -->"
  } >"$work/section"
  awk -v group="$group" -v section="$work/section" '
    $0 == "<!-- results: " group " -->" { while ((getline line < section) > 0) print line; inside = found = 1 }
    !inside { print }
    $0 == "<!-- /results: " group " -->" { inside = 0 }
    END { exit !found }' "$page" >"$work/page" || { echo "results: $page has no marker lines for $group" >&2; return 1; }
  cp "$work/page" "$page"
}

status=0
for group in "${names[@]}"; do
  failed=0 measured_rows="" input_rows=""
  source "$here/groups/$group.sh"
  if ((failed)) || ! write_section; then status=1; fi
done
exit $status
