"""Which mutants each check reaches: its control on the tree as it is, run with the number that records (switch.py), leaves a list.

A mutant is asked only what reaches it; one that no check reaches is a hole in the suite. folder/reach has a file a check, written as
its control ends: reached mutants, those that were looked for, what its commands took, or why it is left out. A record lasts as long as
the files of its test do; so a run that was killed, or a test that is new, costs the controls that are missing.
"""
import hashlib
import json
import re
from collections import namedtuple

from switch import RECORDING

# asks: the check can be asked. said: else why not. usual: [command, seconds]. names: of the mutants.
Record = namedtuple("Record", "check source asks said usual knew names seconds")


class Reach:
    def __init__(self, copy):
        """copy: the one with switches (schema.py)."""
        self.copy, self.folder = copy, copy.folder / "reach"
        self.folder.mkdir(exist_ok=True)
        self.records, self.sources = {}, {}

    def file(self, check):
        return self.folder / f"{re.sub(r'[^A-Za-z0-9]+', '_', check.name)}.json"

    def source(self, check):
        """Digest of what the record depends on beside the tree that is mutated: the folder of the test, headers of tests."""
        folder = getattr(check, "folder", None)
        if folder not in self.sources:
            tests = self.copy.source / "tests"
            here = (self.copy.source / folder).glob("*") if folder else tests.glob("mutation/*.yaml")
            texts = sorted({path for path in (*tests.rglob("*.h"), *tests.glob("support/*"), *here) if path.is_file()})
            digest = hashlib.sha256()
            for path in texts:
                digest.update(str(path.relative_to(tests)).encode() + path.read_bytes())
            self.sources[folder] = digest.hexdigest()[:16]
        return self.sources[folder]

    def of(self, check):
        """The record of a check, None where there is none that holds."""
        if check.name not in self.records:
            file = self.file(check)
            record = Record(**json.loads(file.read_text())) if file.exists() else None
            fresh = record and record.source == self.source(check) and {mutant.name for mutant in self.copy.switches} <= set(record.knew)
            if not fresh:
                return None
            self.keep(record)
        return self.records[check.name]

    def keep(self, record):
        self.records[record.check] = record._replace(names=set(record.names))
        for command, seconds in record.usual:
            self.copy.usual.setdefault(tuple(command), seconds)

    def control(self, check, seconds):
        """Runs the control of a check and records what it reaches; what it found. seconds: of processor time so far."""
        lines, before, started = self.folder / "lines", set(self.copy.usual), seconds()
        lines.write_text("")
        self.copy.record(lines)
        try:
            found = check.control(self.copy)
        finally:
            self.copy.select(None)
        names = {number: mutant.name for mutant, number in self.copy.numbers.items()}
        reached = sorted(names[number] for number in {int(line) for line in lines.read_text().split()})
        usual = [[list(words), taken] for words, taken in self.copy.usual.items() if words not in before]
        taken = sum(one for _, one in usual) or seconds() - started
        asks = found.what == "passed"
        record = Record(check.name, self.source(check), asks, "" if asks else f"{found.what}: {found.detail}", usual,
                        [mutant.name for mutant in self.copy.switches], reached, round(taken, 2))
        if found.what not in ("stillborn", "error"):  # those are tried again
            partial = self.file(check).with_suffix(".partial")
            partial.write_text(json.dumps(record._asdict(), indent=0) + "\n")
            partial.replace(self.file(check))
        self.keep(record)
        return found

    def reaches(self, check, mutant):
        """Of a check with a record: may it notice the mutant? One that has no switch is near those of its file, else of its folder."""
        return mutant.name in self.records[check.name].names

    def near(self, check, mutant):
        """How near a check comes to a mutant without a switch: 2 to its file, 1 to its folder, 0."""
        record = self.records.get(check.name)
        paths = {name.partition(":")[0] for name in record.names} if record else set()
        files = {change.path for change in mutant.changes}
        folders = {path.rpartition("/")[0] for path in files}
        return 2 if files & paths else 1 if folders & {path.rpartition("/")[0] for path in paths} else 0
