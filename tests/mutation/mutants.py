"""Every mutant of a tree, with a name that finds it again: path:line:column:operator:before->after.

A sample is drawn by weight, the lines of a file shared among its mutants: each mutant gets the key -ln(u) / weight, u from a
hash of seed and name, and those with the smallest keys are the sample. So a larger sample holds the smaller one, and an edit of
one file leaves the sample of the others as it was.
"""
import hashlib
import math
import re
from dataclasses import dataclass
from pathlib import Path

from pairs import pairs_of
from planted import PlantedError, placed
from token_operators import code_lines, edits_of

# Family: folders or files, what is left out. Tables and the generated map are whole words: the pairs change those.
FAMILIES = {
    "rtl": (["rtl/**/*.sv"], r"_tables_pkg|ssm_map_pkg|^rtl/(check|watch)/"),
    "hls": (["hls/formats.h", "hls/nonlin/*.h", "hls/scan/*.h", "hls/gemm/*.h", "hls/units/*.h"], r"pwl_tables\.h"),
    "sim": (["sim/*.h", "sim/mem/*", "sim/scan/*", "sim/gemm/*", "sim/units/*", "sim/top/*", "sim/stream/*",
             "sim/rungs/*device.cpp"], r"sc_main|parameter_file"),
    "judge": (["host/run/difference.*", "host/run/port_difference.*", "host/run/run.cpp", "host/run/rung_choice.cpp",
               "sim/mem/axi_memory_port.*", "sim/cosim/rtl_harness.cpp", "sim/cosim/rtl_machine.cpp"], r"^$"),
}


@dataclass(frozen=True)
class Change:
    path: str
    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Mutant:
    name: str
    family: str
    operator: str
    changes: tuple
    weight: float
    group: str = ""  # of a planted error: its list, what it breaks, its note
    what: str = ""
    note: str = ""

    @property
    def path(self):
        return self.changes[0].path

    @property
    def label(self):
        """What it is counted as."""
        return f"{self.family} {self.group}".strip()

    def texts(self, root):
        """What the files hold that it changes: {path: text}, as planted."""
        planted = {}
        for change in sorted(self.changes, key=lambda one: -one.start):
            text = planted.get(change.path)
            if text is None:
                text = (root / change.path).read_text()
            planted[change.path] = text[:change.start] + change.new + text[change.end:]
        return planted


def one_line(text):
    return re.sub(r"\s+", " ", text).strip()


def mutants_of_file(root, path, family):
    text = (root / path).read_text()
    language = "sv" if path.endswith(".sv") else "cpp"
    edits = edits_of(text, language)
    weight = code_lines(text, language) / len(edits) if edits else 0
    for edit in edits:
        before = one_line(text[edit.start:edit.end])
        name = f"{path}:{edit.line}:{edit.column}:{edit.operator}:{before}->{edit.new}"
        yield Mutant(name, family, edit.operator, (Change(path, edit.start, edit.end, edit.new),), weight)


def planted_mutants(root):
    found, complaints = placed(root)
    if complaints:
        raise PlantedError("\n".join(complaints))
    for line, source, (start, end, new) in found:
        row, column = source.count("\n", 0, start) + 1, start - source.rfind("\n", 0, start)
        name = f"{line.path}:{row}:{column}:planted:{one_line(source[start:end])}->{one_line(new)}"
        yield Mutant(name, "planted", "planted", (Change(line.path, start, end, new),), 1.0, line.group, line.what, line.note)


def files_of(root, family):
    patterns, left_out = FAMILIES[family]
    found = {path.relative_to(root).as_posix() for pattern in patterns for path in root.glob(pattern)}
    return sorted(path for path in found if path.endswith((".sv", ".h", ".cpp")) and not re.search(left_out, path))


def all_mutants(root, families):
    root, mutants, taken = Path(root), [], set()
    for family in families:
        if family == "pair":
            pairs = list(pairs_of(root))
            mutants += [Mutant(name, "pair", operator, tuple(Change(*change) for change in changes), weight)
                        for name, operator, changes, weight in pairs]
            continue
        if family == "planted":
            mutants += planted_mutants(root)
            continue
        for path in files_of(root, family):
            if path not in taken:
                mutants += mutants_of_file(root, path, family)
                taken.add(path)
    return mutants


def draw(mutants, count, seed):
    """`count` of them, without putting back; all of them where there are fewer."""
    def key(mutant):
        digest = hashlib.sha256(f"{seed}|{mutant.name}".encode()).digest()
        return -math.log((int.from_bytes(digest[:8], "big") + 0.5) / 2**64) / mutant.weight
    return sorted((one for one in mutants if one.weight > 0), key=key)[:count]
