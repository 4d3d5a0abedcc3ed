#!/usr/bin/env python3
"""The tokenizer, the operators, the names, the sample, the table and the limits of mutation_sample.py, on small files."""
import shutil
import sys
import tempfile
import time
import unittest
from pathlib import Path
from types import SimpleNamespace

import mutation_sample
from checks import Proof, proofs_of
from ephemeral_copy import EphemeralCopy
from ladder import CampaignError, Verdict
from mutants import Change, Mutant, all_mutants, draw
from process import NO_END, run
from results import Table, held, summary, wilson
from reviewed import ReviewError, reviewed
from token_operators import changed_number, edits_of

MODULE = """// a + 1 in a comment
module m #(parameter int unsigned Depth = 8) (
  input  logic [7:0] data_i, output logic [7:0] sum_q
);
`ifdef SYNTHESIS
  assign x = 5;
`else
  assign x = a < b && !c;  /* 3 */
`endif
  always_ff @(posedge clk_i) begin
    if (!rst_ni) sum_q <= 8'h0f;
    else if (enable_i[2]) sum_q <= data_i[6:1] + 1'b1;
  end
  assert property (@(posedge clk_i) a == b);
  initial $error("7");
endmodule
"""

HEADER = """#include <array>  // 1 + 2
#define TWO 2
static_assert(sizeof(int) == 4, "4");
inline int f(const int& a, std::vector<int> b) {
  for (int i = 0; i < 3; i += 2) total += a;
  if (a >= 10'000 || b.empty()) return -1;
  state_ = static_cast<int32_t>(a) >> 2u;
  return a + 1;
}
"""


def told(text, language):
    return [f"{edit.line}:{edit.column}:{edit.operator}:{' '.join(text[edit.start:edit.end].split())}->{edit.new}"
            for edit in edits_of(text, language)]


class Operators(unittest.TestCase):
    def test_systemverilog(self):
        expected = """8:14:conjunct:a < b &&->
8:16:relation:<-><=
8:20:logic:&&->||
8:20:conjunct:&& !c->
11:9:stuck:!rst_ni->1'b0
11:9:stuck:!rst_ni->1'b1
11:18:assignment:sum_q <= 8'h0f;->;
11:27:reset:8'h0f->8'h0d
11:27:reset:8'h0f->8'h0e
11:27:reset:8'h0f->8'h10
12:14:stuck:enable_i[2]->1'b0
12:14:stuck:enable_i[2]->1'b1
12:23:index:2->1
12:23:index:2->3
12:27:assignment:sum_q <= data_i[6:1] + 1'b1;->;
12:43:slice:6->2
12:43:slice:6->5
12:43:slice:6->7
12:45:slice:1->0
12:45:slice:1->2
12:48:sum:+->-
12:50:const:1'b1->1'b0"""
        self.assertEqual(told(MODULE, "sv"), expected.split("\n"))

    def test_cpp(self):
        found = told(HEADER, "cpp")
        for line in ("5:21:relation:<-><=", "5:28:sum:+=->-=", "5:34:assignment:total += a;->;", "6:9:relation:>=->>", "6:12:const:10'000->9999",
                     "6:19:logic:||->&&", "6:19:conjunct:|| b.empty()->", "6:7:stuck:a >= 10'000 || b.empty()->true",
                     "7:3:assignment:state_ = static_cast<int32_t>(a) >> 2u;->;", "7:24:sign:int32_t->uint32_t",
                     "8:12:sum:+->-", "8:14:const:1->2"):
            self.assertIn(line, found)
        self.assertFalse([line for line in found if line.split(":")[0] in ("1", "2", "3", "4")], "what no mutant may touch")

    def test_sizes_of_arrays_are_not_touched(self):
        """Of what is declared; an index, a bound and what stands behind the declaration are."""
        text = """struct s {
  std::array<std::array<int, 5>, 3 + n> table{};
  uint8_t lanes[8][2 * n] = {1, 2};
};
int f(int x[4], std::bitset<12> b) {
  std::array<int, 6> made{9};
  return x[3] + made[2];
}
"""
        touched = {(edit.line, text[edit.start:edit.end]) for edit in edits_of(text, "cpp")}
        self.assertEqual({(3, "1"), (3, "2"), (6, "9"), (7, "3"), (7, "2"), (7, "+")}, touched)

    def test_numbers_keep_their_form(self):
        more = lambda value, bits: value + 1
        self.assertEqual([changed_number(text, more) for text in ("8'hff", "1'b1", "9'd192", "0x0fu", "0b01", "41", "'x", "2'sb01")],
                         ["8'h00", "1'b0", "9'd193", "0x10u", "0b10", "42", None, "2'sb10"])
        self.assertIsNone(changed_number("0", lambda value, bits: value - 1))


def small_tree(folder):
    (folder / "rtl").mkdir(parents=True)
    for name in ("hls", "host", "sim", "tests", "models", "traces"):
        (folder / name).mkdir()
    (folder / "CMakeLists.txt").write_text("")
    (folder / "rtl/m.sv").write_text(MODULE)
    return folder


class Sample(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="mutation."))
        self.addCleanup(shutil.rmtree, self.folder)
        self.mutants = all_mutants(small_tree(self.folder / "tree"), ["rtl"])

    def test_seed_and_count_make_the_sample(self):
        names = [mutant.name for mutant in self.mutants]
        self.assertEqual(len(names), len(set(names)))
        self.assertIn("rtl/m.sv:12:48:sum:+->-", names)
        few, more = draw(self.mutants, 5, 3), draw(list(reversed(self.mutants)), 9, 3)
        self.assertEqual([mutant.name for mutant in few], [mutant.name for mutant in more[:5]])
        self.assertNotEqual([mutant.name for mutant in few], [mutant.name for mutant in draw(self.mutants, 5, 4)])

    def test_weight_is_that_of_the_lines(self):
        weights = [Mutant(f"{which}:{n}", "rtl", "const", (Change("f", 0, 1, ""),), weight)
                   for which, count, weight in (("long", 50, 90 / 50), ("short", 150, 10 / 150)) for n in range(count)]
        drawn = [draw(weights, 1, seed)[0].name.split(":")[0] for seed in range(300)]
        self.assertGreater(drawn.count("long"), 240)  # 270 expected

    def test_only_the_copy_is_planted(self):
        copy = EphemeralCopy(self.folder / "tree", self.folder / "out")
        mutant = next(mutant for mutant in self.mutants if mutant.name == "rtl/m.sv:12:48:sum:+->-")
        copy.plant(mutant)
        self.assertEqual((copy.root / "rtl/m.sv").read_text(), MODULE.replace("[6:1] + 1", "[6:1] - 1"))
        self.assertEqual((self.folder / "tree/rtl/m.sv").read_text(), MODULE)
        copy.refresh()  # what a run does that finds the copy of one that was killed
        self.assertEqual((copy.root / "rtl/m.sv").read_text(), MODULE)


class StubLadder:
    """A suite that sees sums only."""

    def __init__(self):
        self.run = []

    def verdict(self, mutant, builds):
        if not builds:
            return None
        self.run.append(mutant.name)
        if mutant.operator == "relation":
            return Verdict("error", "build", 1.0, "disk full")
        return Verdict("killed", "stub check", 1.0, "") if mutant.operator == "sum" else Verdict("alive", "", 1.0, "")


class Campaign(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="mutation."))
        self.addCleanup(shutil.rmtree, self.folder)
        mutants = all_mutants(small_tree(self.folder / "tree"), ["rtl"])
        self.sample = [mutant for mutant in mutants if mutant.operator in ("sum", "logic", "relation", "stuck")]
        self.by_name = {mutant.name: mutant for mutant in mutants}
        self.equivalent = {next(mutant.name for mutant in self.sample if mutant.operator == "stuck"): "never looked at"}

    def go(self, sample):
        ladder, table = StubLadder(), Table(self.folder / "results.csv")
        mutation_sample.campaign(sample, table, self.equivalent, lambda: ladder)
        return ladder.run, table

    def test_kill_and_survivor_are_told_apart(self):
        _, table = self.go(self.sample)
        added = summary([table.rows[mutant.name] for mutant in self.sample], self.by_name)
        self.assertEqual(added["verdicts"], {"killed": 1, "alive": 4, "error": 1, "equivalent": 1})
        self.assertEqual(added["score"], 0.2)
        self.assertEqual(added["kills_by_check"], {"stub check": {"rtl": 1}})
        self.assertIn("rtl/m.sv:8:20:logic:&&->||", added["survivors"])

    def test_a_bar_of_the_score(self):
        def of(killed, alive):
            return {"verdicts": {"killed": killed, "alive": alive}, "score": killed / (killed + alive) if killed + alive else None,
                    "interval_95": wilson(killed, killed + alive)}
        self.assertTrue(held(of(190, 10), 95, 90))
        self.assertFalse(held(of(189, 11), 95, 90))
        self.assertFalse(held(of(19, 1), 95, 90))  # too few to know
        self.assertFalse(held(of(190, 10), None, 0))
        self.assertTrue(held(of(3, 0), None, 0))
        self.assertFalse(held(of(0, 0), 95, 90))

    def test_a_finished_mutant_is_not_run_again(self):
        first, _ = self.go(self.sample[:3])
        with open(self.folder / "results.csv", "a") as file:
            file.write(f"{self.sample[3].name},kil")  # torn by kill -9
        second, table = self.go(self.sample)
        errors = {name for name, row in table.rows.items() if row["verdict"] == "error"}
        self.assertEqual(set(first) & set(second), errors & set(first))
        self.assertIn(self.sample[3].name, second)
        self.assertEqual(set(table.rows), {mutant.name for mutant in self.sample})
        third, _ = self.go(self.sample)
        self.assertEqual(set(third), errors)

    def test_who_spent_a_smaller_budget_is_asked_again(self):
        table = Table(self.folder / "results.csv")
        table.add("slow", Verdict("alive", "", 30.0, "30 s spent, last on a check"))
        self.assertEqual([False, True, True], [table.finished("slow", budget) for budget in (60, 30, None)])

    def test_a_survivor_is_reviewed_later(self):
        self.equivalent = {}
        self.go(self.sample)
        survivor = next(mutant.name for mutant in self.sample if mutant.operator == "logic")
        self.equivalent = {survivor: "read"}
        run, table = self.go(self.sample)
        self.assertNotIn(survivor, run)
        self.assertEqual(table.rows[survivor]["verdict"], "equivalent")
        self.equivalent = {next(mutant.name for mutant in self.sample if mutant.operator == "sum"): "read badly"}
        with self.assertRaises(CampaignError):
            self.go(self.sample)

    def test_survivors_are_asked_again_when_tests_have_grown(self):
        """Kills stand; another product is another folder."""
        copy = EphemeralCopy(self.folder / "tree", self.folder / "out")
        _, table = self.go(self.sample)
        before = {name: row["verdict"] for name, row in table.rows.items()}
        mutation_sample.same_campaign(copy, "", table)
        (self.folder / "tree/tests/a_test.cpp").write_text("a case")
        mutation_sample.same_campaign(copy, "", table)
        after = {name: row["verdict"] for name, row in Table(self.folder / "results.csv").rows.items()}
        self.assertEqual({name: "error" if verdict == "alive" else verdict for name, verdict in before.items()}, after)
        (self.folder / "tree/rtl/m.sv").write_text(MODULE + "\n")
        with self.assertRaises(CampaignError):
            mutation_sample.same_campaign(copy, "", table)

    def test_a_review_that_names_no_mutant_is_an_error(self):
        name = self.sample[0].name
        self.assertEqual(reviewed(f"# why\n{name} | counts twice\n", self.by_name), {name: "counts twice"})
        for text in ("rtl/m.sv:1:1:sum:+->- | gone\n", f"{name}\n", f"{name} | \n"):
            with self.assertRaises(ReviewError):
                reviewed(text, self.by_name)

    def test_interval(self):
        low, high = wilson(38, 40)
        self.assertAlmostEqual(low, 0.8349, 3)
        self.assertAlmostEqual(high, 0.9862, 3)
        self.assertEqual(wilson(0, 0), (0.0, 1.0))


class Proofs(unittest.TestCase):
    """A copy whose proofs end as they are told to."""

    def found(self, status, text, control=False):
        copy = SimpleNamespace(root=Path("."), run=lambda command, limit_s: SimpleNamespace(status=status, text=text))
        check = Proof("ssm_stream_fifo", ["stream_fifo", "fifo_short"])
        return (check.control if control else check.run)(copy)

    def test_a_broken_claim_kills(self):
        found = self.found(1, "stream_fifo      proved     1.0 s  a\nfifo_short       refuted    0.2 s  b\nformal: 1 of 2 proved\n")
        self.assertEqual(("killed", "proof stream_fifo: fifo_short"), (found.what, found.killer))

    def test_what_is_only_not_proved_says_nothing(self):
        self.assertEqual("passed", self.found(1, "stream_fifo      open       9.0 s  a\nfifo_short       error      0.1 s  b\n").what)

    def test_without_the_tool_there_is_no_control(self):
        self.assertEqual("passed", self.found(0, "formal: 2 of 2 proved\n", control=True).what)
        self.assertEqual("error", self.found(77, "formal: skipped: no yosys\n", control=True).what)

    def test_proofs_of_a_module(self):
        root = Path(__file__).resolve().parents[2]
        self.assertEqual(["dma_burst", "dma_short"], proofs_of("ssm_dma_burst", root))
        self.assertEqual([], proofs_of("ssm_gemm_nm", root))


class Limits(unittest.TestCase):
    BUSY = "while :; do :; done"

    def setUp(self):
        folder = tempfile.mkdtemp(prefix="mutation.")
        self.addCleanup(shutil.rmtree, folder)
        self.log = Path(folder) / "log"

    def test_a_limit_counts_the_run_and_not_the_build(self):
        build_ends = time.monotonic() + 2
        built = run(["timeout", "1.8", "sh", "-c", self.BUSY], self.log, limit_s=0.4, building=lambda: time.monotonic() < build_ends)
        self.assertEqual(built.status, 124)
        self.assertEqual(run(["sh", "-c", self.BUSY], self.log, limit_s=0.3).status, NO_END)

    def test_a_run_that_waits_for_ever_ends(self):
        started = time.monotonic()
        self.assertEqual(run(["sleep", "60"], self.log, limit_s=1).status, NO_END)
        self.assertLess(time.monotonic() - started, 20)

    def test_a_busy_machine_kills_nothing(self):
        """Two seconds by the clock, a fifth of it on a processor."""
        slow = "for i in 1 2 3 4; do j=0; while [ $j -lt 9999 ]; do j=$((j + 1)); done; sleep 0.5; done"
        self.assertEqual(run(["sh", "-c", slow], self.log, limit_s=1.5).status, 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
