"""Small trees in both languages for the tests of mutants that are chosen at run time: texts, the copy with switches, programs of it."""
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from mutants import mutants_of_file
from schema import SchemaCopy
from switch import RECORDING

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
