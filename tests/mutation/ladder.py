"""Which checks a mutant meets, in which order, and the verdict of the first that notices it.

Verdicts: killed, alive; not counted: stillborn, equivalent (equal object code, or reviewed), error (to be repeated). A mutant that
nothing notices in its budget of seconds is alive. The checks of one that is chosen at run time (schema.py) come in the order of
their kills per second so far; what they let live meets a build of its own: it says whether any object code differs, and sees what a
switch in a constant expression hides. So a switch kills, and only a build lets live.
"""
import re
import shlex
from collections import namedtuple
from pathlib import Path, PurePosixPath

from check_times import CheckTimes
from checks import Build, BuiltTest, Compare, Lint, Plan, Planted, Proof, first_complaint, proofs_of
from ephemeral_copy import BudgetSpent
from process import used_s
from results import SPENT
from schema import SchemaError

Verdict = namedtuple("Verdict", "verdict killer seconds detail")

HERE = "tests/mutation"
SCAN_RUNS = [("reverse", "random"), ("batch", "dram-ddr4"), ("one", "ideal"), ("decode", "random"), ("long", "random")]
UNIT_RUNS = [("layer", "random"), ("layer_passes", "random"), ("gemm", "random"), ("gemm_w4", "dram-ddr4"), ("conv", "ideal"), ("norm", "random"),
             ("hadamard", "random"), ("embedding", "random"), ("decode_batch", "random"), ("streamed", "dram-ddr4"), ("reverse", "random")]
SET_RUNS = [("sets", "random"), ("sets_drawn", "dram-ddr4")]
TRACES = {
    "reverse": "--channels 13 --states 16 --length 45 --seed 4 --reverse --h0",
    "batch": "--channels 14 --states 11 --groups 2 --length 37 --batch 2 --seed 3",
    "one": "--channels 2 --states 4 --length 40 --seed 6 --no-z --no-softplus",
    "decode": "--channels 5 --states 6 --length 4 --seed 5 --decode --h0",
    "long": "--channels 5 --states 5 --length 700 --seed 7",
    "sets": "--operator scan_sets --channels 13 --states 16 --grid 6x5 --sets 'raster; reverse:raster segment=8' --seed 21",
    "sets_drawn": "--operator scan_sets --channels 13 --states 16 --grid 6x5 --random-sets 4 --seed 22",
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
OF_UNITS = re.compile(r"/(gemm|units)/|scratch|unit|list_memory|conv|norm|hadamard|w4|topn|index")
OF_SETS = re.compile(r"set_check|sum_buffer|set_record|sequencer_sets|set_jobs|set_events")
SCAN_LISTS = [("machine_rtl", "*point tiny"), ("machine_rtl", "*unusual parameters")]
SET_LISTS = [("set_agreement", "machine with sets*")]
UNIT_LISTS = [("unit_agreement", "*"), ("illegal_descriptor", "*"), ("layer_agreement", "*16 bytes*")]


def registered_tests(build):
    """{name: (program, arguments, folder)} of the tests that are programs, as CTest has them."""
    tests = {}
    for file in build.rglob("CTestTestfile.cmake"):
        for name, words in re.findall(r"^add_test\(\[=\[(.*?)\]=\] (.*)\)$", file.read_text(), re.M):
            command = re.findall(r'"((?:[^"\\]|\\.)*)"', words)
            folder, _, program = command[0].rpartition("/")
            if folder == str(build / "tests"):
                tests[name] = (program, command[1:], file.parent.relative_to(build).as_posix())
    return tests


class CampaignError(Exception):
    """Nothing that follows would mean anything."""


def make_traces(copy):
    folder = copy.folder / "traces"
    folder.mkdir(exist_ok=True)
    for name, options in TRACES.items():
        if not (folder / f"{name}.safetensors").exists():
            ended = copy.run([copy.build / "bin/scansim", "trace", "generate", *shlex.split(options), "--out",
                              folder / f"{name}.safetensors"])
            if ended.status != 0:
                raise CampaignError(f"trace {name}: {ended.text}")


class Ladder:
    """copy: where one mutant at a time is planted. schema: the copy with those that are chosen at run time, or None."""

    def __init__(self, copy, left_out="", budget_s=None, schema=None):
        self.copy, self.left_out, self.budget_s, self.schema = copy, left_out, budget_s, schema
        self.lived = {}
        self.controls = {}  # by copy and name: each check has its control once
        self.times = CheckTimes(copy.folder / "checks.json")
        self.tests = None
        for one in (schema, copy):
            if one is not None and (one is schema or schema is None):
                self.first_build(one)

    def first_build(self, copy):
        """What every mutant in this copy needs; once."""
        if (copy, "scansim") in self.controls:
            return
        build = lambda: "" if (ended := copy.ninja("scansim")).status == 0 else ended.text
        said = self.without_refused(build, halves=False) if copy is self.schema else build()
        if said:
            raise CampaignError(f"the tree as it is does not build: {first_complaint(said)}")
        self.controls[copy, "scansim"] = True
        self.tests = self.tests or registered_tests(copy.build)
        make_traces(copy)

    def without_refused(self, build, halves):
        try:
            for mutant in self.schema.settle(build, halves):
                print(f"built by itself: {mutant.name}", flush=True)
            return ""
        except SchemaError as error:
            return str(error)

    def leaf_tests(self, path):
        """Those named as the file, and of C++ those of the folder that tests its folder."""
        stem = PurePosixPath(path).stem.removeprefix("ssm_")
        names = [name for name in (f"{stem}_rtl", f"{stem}_hls", stem) if name in self.tests]
        if not path.startswith("rtl/"):
            folder = f"tests/{PurePosixPath(path).parent.as_posix()}"
            while folder not in ("tests", "tests/sim", "tests/host") and not any(t[2] == folder for t in self.tests.values()):
                folder = folder.rsplit("/", 1)[0]
            names += [name for name, test in self.tests.items() if test[2] == folder and name not in names
                      and folder not in ("tests", "tests/sim/top", "tests/sim/rungs")]
        return [BuiltTest("leaf", name, *self.tests[name][:2]) for name in names]

    def checks_of(self, mutant):
        """Cheapest first, without those that the campaign leaves out."""
        return [check for check in self.ladder_of(mutant) if not (self.left_out and re.search(self.left_out, check.name))]

    def ladder_of(self, mutant):
        paths = [change.path for change in mutant.changes]
        units = any(OF_UNITS.search(path) for path in paths)
        scan = [Compare(point, SCAN_RUNS) for point in ("tiny", f"{HERE}/lanes.yaml", f"{HERE}/tiny16.yaml")]
        unit = [Compare(f"{HERE}/small_block.yaml", UNIT_RUNS)]
        sets = [Compare(f"{HERE}/tiny_sets.yaml", SET_RUNS)]
        of_sets = any(OF_SETS.search(path) for path in paths)
        compares = (unit if units and mutant.family == "rtl" else unit + scan[:1] if units
                    else sets + scan[:1] if of_sets else scan + sets + unit)
        # What no unit's file is may stand in the way of both.
        plans = [Plan(f"{HERE}/mutants.yaml", tag) for tag in (("units",) if units else ("scan", "units"))]
        lists = plans + [BuiltTest("list", f"{name} {case}", f"{name}_test", ["--abort", "--rng-seed", "1", case])
                 for name, case in (UNIT_LISTS if units else SET_LISTS if of_sets else SCAN_LISTS + SET_LISTS + UNIT_LISTS)]
        leaves = [leaf for path in dict.fromkeys(paths) for leaf in self.leaf_tests(path)]
        if mutant.family == "rtl":
            module = PurePosixPath(mutant.path).stem
            proofs = proofs_of(module, Path(__file__).resolve().parents[2])
            return [Lint(module), *([Proof(module, proofs)] if proofs else []), *leaves, *compares, *lists]
        if mutant.family == "pair":  # what compare does not see is a hole above hls, whatever a leaf says
            return [Build(), *compares, *plans, *leaves]
        judge = [Planted(number, *one) for number, one in enumerate(PLANTED)] if mutant.family == "judge" else []
        return [Build(), *leaves, *compares[:2], *judge, *lists]

    def controlled(self, check, copy, again):
        """The check that has passed on the tree as it is; `again` brings the mutant back."""
        if (copy, check.name) not in self.controls:
            started = used_s()
            copy.deadline = None
            copy.restore()
            found = check.control(copy)
            if copy is self.schema and found.what == "stillborn":
                said = lambda: "" if (tried := check.control(copy)).what != "stillborn" else f"{tried.detail}\n{copy.build_logs()}"
                self.without_refused(said, halves=isinstance(check, (Compare, Plan)))
                found = check.control(copy)
            if found.what != "passed" and copy is self.schema and isinstance(check, BuiltTest) and check.name.startswith("leaf"):
                print(f"left out with switches: {check.name}: {found.detail}", flush=True)
                self.controls[copy, check.name] = None
            elif found.what != "passed":
                raise CampaignError(f"control: expected {check.name} to pass on the tree as it is, found {found.what}: {found.detail}")
            else:
                self.controls[copy, check.name] = check
            self.times.control(check.name, used_s() - started)
            again()
            self.spent_on_controls += used_s() - started
        return self.controls[copy, check.name]

    def verdict(self, mutant, builds=True):
        """builds: it may have a build of its own. Without, None where it needs one."""
        spent = self.lived.get(mutant)  # seconds in which switches let it live
        if not builds and (spent is not None or not self.is_switched(mutant)):
            return None
        started, self.spent_on_controls = used_s() - (spent or 0.0), 0.0
        seconds = lambda: used_s() - started - self.spent_on_controls
        try:
            found = self.switched(mutant, seconds) if spent is None and self.is_switched(mutant) else None
            if found is None and self.is_switched(mutant):
                self.lived[mutant] = seconds()
            if found is None and builds:
                found = self.planted(mutant, seconds, confirms=self.is_switched(mutant))
        except BudgetSpent as last:
            found = Verdict("alive", "", seconds(), f"{self.budget_s:.0f} {SPENT} {last}")
        return found

    def is_switched(self, mutant):
        return self.schema is not None and mutant in self.schema.switches

    def meets(self, check, copy, seconds, again):
        """A verdict where this check has one, None where it passed, or its name where its object code is equal."""
        check = self.controlled(check, copy, again)
        if check is None:
            return None
        if self.budget_s:
            copy.deadline = used_s() + self.budget_s - seconds()
        began = seconds()
        found = check.run(copy)
        self.times.ran(check.name, seconds() - began, found.what == "killed")
        if found.what in ("killed", "error", "stillborn"):
            return Verdict(found.what, found.killer, seconds(), found.detail)
        return check.name if found.what == "equal" else None

    def switched(self, mutant, seconds):
        """What kills a mutant that is chosen at run time, else None; lint and proofs read its text alone."""
        wanted = [check for check in self.checks_of(mutant) if not isinstance(check, Build)]
        lint = [check for check in wanted if isinstance(check, Lint)]
        built = sorted((one for one in wanted if one not in lint), key=lambda one: not isinstance(one, (Compare, Planted)))
        for check in lint + self.times.ordered(built):  # what has its machines comes before what has a program to build
            if isinstance(check, (Lint, Proof)):
                said = self.in_copy(self.copy, mutant, lambda again: self.meets(check, self.copy, seconds, again))
            else:
                said = self.chosen(mutant, lambda again: self.meets(check, self.schema, seconds, again))
            if isinstance(said, Verdict):
                return said
        return None

    def chosen(self, mutant, what):
        again = lambda: self.schema.select(mutant)
        again()
        try:
            return what(again)
        finally:
            self.schema.select(None)
            self.schema.deadline = None

    def in_copy(self, copy, mutant, what):
        again = lambda: copy.plant(mutant)
        again()
        try:
            return what(again)
        finally:
            copy.restore()
            copy.deadline = None

    def planted(self, mutant, seconds, confirms=False):
        """What checks say of a build with this mutant alone. confirms: of one that switches let live; the text of RTL was switched
        as it is, so only its object code is asked for."""
        self.first_build(self.copy)
        kept = self.copy.machines()
        wanted = [check for check in self.checks_of(mutant)
                  if not confirms or not isinstance(check, (Lint, Proof, Plan)) and (mutant.family != "rtl" or isinstance(check, Compare))]
        try:
            return self.in_copy(self.copy, mutant, lambda again: self.one_by_one(wanted, seconds, again))
        finally:
            self.copy.forget_machines(self.kept_machines(kept))

    def one_by_one(self, wanted, seconds, again):
        equal = []
        for check in wanted:
            if isinstance(check, Plan) and check.tag == "units" and "compare small_block" in equal:
                continue  # its machine is that one
            said = self.meets(check, self.copy, seconds, again)
            if isinstance(said, Verdict):
                return said
            if said:
                equal.append(said)
                if said == "build":
                    break
        compared = [check.name for check in wanted if isinstance(check, Compare)]
        if equal == ["build"] or compared and equal == compared:
            return Verdict("equivalent", "equal object code: " + ", ".join(equal), seconds(), "")
        return Verdict("alive", "", seconds(), "equal at " + ", ".join(equal) if equal else "")

    def kept_machines(self, before):
        """Those of the unchanged tree: they were there, or a control has just built them."""
        unchanged = set().union(*(check.unchanged for (copy, _), check in self.controls.items()
                                  if copy is self.copy and isinstance(check, Compare)))
        return set(before) | {path for path, digest in self.copy.machines().items() if digest in unchanged}
