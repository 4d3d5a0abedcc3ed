#!/usr/bin/env python3
"""A copy with switches: what it records (reach.py), what it does with a mutant that does not compile in it, that other files stay."""
import os
import subprocess
import sys
import unittest

from schema import SchemaCopy
from switch import RECORDING, Switch, crosses
from switch_trees import LEAF, TOP, Trees


class Recording(Trees):
    def test_only_what_is_come_to(self):
        """An arm that is never taken is not; nor is a condition of SystemVerilog that a mutant does not change."""
        self.source.joinpath("hls/f.h").write_text("""#pragma once
#include <vector>
inline int f(const std::vector<int>& v, int a, bool) {
  int total = a;
  if (a > 1000) total += 5;
  return total + v[1];
}
""")
        copy, _ = self.copy_of("hls/f.h")
        lines = {name.split(":")[1] for name in self.records(self.compiled("switched", (copy.root / "hls/f.h").read_text()), copy)}
        self.assertEqual({"5", "6"}, lines)
        self.assertFalse([name for name in self.records(self.folder / "switched/f", copy) if ":5:" in name and ("assignment" in name or "sum" in name)])
        self.source.joinpath("rtl/top.sv").write_text(TOP.replace("else if (a_i[2])", "else if (a_i < 9'd300)"))
        copy, _ = self.copy_of("rtl/top.sv")
        reached = self.records(self.verilated("infected", {name: (copy.root / "rtl" / name).read_text() for name in ("leaf.sv", "top.sv")}), copy)
        conditions = {name.split(":", 3)[3] for name in reached if "a_i < 9'd300" in name}
        self.assertIn("stuck:a_i < 9'd300->1'b0", conditions)
        self.assertNotIn("stuck:a_i < 9'd300->1'b1", conditions)

    def test_a_process_that_is_killed_leaves_what_it_reached(self):
        copy, _ = self.copy_of("hls/f.h")
        self.compiled("switched", (copy.root / "hls/f.h").read_text().replace("return total == 7", "__builtin_trap(); return total == 7"))
        self.assertTrue(self.killed_records(copy))

    def killed_records(self, copy):
        lines = self.folder / "lines"
        lines.write_text("")
        ended = subprocess.run([self.folder / "switched/f"], env=dict(os.environ, SCANSIM_MUTANT=str(RECORDING), SCANSIM_REACH=str(lines)), capture_output=True)
        self.assertLess(ended.returncode, 0)
        return lines.read_text().split()


class Copies(Trees):
    def test_a_mutant_that_does_not_compile_is_found_and_stays_out(self):
        copy, mutants = self.copy_of("rtl/top.sv", "hls/f.h")
        bad = next(mutant for mutant in copy.switches if mutant.path == "hls/f.h")
        line = int(bad.name.split(":")[1])
        there = lambda: f"is<{copy.numbers[bad]}>()" in (copy.root / "hls/f.h").read_text()
        self.assertEqual([bad], [one for one in copy.settle(lambda: f"../hls/f.h:{line}:3: error: no\n" if there() else "") if one == bad])
        again = SchemaCopy.__new__(SchemaCopy)
        os.close(copy.lock)
        again.__init__(self.source, copy.folder, mutants)
        self.assertNotIn(bad, again.switches)

    def test_without_a_line_it_is_found_by_halving(self):
        copy, mutants = self.copy_of("rtl/top.sv")
        bad = list(copy.switches)[5]
        dropped = copy.settle(lambda: "%Error: constant function\n" if f"number == {copy.numbers[bad]} " in (copy.root / "rtl/top.sv").read_text() else "")
        self.assertEqual([bad], dropped)

    def test_only_nested_or_apart(self):
        self.assertTrue(crosses(Switch("value", 0, 5), Switch("value", 3, 9)))
        self.assertFalse(crosses(Switch("value", 0, 9), Switch("value", 3, 9)))
        self.assertFalse(crosses(Switch("value", 0, 3), Switch("value", 3, 9)))

    def test_other_files_are_as_they_were(self):
        copy, _ = self.copy_of("rtl/top.sv")
        self.assertEqual((copy.root / "rtl/leaf.sv").read_text(), LEAF)
        self.assertEqual((self.source / "rtl/top.sv").read_text(), TOP)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
