#!/usr/bin/env python3
"""The ladder: what a mutant is asked, in which order, and which verdict it gets (ladder.py, reach.py, check_times.py); of stub checks."""
import shutil
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

from check_times import CheckTimes
from checks import BuiltTest, Compare, Found
from ephemeral_copy import BudgetSpent
from ladder import NOT_REACHED, Ladder
from mutants import Change, Mutant
from process import SPENT, run
from reach import Reach
from steps import Test


class StubCopy:
    """Does nothing but know which number is chosen."""
    deadline, folder = None, Path("nowhere")
    machines = lambda copy: {}
    plant = restore = forget_machines = select = lambda *of: None

    def ninja(self, *targets):
        return SimpleNamespace(status=0)


class StubReach:
    """What each check reaches, by name; what is not there reaches everything."""

    def __init__(self, of=None):
        self.known, self.records = of or {}, {}

    def of(self, check):
        return self.records.setdefault(check.name, SimpleNamespace(names=self.known.get(check.name, {"a mutant"}), asks=True, said="", seconds=1.0))

    def reaches(self, check, mutant):
        return mutant.name in self.of(check).names


def ladder_of(checks, mutant, reach, budget_s=None):
    ladder = Ladder.__new__(Ladder)
    ladder.copy, ladder.schema, ladder.budget_s, ladder.reach, ladder.whole = StubCopy(), StubCopy(), budget_s, reach, True
    ladder.copy.source, ladder.schema.switches = Path("nowhere"), [mutant]
    ladder.times = SimpleNamespace(rate=lambda check: getattr(check, "rate", 1.0), ran=lambda *of: None, control=lambda *of: None)
    ladder.lived, ladder.passed = {}, {}
    ladder.controls = {(ladder.copy, "scansim"): True}
    ladder.steps = SimpleNamespace(checks_of=lambda mutant: checks, every=lambda mutant: checks, rank=lambda mutant, check: 0, suite=[])
    ladder.of_its_own_build = lambda mutant, confirms: checks
    return ladder


class Ladders(unittest.TestCase):
    def verdict(self, switched, alone, budget_s=None, family="sim", check=SimpleNamespace, name="a check"):
        mutant = Mutant("a mutant", family, "sum", (Change("sim/a.h", 0, 1, ""),), 1.0)
        self.asked = []

        def run(copy):
            at_run_time = copy is ladder.schema
            self.asked.append("switched" if at_run_time else "alone")
            if (switched if at_run_time else alone) == "slow":
                raise BudgetSpent("a check")
            return Found(switched if at_run_time else alone, name)
        one = check(name=name, run=run, control=lambda copy: Found("passed"))
        ladder = ladder_of([one], mutant, StubReach(), budget_s)
        return ladder.verdict(mutant, builds=False) or ladder.verdict(mutant)

    def test_a_switch_kills(self):
        self.assertEqual("killed", self.verdict("killed", "passed").verdict)
        self.assertEqual(["switched"], self.asked)

    def test_only_a_build_lets_live(self):
        self.assertEqual("alive", self.verdict("passed", "passed").verdict)
        self.assertEqual(["switched", "alone"], self.asked)
        self.assertEqual("killed", self.verdict("passed", "killed").verdict)

    def test_what_compare_alone_notices(self):
        class Compared(Compare):
            def __init__(self, **fields):
                self.__dict__.update(fields)
                self.unchanged = set()
        said = lambda *found: self.verdict(*found, family="rtl", check=Compared, name="compare tiny").compare
        self.assertEqual(["noticed", "noticed", "passed"], [said("killed", "passed"), said("passed", "killed"), said("passed", "passed")])
        self.assertEqual("", self.verdict("killed", "passed").compare)

    def test_a_planted_error_that_does_not_build_is_an_error(self):
        self.assertEqual("error", self.verdict("stillborn", "passed", family="planted").verdict)
        self.assertEqual("stillborn", self.verdict("stillborn", "passed", family="rtl").verdict)

    def test_who_has_spent_its_budget_is_alive(self):
        for found in (self.verdict("slow", "killed", 7), self.verdict("passed", "slow", 7)):
            self.assertEqual(("alive", "7 s spent, last on a check"), (found.verdict, found.detail))

    def test_a_budget_ends_a_run(self):
        folder = tempfile.mkdtemp(prefix="switch.")
        self.addCleanup(shutil.rmtree, folder)
        ended = run(["sh", "-c", "while :; do :; done"], Path(folder) / "log", limit_s=50, most_s=0.2)
        self.assertEqual(SPENT, ended.status)


class Reached(unittest.TestCase):
    """Checks that are asked write their names down; `reach` says whom each reaches."""

    def go(self, reach, kills=(), checks=("slow", "quick", "late"), rates=(1, 3, 2)):
        mutant, self.asked = Mutant("a mutant", "sim", "sum", (Change("sim/a.h", 0, 1, ""),), 1.0), []

        def check(name, rate):
            def run(copy):
                self.asked.append(name)
                return Found("killed" if name in kills else "passed", name)
            return SimpleNamespace(name=name, rate=rate, run=run, control=lambda copy: Found("passed"))
        ladder = ladder_of([check(*one) for one in zip(checks, rates)], mutant, StubReach(reach))
        for one in ladder.steps.checks_of(mutant)[:2]:
            ladder.recorded(one)
        return ladder.verdict(mutant, builds=False) or ladder.verdict(mutant)

    def test_only_what_reaches_is_asked_the_best_first_and_the_unknown_last(self):
        self.assertEqual("killed", self.go({"quick": {"another"}}, kills=["late"]).verdict)
        self.assertEqual(["slow", "late"], self.asked)
        self.go({}, kills=["late"])
        self.assertEqual(["quick", "slow", "late"], self.asked)

    def test_what_nothing_reaches_is_alive_at_once(self):
        verdict = self.go({name: set() for name in ("slow", "quick", "late")})
        self.assertEqual(("alive", NOT_REACHED), (verdict.verdict, verdict.detail))
        self.assertEqual(3, len(self.asked))  # by its own build: an equal object would make it equivalent
        self.assertEqual("", self.go({"slow": set()}).detail)


class Records(unittest.TestCase):
    """Controls that write the numbers that they reach, as a process of a switched build does (mutant_switch_test.py)."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="reach."))
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "tests/sim").mkdir(parents=True)
        self.test = self.folder / "tests/sim/a_test.cpp"
        self.test.write_text("a case")
        self.mutants = [Mutant(name, "sim", "sum", (Change(name.partition(":")[0], 0, 1, ""),), 1.0) for name in ("sim/a.h:1", "sim/b.h:1", "hls/c.h:1")]
        self.ran = 0

    def reach(self, mutants):
        numbers = {mutant: number for number, mutant in enumerate(mutants, 1)}
        copy = SimpleNamespace(folder=self.folder, source=self.folder, usual={}, numbers=numbers, switches=mutants, select=lambda mutant: None)
        copy.record = lambda lines: setattr(self, "lines", lines)
        return Reach(copy)

    def check(self, found="passed", numbers="1\n2\n1\n"):
        check = BuiltTest("test a", Test("leaf", ["sh", "-c", "true"], "tests/sim", None))

        def control(copy):
            self.ran += 1
            self.lines.write_text(numbers)
            copy.usual["sh", "-c", "true"] = 2.5
            return Found(found, "test a", "said")
        check.control = control
        return check

    def test_a_record_outlives_the_run(self):
        self.reach(self.mutants).control(self.check(), lambda: 0.0)
        reach = self.reach(self.mutants)
        record = reach.of(self.check())
        self.assertEqual(({"sim/a.h:1", "sim/b.h:1"}, True, 2.5, 1), (record.names, record.asks, record.seconds, self.ran))
        self.assertEqual({("sh", "-c", "true"): 2.5}, reach.copy.usual)  # limits of later runs
        self.assertEqual([True, True, False], [reach.reaches(self.check(), mutant) for mutant in self.mutants])

    def test_a_mutant_without_a_switch_is_near_its_file_and_folder(self):
        reach = self.reach(self.mutants[:1])
        reach.control(self.check(numbers="1\n"), lambda: 0.0)
        other = lambda path: Mutant(path, "sim", "sum", (Change(path, 0, 1, ""),), 1.0)
        self.assertEqual([2, 1, 0], [reach.near(self.check(), other(path)) for path in ("sim/a.h", "sim/z.h", "hls/a.h")])

    def test_a_record_ends_with_its_test_and_with_a_new_mutant(self):
        self.reach(self.mutants[:2]).control(self.check(), lambda: 0.0)
        self.assertIsNone(self.reach(self.mutants).of(self.check()))
        self.assertIsNotNone(self.reach(self.mutants[:1]).of(self.check()))
        self.test.write_text("two cases")
        self.assertIsNone(self.reach(self.mutants[:2]).of(self.check()))

    def test_a_test_that_fails_on_the_tree_as_it_is_is_not_asked(self):
        self.reach(self.mutants).control(self.check("killed"), lambda: 0.0)
        record = self.reach(self.mutants).of(self.check())
        self.assertEqual((False, "killed: said"), (record.asks, record.said))
        self.reach(self.mutants).control(self.check("error"), lambda: 0.0)  # tried again by the next run
        self.assertTrue(self.reach(self.mutants).of(self.check()).said.startswith("killed"))


class Refused(unittest.TestCase):
    def test_what_refuses_a_call_that_the_tree_takes_is_noticed(self):
        """Status 2: its control has run the same call, so the mutant is to blame and not the campaign."""
        said = SimpleNamespace(status=2, text="program: descriptor 3: expected a legal one, found an error")
        copy = SimpleNamespace(ninja=lambda *of: SimpleNamespace(status=0), machines=lambda: {}, build=Path("b"), root=Path("r"), folder=Path("f"),
                               run=lambda command, **options: said)
        found = Compare("tiny", [("reverse", "random")]).run(copy)
        self.assertEqual(("killed", "compare tiny reverse random"), (found.what, found.killer))


class Times(unittest.TestCase):
    def test_kills_per_second(self):
        folder = tempfile.mkdtemp(prefix="switch.")
        self.addCleanup(shutil.rmtree, folder)
        times = CheckTimes(Path(folder) / "checks.json")
        checks = [SimpleNamespace(name=name) for name in ("first", "second", "third")]
        order = lambda times: [one.name for one in sorted(checks, key=lambda check: -times.rate(check))]
        for name, seconds in (("first", 9.0), ("second", 2.0), ("third", 5.0)):
            times.control(name, seconds)
        self.assertEqual(["second", "third", "first"], order(times))
        for _ in range(5):
            times.ran("second", 2, False)
            times.ran("third", 3, True)
        self.assertEqual(["third", "second", "first"], order(CheckTimes(times.path)))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
