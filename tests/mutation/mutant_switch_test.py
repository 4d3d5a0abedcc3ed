#!/usr/bin/env python3
"""Mutants chosen at run time (switch.py) say what a build of each says: small files, every mutant of them in one build, some by themselves."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from mutants import mutants_of_file, planted_mutants
from schema import SchemaCopy
from switch import RECORDING, Switch, crosses

LEAF = """// a leaf
module leaf (
  input logic [7:0] data_i, output logic [8:0] more_o
);
  assign more_o = data_i + 1'b1;
endmodule
"""
TOP = """// the top: y + 1
module top #(parameter int unsigned Depth = 8) (
  input logic clk_i, input logic rst_ni, input logic [7:0] a_i, input logic [7:0] b_i, output logic [8:0] y_o, output logic [7:0] q_o
);
  localparam int unsigned Half = Depth / 2;
  logic [7:0] sum_q;
  logic [8:0] more;
  function automatic logic [7:0] lower(input logic [7:0] x);
    logic [7:0] half = x >> 1;
    lower = half - 8'd3;
  endfunction
  leaf u_leaf (.data_i(a_i & b_i), .more_o(more));
  assign y_o = a_i < b_i && a_i != 8'd7 ? more : {1'b0, sum_q[6:1], 2'b01} + 9'(Half);
  always_ff @(posedge clk_i) begin
    if (!rst_ni) sum_q <= 8'h0f;
    else if (a_i[2]) sum_q <= lower(b_i) + a_i[6:1];  // moves
  end
  always_comb begin
    q_o = '0;
    unique case (a_i[1:0])
      2'd0: q_o = 8'($signed(b_i) >>> 1);
      2'd1: begin
        for (int i = 0; i < 4; i++) q_o[i] = b_i[7 - i];
      end
      default: if (b_i >= 8'd100) q_o = a_i - 1'b1; else q_o[7] = 1'b1;
    endcase
  end
endmodule
"""
DRIVER = """#include "Vtop.h"
#include "verilated.h"
#include <cstdio>
int main() {
  VerilatedContext context;
  Vtop top(&context);
  for (unsigned n = 0, a = 1, b = 7; n < 3000; ++n, a = a * 77 + 13, b = b * 19 + n) {
    top.rst_ni = n > 3; top.a_i = a >> 8 & 255; top.b_i = b >> 8 & 255;
    top.clk_i = 0; top.eval(); top.clk_i = 1; top.eval();
    std::printf("%x %x\\n", top.y_o, top.q_o);
  }
}
"""
# One of each kind, and one that no switch can hold.
PLANTED = r"""top.sv | if (!rst_ni) sum_q <= 8'h0f; | if (!rst_ni) sum_q <= 8'h1f; | statement: value at reset
top.sv | sum_q <= 8'h0f;\n    else | sum_q <= 8'h0f;\n    else if (b_i[0]) sum_q <= '0;\n    else | statement: two of them
top.sv | && a_i != 8'd7 |  | assign: a conjunct
top.sv | if (a_i[2]) | if (a_i[2] && a_i[3]) | condition: one more
top.sv | .data_i(a_i & b_i) | .data_i(a_i ^ b_i) | value: of a port
leaf.sv | data_i + 1'b1; | data_i; | assign: a sum
top.sv | Depth / 2; | Depth / 4; | alone: a constant
"""
HEADER = """#pragma once
#include <vector>
struct kept { int first = 0, second = 3; };
constexpr int size = 4;
inline int at(const std::vector<int>& v, int i) { return v[i % size] + 1; }
constexpr int folded(int x) { return x > 2 ? x - 1 : x + 1; }
static_assert(folded(3) == 2);
inline int f(const std::vector<int>& v, int a, bool on) {
  kept state;
  int total = 0;
  for (int i = 0; i < 3; ++i) total += at(v, i + a);
  if (on && a > 10) total -= 5;
  else state.first = folded(a);
  const auto twice = [&](int x) { return x + x; };
  while (total > 40) total /= 2;
  switch (a & 3) {
    case 1: total += twice(state.first); break;
    default: total = total + state.second;
  }
  return total == 7 || on ? total - 1 : total;
}
"""
MAIN = """#include "f.h"
#include <cstdio>
int main() {
  for (int a = 0; a < 40; ++a)
    for (int on = 0; on < 2; ++on) std::printf("%d\\n", f({a, 3, 5, 7}, a, on));
}
"""


def every_mutant(root, path):
    return list(mutants_of_file(root, path, "rtl" if path.endswith(".sv") else "hls"))


class Trees(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="switch."))
        self.addCleanup(shutil.rmtree, self.folder)
        self.source = self.folder / "tree"
        for name in ("hls", "host", "rtl", "sim", "tests", "models", "traces"):
            (self.source / name).mkdir(parents=True)
        (self.source / "CMakeLists.txt").write_text("")
        for path, text in (("rtl/leaf.sv", LEAF), ("rtl/top.sv", TOP), ("hls/f.h", HEADER)):
            (self.source / path).write_text(text)

    def copy_of(self, *paths):
        mutants = [mutant for path in paths for mutant in every_mutant(self.source, path)]
        copy = SchemaCopy(self.source, self.folder / f"out{len(list(self.folder.iterdir()))}", mutants)  # a folder is locked
        return copy, mutants

    def verilated(self, name, files):
        """The program of these texts, or the complaint."""
        folder = self.folder / name
        folder.mkdir()
        for file, text in {**files, "main.cpp": DRIVER}.items():
            (folder / file).write_text(text)
        cached = {"OBJCACHE": "ccache"} if shutil.which("ccache") else {}  # most of the time is Verilator's own library
        ended = subprocess.run(["verilator", "--cc", "--exe", "--build", "-O3", "-Wno-fatal", "-Wno-lint", "-Wno-style", "-CFLAGS", "-O0", "leaf.sv",
                                "top.sv", "main.cpp", "--top-module", "top"], cwd=folder, env=dict(os.environ, **cached), capture_output=True, text=True)
        return folder / "obj_dir/Vtop" if ended.returncode == 0 else ended.stdout + ended.stderr

    def compiled(self, name, header):
        folder = self.folder / name
        folder.mkdir()
        (folder / "f.h").write_text(header)
        (folder / "main.cpp").write_text(MAIN)
        ended = subprocess.run(["g++", "-std=c++20", "-w", "main.cpp", "-o", "f"], cwd=folder, capture_output=True, text=True)
        return folder / "f" if ended.returncode == 0 else ended.stderr

    def says(self, program, number=0, **variables):
        return subprocess.run([program], env=dict(os.environ, SCANSIM_MUTANT=str(number), **variables), capture_output=True, text=True, timeout=20).stdout

    def records(self, program, copy):
        """Names of the mutants that it reaches, and that it says what the tree as it is says."""
        lines = self.folder / "lines"
        lines.write_text("")
        self.assertEqual(self.says(program), self.says(program, RECORDING, SCANSIM_REACH=str(lines)))
        names = {number: mutant.name for mutant, number in copy.numbers.items()}
        return {names[int(line)] for line in lines.read_text().split()}


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
