"""The checks that a mutant meets. Each has a name, `control(copy)` for the tree as it is and `run(copy)` with a mutant in it.

Found.what: passed, killed, stillborn (does not build, or lint refuses it), equal (its object code is that of the unchanged
tree), error (the check itself did not work). Found.killer: the check and what of it.
"""
import hashlib
import re
import shutil
from collections import namedtuple

from process import NO_END, NOT_BUILT

Found = namedtuple("Found", "what killer detail", defaults=("", ""))
PASSED = Found("passed")
TEST_LIMIT_S, SYSTEM_LIMIT_S, PLAN_LIMIT_S, COMPARE_LIMIT_S, PROOF_LIMIT_S = 600, 15, 1200, 60, 120
BROKEN_BUILD = re.compile(r"(verilating|compiling) .*failed with status")


def first_complaint(text):
    """The line that says what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for pattern in (r" disagrees with ", r"bucket", r"FAILED:|protocol", r"%Error|error:", r"rror"):
        for line in lines:
            if re.search(pattern, line):
                return line[:300]
    return lines[-1][:300] if lines else ""


def judged(ended, killer):
    """What a run tells that should have passed."""
    if ended.status == 0:
        return PASSED
    if ended.status == NOT_BUILT:
        return Found("error", killer, "not built in time")
    if BROKEN_BUILD.search(ended.text):
        return Found("stillborn", killer, first_complaint(ended.text))
    return Found("killed", killer, "no end in time" if ended.status == NO_END else first_complaint(ended.text))


def built(ended, killer):
    if ended.status == 0:
        return PASSED
    return Found("error" if ended.status == NOT_BUILT else "stillborn", killer, first_complaint(ended.text))


class Lint:
    """RTL: what .ci/lint says of the machine and of the module alone."""

    def __init__(self, module):
        self.name, self.module = "lint", module

    def run(self, copy):
        rtl = copy.root / "rtl"
        sources = [line for line in (rtl / "files.f").read_text().splitlines() if line and not line.startswith("#")]
        for top in ("ssm_top",) if self.module.endswith("_pkg") else ("ssm_top", self.module):
            ended = copy.run(["verilator", "--lint-only", "-Wall", "lint/waivers.vlt", *sources, "--top-module", top], cwd=rtl)
            if ended.status != 0:
                return Found("stillborn", self.name, first_complaint(ended.text))
        return PASSED

    control = run


def proofs_of(module, root):
    """Names of the proofs of a module in tests/formal/proofs.txt."""
    rows = [line.split("|") for line in (root / "tests/formal/proofs.txt").read_text().splitlines() if line and line[0] != "#"]
    return [row[0].strip() for row in rows if row[1].strip() == module]


class Proof:
    """RTL: the proofs of the module (tests/formal). One that finds a way from reset to a broken claim kills; one that only fails to
    prove says nothing: another invariant may."""

    def __init__(self, module, names):
        self.name, self.names = f"proof {module.removeprefix('ssm_')}", names

    def prove(self, copy):
        return copy.run([copy.root / "tests/formal/prove.sh", f"^({'|'.join(self.names)})$"], limit_s=PROOF_LIMIT_S)

    def control(self, copy):
        ended = self.prove(copy)
        return PASSED if ended.status == 0 else Found("error", self.name, first_complaint(ended.text))

    def run(self, copy):
        refuted = re.search(r"^(\S+) +refuted", self.prove(copy).text, re.M)
        return Found("killed", f"{self.name}: {refuted.group(1)}", refuted.group(0)) if refuted else PASSED


class Build:
    """C++: does the program build, and does any of its object code differ?"""

    name = "build"

    def __init__(self):
        self.unchanged = {}

    def objects(self, copy):
        return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in copy.build.rglob("*.o")
                if path.relative_to(copy.build).parts[0] != "tests"}

    def control(self, copy):
        found = built(copy.ninja("scansim"), self.name)
        self.unchanged = self.objects(copy)
        return found

    def run(self, copy):
        found = built(copy.ninja("scansim"), self.name)
        if found.what != "passed":
            return found
        now = self.objects(copy)
        same = all(now.get(path) == digest for path, digest in self.unchanged.items())
        return Found("equal", self.name, "no object of the program differs") if same else PASSED


class BuiltTest:
    """A test of the tree (steps.py), built in the copy. One that is a command needs all that is built."""

    def __init__(self, name, test):
        self.name, self.test, self.folder = name, test, test.folder
        program = re.fullmatch(r"\{build\}/tests/(\w+_tests?)", test.command[0])
        self.program = program[1] if program else None

    def arguments(self):
        words = [word + "~[speed]" if word.startswith("[#") else word for word in self.test.command[1:]]  # a busy machine kills nothing
        return words + ["--abort"] if self.program else words

    def run(self, copy):
        if self.program:
            found = built(copy.ninja(f"tests/{self.program}"), self.name)
            if found.what != "passed":
                return found
        command = [word.replace("{build}", str(copy.build)).replace("{root}", str(copy.root)) for word in (self.test.command[0], *self.arguments())]
        working = copy.build / self.folder
        limit_s = SYSTEM_LIMIT_S if self.test.label == "system" else TEST_LIMIT_S
        ended = copy.run(command, limit_s=limit_s, machine=True, cwd=working if working.exists() else copy.build)
        if self.test.expects and ended.status == 0 and not re.search(self.test.expects, ended.text):
            return Found("killed", self.name, f"expected to be told {self.test.expects}")
        return judged(ended, self.name)

    control = run


class Compare:
    """`scansim compare` of some calls at one design point."""

    def __init__(self, point, runs):
        self.point, self.runs = point, runs
        self.name = f"compare {point.split('/')[-1].removesuffix('.yaml')}"
        self.unchanged = set()  # digests of the machine as it is

    def compare(self, copy, trace, memory, data=None):
        point = copy.root / self.point if self.point.endswith(".yaml") else self.point
        rungs = "ref,hls,systemc,fast,analytic,rtl" if memory == "ideal" else "ref,hls,systemc,fast,rtl"
        return copy.run([copy.build / "bin/scansim", "compare", copy.folder / f"traces/{trace}.safetensors", "--config", point,
                         "--memory", memory, "--seed", "1", "--quiet", "--rungs", rungs],
                        limit_s=COMPARE_LIMIT_S, machine=True, data=data)

    def control(self, copy):
        found = self.run(copy)
        self.unchanged = {digest for path, digest in copy.machines().items()}
        return found

    def run(self, copy):
        found = built(copy.ninja("scansim"), self.name)
        if found.what != "passed":
            return found
        for trace, memory in self.runs:
            before = copy.machines()
            ended = self.compare(copy, trace, memory)
            killer = f"{self.name} {trace} {memory}"
            found = judged(ended, killer)
            if found.what != "passed":
                return found
            made = {digest for path, digest in copy.machines().items() if path not in before}
            if made and made <= self.unchanged:
                return Found("equal", self.name, f"the machine of {self.name} is the unchanged one")
        return PASSED


class Plan:
    """`scansim regress run` of the plan mutants.yaml: the testpoints of one tag."""

    def __init__(self, plan, tag):
        self.name, self.plan, self.tag = f"plan {tag}", plan, tag

    def run(self, copy):
        found = built(copy.ninja("scansim"), self.name)
        if found.what != "passed":
            return found
        folder = copy.folder / "regress"
        shutil.rmtree(folder, ignore_errors=True)
        ended = copy.run([copy.build / "bin/scansim", "regress", "run", copy.root / self.plan, "--out", folder, "--tag", self.tag,
                          "--jobs", "2", "--no-shrink", "--max-waves", "0"], limit_s=PLAN_LIMIT_S, machine=True)
        return judged(ended, self.name)

    control = run


class Planted:
    """The judge judged: what compare says of RTL with a known error must stay what it was."""

    def __init__(self, number, path, text, new, trace, memory):
        self.name, self.number = f"planted {number}", number
        self.path, self.text, self.new = path, text, new
        self.compare = Compare("tiny", [(trace, memory)])
        self.said = None

    def answer(self, copy):
        ended = self.compare.compare(copy, *self.compare.runs[0], data=copy.folder / f"planted-{self.number}")
        return ended, [line for line in ended.text.splitlines() if not line.startswith("reproduce:")]

    def control(self, copy):
        data = copy.folder / f"planted-{self.number}"
        data.mkdir(exist_ok=True)
        for name in ("models", "sim", "traces"):
            if not (data / name).is_symlink():
                (data / name).symlink_to(copy.root / name)
        shutil.rmtree(data / "rtl", ignore_errors=True)
        shutil.copytree(copy.source / "rtl", data / "rtl")  # of the tree as it is, without switches
        source = (data / "rtl" / self.path).read_text()
        (data / "rtl" / self.path).write_text(source.replace(self.text, self.new))
        ended, self.said = self.answer(copy)
        caught = source.count(self.text) == 1 and ended.status in (1, 3)
        return PASSED if caught else Found("error", self.name, f"a planted error is not seen: {first_complaint(ended.text)}")

    def run(self, copy):
        found = built(copy.ninja("scansim"), self.name)
        if found.what != "passed":
            return found
        ended, said = self.answer(copy)
        if said == self.said:
            return PASSED
        differs = next((line for line in said if line not in self.said), "it says less")
        return Found("killed", self.name, "no end in time" if ended.status == NO_END else differs[:300])
