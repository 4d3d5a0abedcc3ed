"""The mutants of a sample that one build holds (switch.py): a copy of the tree with all of them in it, each behind its number, and the
number in the environment (SCANSIM_MUTANT). With 0 it is the tree as it is: every check has its control on it.

A mutant that does not compile in it is found by the line of the complaint, or by halving, and has a build of its own, as those
that cannot be switched. The copy lies beside the other and is written anew for each run of the campaign.
"""
import re

import schema_cpp
import schema_sv
from ephemeral_copy import EphemeralCopy
from process import Ended
from switch import CPP_HEADER, RECORDING, crosses, head, written
from token_operators import SourceFile

# Where an error is; else where what is in error was asked for.
COMPLAINTS = [re.compile(r"^(?:%Error[^:]*: ([^\s:]+):(\d+)|([^\s:]+):(\d+)(?::\d+)?: (?:fatal )?error)", re.M),
              re.compile(r"^()()([^\s:]+):(\d+)(?::\d+)?: +required from", re.M)]
MOST_ROUNDS = 30
REFUSED = "refused.txt"  # a name a line


class SchemaError(Exception):
    """The tree with switches does not build, and no mutant is to blame."""


def switches_of(root, mutants):
    """{mutant: its switch} of those that can be chosen at run time."""
    found, files = {}, {}
    for mutant in mutants:
        if len(mutant.changes) != 1 or mutant.family == "pair":
            continue
        if mutant.path not in files:
            file = SourceFile((root / mutant.path).read_text(), "sv" if mutant.path.endswith(".sv") else "cpp")
            files[mutant.path] = file, schema_sv.Statements(file) if file.language == "sv" else None
        file, statements = files[mutant.path]
        change = _edit(mutant)
        switch = schema_sv.switch_of(file, statements, change) if statements else schema_cpp.switch_of(file, change)
        others = [found[other] for other in found if other.path == mutant.path]
        if switch and not any(crosses(switch, other) for other in others):
            found[mutant] = switch
    return found


def switchable(root, folder, mutants):
    """Those of a copy in this folder: without what did not compile in an earlier run."""
    refused = (folder / REFUSED).read_text().splitlines() if (folder / REFUSED).exists() else []
    return switches_of(root, [mutant for mutant in mutants if mutant.name not in refused])


class _edit:
    """A change of a mutant as the edit that it came from."""

    def __init__(self, mutant):
        change = mutant.changes[0]
        self.operator, self.start, self.end, self.new = mutant.operator, change.start, change.end, change.new


def texts_of(root, switches, numbers, header):
    """{path: text with its switches}."""
    texts = {}
    for path in {mutant.path for mutant in switches}:
        switched = [(numbers[mutant], switch, _edit(mutant)) for mutant, switch in switches.items() if mutant.path == path]
        texts[path] = head(path, header) + written((root / path).read_text(), path, switched)
    return texts


class SchemaCopy(EphemeralCopy):
    def __init__(self, source, folder, mutants):
        self.numbers = {mutant: number for number, mutant in enumerate(mutants, 1)}
        self.refused = folder / REFUSED
        self.switches = switchable(source, folder, mutants)
        self.written, self.made = set(), set()
        super().__init__(source, folder)
        self.header = self.folder / "mutant_number.h"
        if not self.header.exists() or self.header.read_text() != CPP_HEADER:
            self.header.write_text(CPP_HEADER)
        self.machine_environment = dict(self.environment)  # built once, run often
        self.select(None)
        self.write()

    def refresh(self):
        """The texts with switches stay as they are where nothing has changed: what is built holds them."""
        texts = texts_of(self.source, self.switches, self.numbers, self.folder / "mutant_number.h")
        kept = {self.root / path for path, text in texts.items() if (self.root / path).exists() and (self.root / path).read_text() == text}
        super().refresh(kept)

    def write(self):
        texts = texts_of(self.source, self.switches, self.numbers, self.header)
        for path in self.written - set(texts):
            texts[path] = (self.source / path).read_text()
        for path, text in texts.items():
            if (self.root / path).read_text() != text:
                (self.root / path).write_text(text)
                self.made = set()
        self.written = {mutant.path for mutant in self.switches}

    def ninja(self, *targets):
        """Once: between two checks only the number changes."""
        if self.made.isdisjoint((*targets, "all")):
            ended = super().ninja(*targets)
            if ended.status != 0:
                return ended
            self.made |= set(targets)
        return Ended(0, "", 0.0)

    def select(self, mutant):
        number = str(self.numbers[mutant]) if mutant else "0"
        self.environment["SCANSIM_MUTANT"] = self.machine_environment["SCANSIM_MUTANT"] = number

    def record(self, lines):
        """What runs now adds to this file the mutants that it reaches, until one is selected."""
        for environment in (self.environment, self.machine_environment):
            environment.update(SCANSIM_MUTANT=str(RECORDING), SCANSIM_REACH=str(lines))

    def restore(self):
        super().restore()
        self.select(None)

    def blamed(self, text):
        """The mutants on the lines that a compiler complains of."""
        for pattern in COMPLAINTS:
            lines = {(found[0] or found[2], int(found[1] or found[3])) for found in pattern.findall(text)}
            guilty = [mutant for mutant, switch in self.switches.items()
                      if any(path.endswith(f"/{mutant.path}") and self.first_line(mutant, switch) <= line <= self.last_line(mutant, switch)
                             for path, line in lines)]
            if guilty:
                return guilty
        return []

    def build_logs(self):
        return "".join(log.read_text(errors="replace") for log in [self.folder / "build.log", *(self.folder / "cache").glob("rtl-*.log")])

    def first_line(self, mutant, switch):
        return (self.source / mutant.path).read_text()[:switch.start].count("\n") + 1

    def last_line(self, mutant, switch):
        return (self.source / mutant.path).read_text()[:switch.end].count("\n") + 1

    def drop(self, mutants):
        for mutant in mutants:
            self.switches.pop(mutant, None)
        with open(self.refused, "a") as file:
            file.writelines(f"{mutant.name}\n" for mutant in mutants)
        self.write()

    def settle(self, builds, halves=True):
        """Drops what does not compile until `builds()`, which returns a complaint or "", is content. Returns what was dropped.
        halves: a build is so short that one without a line to blame may be looked for."""
        dropped = []
        for _ in range(MOST_ROUNDS):
            said = builds()
            if not said:
                return dropped
            guilty = self.blamed(said) or (self.halved(builds) if halves else [])
            if not guilty:
                raise SchemaError(said[-2000:])
            dropped += guilty
            self.drop(guilty)
        raise SchemaError(f"no end after {MOST_ROUNDS} rounds: {said[-2000:]}")

    def halved(self, builds):
        """One mutant without which the others before it build."""
        every = dict(self.switches)
        order, good = list(every), 0
        bad = len(order)
        while bad - good > 1:
            middle = (good + bad) // 2
            self.switches = {mutant: every[mutant] for mutant in order[:middle]}
            self.write()
            if builds():
                bad = middle
            else:
                good = middle
        self.switches = every
        self.write()
        return order[bad - 1:bad]
