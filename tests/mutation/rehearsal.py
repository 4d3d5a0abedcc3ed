"""Do the checks of the ladder still work? What each of them names is looked up in the build of the checkout, without a mutant and
without Verilating: design points load, traces are generated, the plan is read and has the tags, test programs are there and have
the cases, errors planted in the judge's RTL are found once. Seconds; the controls of a campaign say the same in minutes."""
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from checks import BuiltTest, Compare, Plan, Planted, Proof
from steps import PLANTED, TRACES, Steps, registered_tests


class Rehearsal:
    def __init__(self, root, build):
        self.root, self.build, self.program = Path(root), Path(build).resolve(), Path(build).resolve() / "bin/scansim"
        self.suite, self.seen, self.faults = list(registered_tests(self.build).values()), {}, []

    def says(self, *command):
        try:
            ended = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        except (OSError, subprocess.TimeoutExpired) as error:
            return 127, str(error)
        return ended.returncode, ended.stdout + ended.stderr

    def point(self, check):
        point = self.root / check.point if check.point.endswith(".yaml") else check.point
        status, said = self.says(self.program, "config", "show", point)
        return "" if status == 0 else said

    def plan(self, check):
        """A tag that no plan has is refused after the plan was read, with those that it has."""
        with tempfile.TemporaryDirectory() as folder:
            status, said = self.says(self.program, "regress", "run", self.root / check.plan, "--out", Path(folder) / "r", "--tag", "no such tag")
        tags = said.partition("--tag: expected one of ")[2].partition(", found")[0].split(", ")
        return "" if status == 2 and check.tag in tags else said

    def cases(self, check):
        """Those of a list or note; of a test of the suite, which CTest names, that its program is there."""
        program = self.build / "tests" / (check.program or "")
        if not program.exists():
            return f"no program {program}"
        if check.test in self.suite:
            return ""
        names = check.test.command[1:]
        status, said = self.says(program, "--list-test-names-only", *names)
        return "" if said.strip() and status != 127 else f"no case {' '.join(names)} in {check.program}"

    def planted(self, check):
        found = (self.root / "rtl" / check.path).read_text().count(check.text)
        return "" if found == 1 else f"{check.path}: expected once, found {found} times: {check.text}"

    def proof(self, check):
        """Each row has its claims, and its tool is there."""
        claims = self.root / f"tests/formal/ssm_{check.name.removeprefix('proof ')}.sva"
        if not claims.exists():
            return f"no claims {claims}"
        return "" if shutil.which("yosys") or os.environ.get("SCANSIM_YOSYS") else "no yosys (Debian package yosys)"

    def ask(self, check):
        if check.name in self.seen:
            return
        kinds = ((Compare, self.point), (Plan, self.plan), (BuiltTest, self.cases), (Planted, self.planted), (Proof, self.proof))
        fault = next((look(check) for kind, look in kinds if isinstance(check, kind)), "")
        self.seen[check.name] = not fault
        if fault:
            self.faults.append(f"{check.name}: {' '.join(fault.split())[:300]}")

    def traces(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, options in TRACES.items():
                status, said = self.says(self.program, "trace", "generate", *shlex.split(options), "--out", Path(folder) / f"{name}.safetensors")
                self.seen[f"trace {name}"] = status == 0
                if status != 0:
                    self.faults.append(f"trace {name}: {' '.join(said.split())[:300]}")


def rehearse(root, build, mutants):
    """The faults, and how many things were looked at: the ladder of one mutant of every file, list and note."""
    rehearsal = Rehearsal(root, build)
    rehearsal.traces()
    steps = Steps(registered_tests(rehearsal.build))
    if not rehearsal.suite:
        rehearsal.faults.append(f"no test in {rehearsal.build}")
    for mutant in {(mutant.path, mutant.group, mutant.note): mutant for mutant in mutants}.values():
        for check in steps.checks_of(mutant):
            rehearsal.ask(check)
    for number, one in enumerate(PLANTED):
        rehearsal.ask(Planted(number, *one))
    return rehearsal.faults, len(rehearsal.seen)
