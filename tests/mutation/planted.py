"""The planted errors: mutants that a person wrote down, a line each, in the lists of this folder. Family `planted`.

    RTL file | exact text (once; \\n is a line end) | replacement | what it breaks | note
    note: equivalent: REASON (may survive), or the check that is expected to notice: case: NAME (of machine_rtl),
          test: STEM NAME (of another test program), leaf: STEM (leaf test of tests/rtl)

As a mutant a line is only those tokens that differ, so that what is written around them at run time (schema_sv.py) is small. A name
holds place and edit: a line that is edited is a new mutant, one that is added leaves the others as they were.
Beside it `planted.py plant FOLDER FILE TEXT NEW` replaces that text in a file, or says why not (tests/formal, tests/rtl).
"""
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from source_tokens import split

LISTS = {name: f"tests/mutation/{name}_errors.txt" for name in ("scan", "unit", "set")}
NOTES = re.compile(r"(equivalent: .|case: .|leaf: .|test: \S+ .)")


class PlantedError(Exception):
    """Lines that do not fit the RTL, each with its list and number."""


@dataclass(frozen=True)
class Line:
    where: str  # list and number
    group: str  # which list
    path: str
    text: str
    new: str
    what: str
    note: str


def lines_of(root):
    """Every line of the lists, or a complaint, as (line or None, complaint)."""
    for group, name in LISTS.items():
        for count, row in enumerate((root / name).read_text().splitlines(), 1):
            if not row or row.startswith("#"):
                continue
            where, fields = f"{name} line {count}", row.split(" | ")
            if not 4 <= len(fields) <= 5:
                yield None, f"{where}: expected four or five fields, found {len(fields)}: {row}"
            elif len(fields) == 5 and not NOTES.match(fields[4]):
                yield None, f"{where}: expected a note equivalent:, case:, leaf: or test:, found: {fields[4]}"
            else:
                text, new = (field.replace("\\n", "\n") for field in fields[1:3])
                yield Line(where, group, f"rtl/{fields[0]}", text, new, fields[3], fields[4] if len(fields) == 5 else ""), ""


def place_of(source, text):
    """Where the only occurrence begins, or why there is none."""
    count = source.count(text)
    return (source.index(text), "") if count == 1 else (None, f"expected the text once, found {count or 'none'}: {text}")


def different(source, start, end, new):
    """(start, end, text) of what differs, in whole tokens: one at least, none where only white space and comments do."""
    low, high = source.rfind("\n", 0, start) + 1, source.find("\n", end) % (len(source) + 1)
    before, after = source[low:high], source[low:start] + new + source[end:high]
    old_tokens, new_tokens = split(before), split(after)
    most = min(len(old_tokens), len(new_tokens))
    head = next((n for n in range(most) if old_tokens[n].text != new_tokens[n].text), most)
    most -= head
    tail = next((n for n in range(most) if old_tokens[-1 - n].text != new_tokens[-1 - n].text), most)
    if head + tail == len(old_tokens) == len(new_tokens):
        return None
    if head + tail == len(old_tokens):  # only more: one of its neighbours stands for the place
        head, tail = (head - 1, tail) if head else (head, tail - 1)
    first, last = old_tokens[head], old_tokens[len(old_tokens) - tail - 1]
    more = new_tokens[head:len(new_tokens) - tail]
    return low + first.start, low + last.end, after[more[0].start:more[-1].end] if more else ""


def placed(root):
    """((line, source, change) of every line that fits, complaints); change: (start, end, text)."""
    sources, found, complaints, taken = {}, [], [], {}
    for line, complaint in lines_of(root):
        if line and line.path not in sources:
            sources[line.path] = (root / line.path).read_text() if (root / line.path).is_file() else None
        source = sources[line.path] if line else None
        if not complaint and source is None:
            complaint = f"expected a file, found none: {line.path}"
        at, why = (None, "") if complaint else place_of(source, line.text)
        complaint = complaint or why
        change = different(source, at, at + len(line.text), line.new) if not complaint else None
        if not complaint and change is None:
            complaint = f"expected another code, found the same: {line.new}"
        if not complaint and (line.path, *change) in taken:
            complaint = f"expected another error, found that of {taken[line.path, *change]}: {line.new}"
        if complaint:
            complaints.append(complaint if line is None else f"{line.where}: {line.path}: {complaint}")
        else:
            taken[line.path, *change] = line.where
            found.append((line, source, change))
    return found, complaints


def main():
    if len(sys.argv) != 6 or sys.argv[1] != "plant":
        print("planted: expected plant FOLDER FILE TEXT NEW", file=sys.stderr)
        return 2
    file, (text, new) = Path(sys.argv[2]) / sys.argv[3], (word.replace("\\n", "\n") for word in sys.argv[4:])
    source = file.read_text()
    at, complaint = place_of(source, text)
    if complaint:
        print(complaint)
        return 1
    file.write_text(source[:at] + new + source[at + len(text):])
    return 0


if __name__ == "__main__":
    sys.exit(main())
