#!/usr/bin/env python3
"""The planted errors as mutants (planted.py): what a line becomes, which lines are refused, what is asked first, what is reported."""
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

import mutation_sample
from check_times import CheckTimes
from checks import Build, BuiltTest, Compare
from ephemeral_copy import EphemeralCopy
from ladder import CampaignError, Verdict
from mutants import Change, Mutant, planted_mutants
from planted import LISTS, PlantedError, different
from results import Table, report, summary
from steps import Steps, Test, registered_tests

HERE = Path(__file__).resolve().parent
MODULE = """module m;
  assign y = a + b;  // a + b
  assign z = c ? a : b;
  always_ff @(posedge clk_i) begin
    q <= y;
    r <= z;
  end
endmodule
"""


class Trees(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="planted."))
        self.addCleanup(shutil.rmtree, self.folder)
        self.tree = self.folder / "tree"
        for name in ("hls", "host", "rtl", "sim", "tests/mutation", "models", "traces"):
            (self.tree / name).mkdir(parents=True)
        (self.tree / "CMakeLists.txt").write_text("")
        (self.tree / "rtl/m.sv").write_text(MODULE)
        self.lists()

    def lists(self, **rows):
        for name, path in LISTS.items():
            (self.tree / path).write_text("# a comment\n\n" + rows.get(name, ""))


class Lines(Trees):
    def test_a_mutant_is_what_differs(self):
        self.lists(scan="m.sv | y = a + b; | y = a - b; | a sum\n", unit="m.sv | q <= y;\\n    r <= z; | q <= y; | a register | case: one*\n",
                   set="m.sv | c ? a | c && d ? a | a condition\n")
        mutants = list(planted_mutants(self.tree))
        self.assertEqual(["rtl/m.sv:2:16:planted:+->-", "rtl/m.sv:6:5:planted:r <= z;->", "rtl/m.sv:3:14:planted:c->c && d"],
                         [mutant.name for mutant in mutants])
        self.assertEqual(["planted scan", "planted unit", "planted set"], [mutant.label for mutant in mutants])
        self.assertEqual("case: one*", mutants[1].note)
        for mutant, (text, new) in zip(mutants, (("y = a + b", "y = a - b"), ("q <= y;\n    r <= z;", "q <= y;\n    "), ("c ? a", "c && d ? a"))):
            self.assertEqual(MODULE.replace(text, new), mutant.texts(self.tree)["rtl/m.sv"])

    def test_whatever_the_text_begins_with(self):
        for text, new in (("+ b;  //", "+ b + c;  //"), ("a + b", ""), ("sign y", "sign x"), ("module m;\n", "module m;\n wire w;\n")):
            at = MODULE.index(text)
            start, end, made = different(MODULE, at, at + len(text), new)
            code = lambda whole: " ".join(whole.split())
            self.assertEqual(code(MODULE.replace(text, new, 1)), code(MODULE[:start] + made + MODULE[end:]))
            self.assertTrue(MODULE[start:end].strip())

    def refused(self, row, said):
        self.lists(unit="m.sv | q <= y; | q <= z; | good\n" + row)
        with self.assertRaises(PlantedError) as raised:
            list(planted_mutants(self.tree))
        self.assertRegex(str(raised.exception), said)
        self.assertIn("unit_errors.txt line 4", str(raised.exception))

    def test_lines_that_do_not_fit(self):
        for row, said in (("m.sv | gone | x | why", "found none: gone"), ("m.sv | a + b | a - b | why", "found 2: "), ("n.sv | a | b | why", "no.*rtl/n.sv"),
                          ("m.sv | c ? a | c ? a  | why", "found the same"), ("m.sv | c ? a | b", "found 3:"),
                          ("m.sv | c ? a | d ? a | why | sometime", "found: sometime"), ("m.sv | <= y; | <= z; | why", "that of .* line 3")):
            self.refused(row, said)

    def test_every_line_that_does_not_fit_is_named(self):
        self.lists(scan="m.sv | gone | x | why\n", set="m.sv | lost | x | why\n")
        with self.assertRaises(PlantedError) as raised:
            list(planted_mutants(self.tree))
        self.assertEqual(2, len(str(raised.exception).splitlines()))

    def test_a_line_more_leaves_the_verdicts_of_the_others(self):
        copy = EphemeralCopy(self.tree, self.folder / "out")
        before = copy.digest(False), copy.digest(True)
        self.lists(scan="m.sv | y = a + b; | y = a - b; | a sum\n")
        self.assertEqual(before, (copy.digest(False), copy.digest(True)))
        (self.tree / "rtl/m.sv").write_text(MODULE + "\n")
        self.assertNotEqual(before[0], copy.digest(False))

    def test_text_in_a_file_for_a_script(self):
        plant = lambda text, new: subprocess.run([sys.executable, "-B", HERE / "planted.py", "plant", self.tree / "rtl", "m.sv", text, new],
                                                 capture_output=True, text=True)
        self.assertEqual((0, ""), (plant("q <= y;\\n", "").returncode, plant("r <= z;", "r <= y;").stdout))
        self.assertEqual(MODULE.replace("q <= y;\n", "").replace("r <= z;", "r <= y;"), (self.tree / "rtl/m.sv").read_text())
        self.assertIn("found none", plant("q <= y;", "").stdout)
        self.assertIn("found 2", plant("a + b", "").stdout)


def planted(path, group, note=""):
    return Mutant(f"{group}:{path}:{note}", "planted", "planted", (Change(path, 0, 1, ""),), 1.0, group, "what", note)


class Order(unittest.TestCase):
    steps = Steps({name: Test("leaf", ["{build}/tests/leaves_test"], "tests/rtl", None) for name in ("scan_pe_rtl", "csr_rtl")})

    def names(self, mutant, steps=None):
        return [check.name for check in (steps or self.steps).checks_of(mutant)]

    def test_compare_then_the_check_of_the_note_then_the_rest(self):
        for group, home in (("scan", "compare tiny"), ("unit", "compare small_block"), ("set", "compare tiny_sets")):
            names = self.names(planted("rtl/scan/ssm_scan_serial.sv", group, "leaf: scan_pe_rtl"))
            compares = [name for name in names if name.startswith("compare ")]
            self.assertEqual(names[:len(compares)], compares)
            self.assertEqual((home, "test scan_pe_rtl", 6), (names[0], names[len(compares)], len(compares)))
            self.assertEqual(("plan scan", "test csr_rtl"), (names[len(compares) + 1], names[-1]))
            self.assertNotIn("lint", names)

    def test_notes_name_checks(self):
        for note, name in (("case: one*", "list machine_rtl one*"), ("test: csr a case", "list csr a case"), ("leaf: csr_rtl", "test csr_rtl")):
            self.assertIn(name, self.names(planted("rtl/top/ssm_csr.sv", "scan", note)))

    def test_each_list_keeps_its_judges(self):
        for group, name in (("scan", "list machine_rtl *unusual parameters"), ("unit", "list program_agreement *16 bytes*"),
                            ("unit", "list machine_agreement *every cycle*"), ("set", "list set_agreement machine with sets*")):
            self.assertIn(name, self.names(planted("rtl/mem/ssm_tile_buffer.sv", group)))

    def test_other_mutants_have_the_whole_suite(self):
        random = Mutant("m", "rtl", "sum", (Change("rtl/stream/ssm_stream_fifo.sv", 0, 1, ""),), 1.0)
        names = self.names(random)
        self.assertEqual("lint", names[0])
        self.assertEqual(set(), {"proof stream_fifo", "plan units", "test scan_pe_rtl", "test csr_rtl", "compare lanes"} - set(names))
        self.assertEqual(["lint", "compare tiny"], self.names(random, Steps(self.steps.tests, compare_first=True))[:2])
        self.assertNotIn("test csr_rtl", self.names(random, Steps(self.steps.tests, left_out="csr")))
        self.assertIn("planted 0", self.names(Mutant("m", "judge", "sum", (Change("host/run/run.cpp", 0, 1, ""),), 1.0)))

    def test_pairs_meet_the_judge_above_hls_first(self):
        names = self.names(Mutant("p", "pair", "pair", (Change("hls/nonlin/pwl_tables.h", 0, 1, ""), Change("rtl/a.sv", 0, 1, "")), 1.0))
        self.assertEqual(["build", "compare", "plan", "test"], list(dict.fromkeys(name.split()[0] for name in names)))

    def test_what_has_found_much_does_not_pass_them(self):
        with tempfile.TemporaryDirectory() as folder:
            times, mutant = CheckTimes(Path(folder) / "checks.json"), planted("rtl/top/ssm_csr.sv", "set", "leaf: scan_pe_rtl")
            for name in ("compare lanes", "list set_agreement machine with sets*"):
                times.ran(name, 0.1, True)
            checks = sorted(self.steps.checks_of(mutant), key=lambda check: (self.steps.rank(mutant, check), -times.rate(check)))
            self.assertEqual(["compare tiny_sets", "compare lanes"], [check.name for check in checks[:2]])
            self.assertFalse([check for check in checks[6:] if isinstance(check, (Compare, Build))])


class Suite(unittest.TestCase):
    def test_tests_are_those_of_ctest(self):
        """Words, folder, label and what must be printed; those of campaigns are left out, and what copies of the tree below have."""
        with tempfile.TemporaryDirectory() as folder:
            build = Path(folder) / "build"
            row = ('add_test([=[{0}]=] "{1}" "-c" "say \\"{2}\\" \\$x")\n'
                   'set_tests_properties([=[{0}]=] PROPERTIES  LABELS "leaf" PASS_REGULAR_EXPRESSION "[0-9] cases")\n')
            for place, name in (("tests/hls", "a"), ("tests/mutation", "b"), ("mutation/copy/build/tests/hls", "c")):
                (build / place).mkdir(parents=True)
                (build / place / "CTestTestfile.cmake").write_text(row.format(name, build / "tests/a_test", f"{folder}/x.py"))
            tests = registered_tests(build)
            self.assertEqual({"a": Test("leaf", ["{build}/tests/a_test", "-c", 'say "{root}/x.py" $x'], "tests/hls", "[0-9] cases")}, tests)
            said = []
            copy = SimpleNamespace(build=build, root=Path(folder), ninja=lambda *of: SimpleNamespace(status=0),
                                   run=lambda command, **options: said.append(command) or SimpleNamespace(status=0, text="3 cases"))
            self.assertEqual("passed", BuiltTest("test a", tests["a"]).run(copy).what)
            self.assertEqual([str(build / "tests/a_test"), "-c", f'say "{folder}/x.py" $x', "--abort"], said[0])
            copy.run = lambda command, **options: SimpleNamespace(status=0, text="no cases")
            self.assertEqual("killed", BuiltTest("test a", tests["a"]).run(copy).what)


class Equivalents(Trees):
    """Lines that say equivalent, and a ladder that says `found` of them at run time and of builds that they live."""

    def go(self, found):
        self.lists(scan="m.sv | q <= y; | q <= z; | a register | equivalent: nobody reads q\n")
        mutants = list(planted_mutants(self.tree))
        claims = {mutant.name: mutant.note.partition(": ")[2] for mutant in mutants}
        table, self.builds = Table(self.folder / "results.csv"), []

        def verdict(mutant, builds):
            self.builds.append(builds)
            return found
        mutation_sample.campaign(mutants, table, claims, lambda: SimpleNamespace(verdict=verdict))
        return table.rows[mutants[0].name]

    def test_one_that_lives_is_equivalent_without_a_build(self):
        row = self.go(None)
        self.assertEqual(("equivalent", "nobody reads q", [False]), (row["verdict"], row["detail"], self.builds))
        self.go(None)
        self.assertEqual([], self.builds)

    def test_one_that_is_noticed_ends_the_campaign(self):
        for _ in range(2):  # and goes on doing so
            with self.assertRaisesRegex(CampaignError, "compare tiny kills: rtl/m.sv:5"):
                self.go(Verdict("killed", "compare tiny", 1.0, ""))


class Report(unittest.TestCase):
    def test_what_compare_alone_notices(self):
        mutants = {name: planted(name, group) for name, group in (("a", "scan"), ("b", "scan"), ("c", "set"), ("d", "set"), ("e", "unit"))}
        row = lambda name, verdict, killer, compare: {"mutant": name, "verdict": verdict, "killer": killer, "seconds": "1.0", "detail": "", "compare": compare}
        rows = [row("a", "killed", "compare tiny", "noticed"), row("b", "killed", "test x", "passed"), row("c", "alive", "", "passed"),
                row("d", "killed", "test y", ""), row("e", "equivalent", "reviewed", "")]
        added = summary(rows, {mutant.name: mutant for mutant in mutants.values()} | mutants)
        self.assertEqual({"noticed": 1, "passed": 2, "not_asked": 1, "by_family": {"planted scan": 1, "planted set": 1}}, added["compare_alone"])
        text = report(added)
        self.assertIn("compare alone: 33.3 % of 3 (95 %: 6.1 to 79.2); not seen: planted scan 1, planted set 1; 1 not asked", text)
        self.assertIn("  planted set: 50.0 % killed of 2", text)
        self.assertIn("  c | what", text)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
