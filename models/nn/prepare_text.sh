#!/bin/sh
# Writes <folder>/train.txt and <folder>/heldout.txt from Debian's bible-kjv-text (public domain King James text).
# Input: Debian packages bible-kjv and bible-kjv-text (4.38 in Debian 12), awk. Output is the same bytes every time:
# one verse per line without its reference, a blank line after each chapter; chapters are counted 1..1189 over the
# whole book and chapter k is held out when k mod 40 = 20, so that every part of the book is in both files.
# Usage: sh models/nn/prepare_text.sh <folder>
set -eu
if [ $# -ne 1 ]; then
  echo "usage: prepare_text.sh <folder>" >&2
  exit 2
fi
if ! command -v bible >/dev/null || [ ! -e /usr/lib/bible.data ]; then
  echo "prepare_text.sh: install the Debian packages bible-kjv and bible-kjv-text first" >&2
  exit 3
fi
mkdir -p "$1"
all=$(mktemp "$1/all.XXXXXX")
trap 'rm -f "$all" "$1/train.part" "$1/heldout.part"' EXIT
bible -f gen1:1-rev22:21 >"$all"
: >"$1/train.part"
: >"$1/heldout.part"
LC_ALL=C awk -v train="$1/train.part" -v heldout="$1/heldout.part" '
  {
    chapter = substr($1, 1, index($1, ":") - 1)
    if (chapter != last) {
      if (count > 0) printf "\n" > out
      count++
      last = chapter
      out = (count % 40 == 20) ? heldout : train
    }
    print substr($0, length($1) + 2) > out
  }
  END { printf "\n" > out }' "$all"
mv "$1/train.part" "$1/train.txt"
mv "$1/heldout.part" "$1/heldout.txt"
