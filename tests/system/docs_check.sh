#!/usr/bin/env bash
# What the pages promise, held against the tree and the program: the length of the README, the width of every page, the paths and
# links that README and CONTRIBUTING name, and every command and option of scansim that a page shows.
#   tests/system/docs_check.sh SOURCE_FOLDER SCANSIM
# Contract: prints one line per broken promise, <file>:<line>: <what>; exit 1 if there is one. Does not run the commands.
set -uo pipefail
cd "$1" || exit 1
scansim=$2
export LC_ALL=C.UTF-8 # columns are characters, not bytes
longest_readme=120 widest_line=160
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
complaints=$work/complaints
touch "$complaints"
say() { echo "$1" >>"$complaints"; }

mapfile -t pages < <(find . -name '*.md' -not -path './build*' -not -path './.cache/*' -not -path './out-*' | sed 's|^\./||' | sort)

lines=$(wc -l <README.md)
((lines <= longest_readme)) || say "README.md:$lines: expected at most $longest_readme lines"

# RESULTS.md is written by tests/results/results.sh; a row there is as wide as its command.
for page in "${pages[@]}"; do
  [[ $page == RESULTS.md ]] && continue
  grep -nE "^.{$((widest_line + 1)),}" "$page" | cut -d: -f1 | while read -r n; do say "$page:$n: wider than $widest_line columns"; done
done

# A path in backquotes has a slash, or ends like a file; a placeholder (<stem>, *, {a,b}) ends what can be looked up.
for page in README.md CONTRIBUTING.md; do
  [[ -f $page ]] || continue
  grep -noE '`[^` ]+`|\]\([^)#: ]+' "$page" | sed -E 's/`//g; s/\]\(//' | while IFS=: read -r n path; do
    [[ $path =~ ^[A-Za-z0-9_.][A-Za-z0-9_./{}\<\>*,-]*$ && $path == */* ]] || [[ $path =~ ^[a-z_]+\.(md|sh|txt)$ ]] || continue
    [[ $path == build/* || $path == .cache/* ]] && continue
    known=${path%%[<\{*]*}
    [[ $known == "$path" ]] || known=${known%/*}
    [[ -e ${known:-.} ]] || say "$page:$n: no $path in the repository"
  done
done

# Sets text to the help of a command, asked once. lists NAME: it has a line of that command; takes OPTION: it has that option.
declare -A asked=()
help_of() {
  [[ -v asked["of $*"] ]] || asked["of $*"]=$("$scansim" "$@" --help 2>/dev/null)
  text=${asked["of $*"]}
}
lists() { [[ $text =~ $'\n'\ +"$1"([^a-z]|$) ]]; }
takes() { [[ $text =~ [\ ,]"$1"([^a-z0-9-]|$) ]]; }

# Commands stand in fenced lines (a backslash at the end joins the next one) and in backquotes: "<line>:scansim ..." each.
commands_of() {
  awk '
    /^```/ { fenced = !fenced; next }
    fenced { line = line $0; if (sub(/\\$/, " ", line)) next; print NR ": " line; line = ""; next }
    { rest = $0; while (match(rest, /`[^`]*`/)) { print NR ": " substr(rest, RSTART + 1, RLENGTH - 2); rest = substr(rest, RSTART + RLENGTH) } }' "$1" |
    grep -oE '^[0-9]+:|\bscansim [a-z][^#|;]*' | awk '/^[0-9]+:$/ { n = $0; next } { print n $0 }'
}
for page in "${pages[@]}"; do
  while IFS=: read -r n command; do
    read -ra words <<<"$command"
    name=${words[1]} sub=${words[2]:-} path=("${words[1]}")
    help_of
    lists "$name" || { say "$page:$n: scansim has no command $name"; continue; }
    help_of "$name"
    if [[ $sub =~ ^[a-z]+$ && $text == *$'\nSubcommands:'* ]]; then
      lists "$sub" || { say "$page:$n: scansim $name has no command $sub"; continue; }
      path+=("$sub")
      help_of "${path[@]}"
    fi
    for word in "${words[@]}"; do
      [[ $word =~ ^\[?(--[a-z][a-z0-9-]*) ]] || continue
      option=${BASH_REMATCH[1]}
      takes "$option" || say "$page:$n: scansim ${path[*]} has no option $option"
    done
  done < <(commands_of "$page")
done

cat "$complaints"
[[ ! -s $complaints ]]
