"""Which checks there are for a mutant, and what comes before what: every call of `compare`, the plans, every test of the tree.

Which of them are asked, and in which order, the ladder decides by what reaches the mutant (reach.py) and what has killed so far. A
planted error meets `compare` first, at the point of its list before the others, so that every campaign says what `compare` alone notices;
then the check that its note names, then the lists of descriptors of its list. compare_first: other mutants too."""
import re
from collections import namedtuple
from pathlib import Path, PurePosixPath

from checks import Build, BuiltTest, Compare, Lint, Plan, Planted, Proof, proofs_of

HERE = "tests/mutation"
SCAN_RUNS = [("reverse", "random"), ("batch", "dram-ddr4"), ("one", "ideal"), ("decode", "random"), ("long", "random")]
UNIT_RUNS = [("layer", "random"), ("layer_passes", "random"), ("gemm", "random"), ("gemm_w4", "dram-ddr4"), ("conv", "ideal"), ("norm", "random"),
             ("hadamard", "random"), ("embedding", "random"), ("decode_batch", "random"), ("streamed", "dram-ddr4"), ("reverse", "random")]
SET_RUNS = [("sets", "random"), ("sets_drawn", "dram-ddr4")]
SET_RUNS += [(f"sets_{name}", "random") for name in ("narrow", "plain", "snakes", "shared", "shared_drawn", "h0", "batch")]
TRACES = {
    "reverse": "--channels 13 --states 16 --length 45 --seed 4 --reverse --h0",
    "batch": "--channels 14 --states 11 --groups 2 --length 37 --batch 2 --seed 3",
    "one": "--channels 2 --states 4 --length 40 --seed 6 --no-z --no-softplus",
    "decode": "--channels 5 --states 6 --length 4 --seed 5 --decode --h0",
    "narrow": "--channels 64 --states 4 --length 16 --batch 8 --seed 8 --no-z",
    "long": "--channels 5 --states 5 --length 700 --seed 7",
    "sets": "--operator scan_sets --channels 13 --states 16 --grid 6x5 --sets 'raster; reverse:raster segment=8' --seed 21",
    "sets_drawn": "--operator scan_sets --channels 13 --states 16 --grid 6x5 --random-sets 4 --seed 22",
    "sets_narrow": "--operator scan_sets --channels 6 --states 1 --grid 7x4 --random-sets 4 --random-taps --seed 33",
    "sets_plain": "--operator scan_sets --channels 3 --states 2 --grid 5x6 --sets "
                  "'raster drive=plain gate=linear; reverse:raster segment=4 gate=none; raster tap=pre gate=linear' --seed 35",
    "sets_snakes": "--operator scan_sets --channels 5 --states 4 --grid 4x6 --sets "
                   "'snake_rows; reverse:snake_columns; raster/raster/transpose; snake_columns' --seed 51",
    "sets_shared": "--operator scan_sets --channels 40 --states 8 --grid 4x4 --shared-weights --sets "
                   "'raster; reverse:raster; transpose gate=none; raster final_state=false' --seed 53",
    "sets_shared_drawn": "--operator scan_sets --channels 33 --states 2 --grid 3x5 --random-sets 4 --random-taps --random-states --batch 2 "
                         "--shared-weights --seed 56",
    "sets_h0": "--operator scan_sets --channels 9 --states 2 --grid 4x7 --random-sets 4 --random-states --h0 --seed 61",
    "sets_batch": "--operator scan_sets --channels 24 --states 3 --grid 4x8 --sets 'raster gate=linear; raster gate=none; raster' "
                  "--shared-weights --batch 2 --seed 65",
    "gemm": "--operator gemm --rows 37 --inner 72 --columns 40 --pattern 2:4 --epilogue silu --seed 11",
    "gemm_w4": "--operator gemm --rows 5 --inner 128 --columns 24 --weight-format w4g128 --epilogue residual --gather --scatter --seed 12",
    "conv": "--operator conv1d --channels 40 --length 37 --state --seed 13",
    "norm": "--operator rms_norm --rows 9 --size 72 --seed 14",
    "hadamard": "--operator hadamard --rows 5 --size 96 --seed 15",
    "embedding": "--operator embedding --rows 37 --size 40 --vocabulary 90 --seed 18",
    "decode_batch": "--operator mamba_block --model-width 32 --channels 64 --states 8 --decode --batch 5 --seed 20",
    "streamed": "--operator mamba_block --model-width 256 --channels 256 --states 4 --length 3 --seed 19",
    "layer_passes": "--operator mamba_block --model-width 16 --channels 32 --states 24 --length 37 --bidirectional --seed 17",
    "layer": "--operator mamba_block --model-width 32 --channels 64 --states 8 --length 37 --pattern 2:4 --seed 16",
}
# Errors that the judge must go on seeing as it does: of a value, of a counter, of the protocol.
PLANTED = [
    ("scan/ssm_scan_pe.sv", "1 << (ssm_pkg::ExpFrac - 1)", "1 << (ssm_pkg::ExpFrac - 2)", "reverse", "random"),
    ("mem/ssm_dma_burst.sv", "w_accept ? IncBits'(DataBits)", "w_accept ? IncBits'(DataBits / 8)", "reverse", "random"),
    ("mem/ssm_dma_burst.sv", "PageBeatBits = 12 - ByteShift", "PageBeatBits = 13 - ByteShift", "long", "random"),
]
SCAN_LISTS = [("machine_rtl", "*point tiny"), ("machine_rtl", "*unusual parameters")]
SET_LISTS = [("set_agreement", "machine with sets*")]
UNIT_LISTS = [("unit_agreement", "*"), ("illegal_descriptor", "*"), ("layer_agreement", "*16 bytes*")]
MORE_UNIT_LISTS = [("program_agreement", "*16 bytes*"), ("layer_agreement", "*32 bytes*"), ("machine_agreement", "*every cycle*")]
PLANTED_LISTS = {"scan": SCAN_LISTS, "unit": UNIT_LISTS + MORE_UNIT_LISTS, "set": SET_LISTS}
HOME = {"scan": "compare tiny", "unit": "compare small_block", "set": "compare tiny_sets"}


# Of a test: its label; its words, {build} and {root} for the folders; the folder that it stands in; what it prints, else None.
Test = namedtuple("Test", "label command folder expects")
# Tests of what no mutant changes, or that look at the whole tree: of campaigns, of what proofs prove (they are asked as proofs).
LEFT_OUT = re.compile(r"tests/(mutation|weekly|formal|coverage)(/|$)")


def registered_tests(build):
    """{name: Test}, as CTest has them; programs need not be there yet."""
    root, tests = str(Path(build).parent), {}
    place = lambda word: word.replace("\\\\", "\\").replace('\\"', '"').replace("\\$", "$").replace(str(build), "{build}").replace(root, "{root}")
    quoted = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
    for file in sorted((build / "tests").rglob("CTestTestfile.cmake")):
        folder, text = file.parent.relative_to(build).as_posix(), file.read_text()
        for name, words, values in re.findall(r"^add_test\(\[=\[(.*?)\]=\] (.*?)\)\nset_tests_properties\(.*? PROPERTIES (.*?)\)$", text, re.M | re.S):
            value = lambda key: (re.search(rf'\b{key} {quoted.pattern}', values, re.S) or [None, None])[1]
            if not LEFT_OUT.match(folder):
                tests[name] = Test(value("LABELS"), [place(word) for word in quoted.findall(words)], folder, value("PASS_REGULAR_EXPRESSION"))
    return tests


class Steps:
    """tests: as `registered_tests` has them; left_out: a regular expression on the names of checks."""

    def __init__(self, tests, left_out="", compare_first=False):
        self.tests, self.left_out, self.compare_first = tests, left_out, compare_first
        self.compares = [Compare(point, SCAN_RUNS) for point in ("tiny", f"{HERE}/lanes.yaml", f"{HERE}/tiny16.yaml")]
        self.compares += [Compare(f"{HERE}/narrow_port.yaml", [("narrow", "ideal")]), Compare(f"{HERE}/tiny_sets.yaml", SET_RUNS),
                          Compare(f"{HERE}/small_block.yaml", UNIT_RUNS)]
        self.plans = [Plan(f"{HERE}/mutants.yaml", tag) for tag in ("scan", "units")]
        order = ("leaf", "block", "machine", "trace", "system")
        self.suite = [BuiltTest(f"test {name}", test) for name, test in sorted(tests.items(), key=lambda one: order.index(one[1].label))]

    def test(self, name):
        return BuiltTest(f"test {name}", self.tests.get(name) or Test("leaf", [f"{{build}}/tests/{name}_test"], "tests", None))

    def list_of(self, program, case):
        folder = self.tests[program].folder if program in self.tests else "tests"
        return BuiltTest(f"list {program} {case}", Test("machine", [f"{{build}}/tests/{program}_test", "--rng-seed", "1", case], folder, None))

    def noted(self, mutant):
        """The check that the note of a planted error names: none, or one."""
        kind, _, rest = mutant.note.partition(": ")
        program, _, case = rest.partition(" ")
        if kind not in ("leaf", "case", "test"):
            return []
        return [self.test(rest) if kind == "leaf" else self.list_of("machine_rtl", rest) if kind == "case" else self.list_of(program, case)]

    def rank(self, mutant, check):
        """What comes before what, whatever it has found so far."""
        planted = mutant.family == "planted"
        if isinstance(check, Compare) and (planted or self.compare_first):
            return 1 if check.name == HOME.get(mutant.group) else 2
        if isinstance(check, (Lint, Build)):
            return 0
        if mutant.family == "pair":  # what compare does not see is a hole above hls, whatever a test says
            return 1 if isinstance(check, (Compare, Plan)) else 2
        if check.name in [one.name for one in self.noted(mutant)]:
            return 3
        return 4 if planted and (isinstance(check, Plan) or check.name.startswith("list ")) else 5

    def checks_of(self, mutant):
        """By rank, without those that the campaign leaves out."""
        asked = [check for check in self.every(mutant) if not (self.left_out and re.search(self.left_out, check.name))]
        return sorted(asked, key=lambda check: self.rank(mutant, check))

    def every(self, mutant):
        of_all = [*self.compares, *self.plans, *self.suite]
        if mutant.family not in ("rtl", "planted"):
            judge = [Planted(number, *one) for number, one in enumerate(PLANTED)] if mutant.family == "judge" else []
            return [Build(), *judge, *of_all]
        module = PurePosixPath(mutant.path).stem
        proofs = proofs_of(module, Path(__file__).resolve().parents[2])
        text = [Proof(module, proofs)] if proofs else []
        if mutant.family == "rtl":  # an error that a person planted may leave a signal unread
            return [Lint(module), *text, *of_all]
        lists = [self.list_of(*case) for case in PLANTED_LISTS[mutant.group]]
        mine = {check.name: check for check in [*text, *self.compares, *self.plans, *lists, *self.suite]}
        return list((mine | {check.name: check for check in self.noted(mutant)}).values())
