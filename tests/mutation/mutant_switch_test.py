#!/usr/bin/env python3
"""Mutants chosen at run time (switch.py) say what a build of each says: small files, every mutant of them in one build, some by themselves."""
import subprocess
import sys
import unittest
from pathlib import Path

from mutants import planted_mutants
from schema import SchemaCopy
from switch_trees import HEADER, LEAF, PLANTED, TOP, Trees


class SystemVerilog(Trees):
    def test_a_chosen_mutant_is_the_planted_one(self):
        copy, mutants = self.copy_of("rtl/leaf.sv", "rtl/top.sv")
        files = {name: (copy.root / "rtl" / name).read_text() for name in ("leaf.sv", "top.sv")}
        switched = self.verilated("switched", files)
        self.assertIsInstance(switched, Path, switched)
        plain = {"leaf.sv": LEAF, "top.sv": TOP}
        unchanged = self.says(self.verilated("plain", plain))
        self.assertEqual(unchanged, self.says(switched))
        chosen = [mutant for mutant in mutants if mutant in copy.switches]
        differ = [mutant for mutant in chosen if self.says(switched, copy.numbers[mutant]) != unchanged]
        self.assertGreater(len(differ), 0.8 * len(chosen))
        self.assertGreater(len(chosen), 0.7 * len(mutants))
        reached = self.records(switched, copy)
        self.assertEqual([], [mutant.name for mutant in differ if mutant.name not in reached])
        for kind in ("statement", "assign", "condition", "value"):
            mutant = [one for one in differ if copy.switches[one].kind == kind][-1]
            texts = {path.split("/")[1]: text for path, text in mutant.texts(self.source).items()}
            alone = self.verilated(f"alone_{kind}", {**plain, **texts})
            self.assertEqual(self.says(alone), self.says(switched, copy.numbers[mutant]), mutant.name)

    def test_a_planted_error_is_what_its_line_says(self):
        """Each at run time and by itself, as text that replaces text."""
        (self.source / "tests/mutation").mkdir()
        for name in ("scan", "unit", "set"):
            (self.source / f"tests/mutation/{name}_errors.txt").write_text(PLANTED if name == "unit" else "")
        mutants = list(planted_mutants(self.source))
        copy = SchemaCopy(self.source, self.folder / "out", mutants)
        self.assertEqual([mutant.what for mutant in mutants if mutant not in copy.switches], ["alone: a constant"])
        plain = {"leaf.sv": LEAF, "top.sv": TOP}
        switched = self.verilated("switched", {name: (copy.root / "rtl" / name).read_text() for name in plain})
        unchanged = self.says(switched)
        self.assertEqual(unchanged, self.says(self.verilated("plain", plain)))
        for number, mutant in enumerate(copy.switches):
            self.assertEqual(copy.switches[mutant].kind, mutant.what.split(":")[0], mutant.name)
            texts = {path.split("/")[1]: text for path, text in mutant.texts(self.source).items()}
            alone = self.says(self.verilated(f"planted_{number}", {**plain, **texts}))
            self.assertNotEqual(alone, unchanged, mutant.name)
            self.assertEqual(alone, self.says(switched, copy.numbers[mutant]), mutant.name)

    def test_lines_keep_their_numbers(self):
        copy, _ = self.copy_of("rtl/top.sv")
        text = (copy.root / "rtl/top.sv").read_text()
        self.assertEqual(text.count("\n"), TOP.count("\n"))
        self.assertIn("// moves", text.split("\n")[TOP[:TOP.index("// moves")].count("\n")])

    def test_what_is_known_before_the_run_is_not_switched(self):
        copy, mutants = self.copy_of("rtl/top.sv")
        alone = {mutant.name.split(":")[1] for mutant in mutants if mutant not in copy.switches}
        self.assertEqual(alone, {"5", "9"})  # a localparam, a declaration


class Cpp(Trees):
    def test_a_chosen_mutant_is_the_planted_one(self):
        copy, mutants = self.copy_of("hls/f.h")
        switched = self.compiled("switched", (copy.root / "hls/f.h").read_text())
        self.assertIsInstance(switched, Path, switched)
        unchanged = self.says(self.compiled("plain", HEADER))
        self.assertEqual(unchanged, self.says(switched))
        reached, alike = self.records(switched, copy), 0
        for mutant in mutants[::6]:
            alone = self.compiled(f"alone{copy.numbers[mutant]}", mutant.texts(self.source)["hls/f.h"])
            if mutant not in copy.switches or isinstance(alone, str):
                continue
            try:
                expected = self.says(alone)
            except subprocess.TimeoutExpired:
                continue
            self.assertEqual(expected, self.says(switched, copy.numbers[mutant]), mutant.name)
            self.assertTrue(expected == unchanged or mutant.name in reached, mutant.name)
            alike += 1
        self.assertGreater(alike, 5)

    def test_constants_are_not_switched(self):
        copy, mutants = self.copy_of("hls/f.h")
        lines = {int(mutant.name.split(":")[1]) for mutant in mutants if mutant not in copy.switches}
        self.assertTrue({4} <= lines, lines)
        self.assertFalse({10, 11, 12, 19} & lines, lines)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
