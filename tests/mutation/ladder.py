"""Which checks a mutant meets, in which order, and the verdict of the first that notices it.

Verdicts: killed, alive; not counted: stillborn, equivalent (equal object code, or reviewed), error (to be repeated). A mutant that
nothing notices in its budget of seconds is alive. One that is chosen at run time (schema.py) meets the checks that reach it (reach.py), in
the order of their kills per second so far; what they let live meets a build of its own: it says whether any object code differs, and
sees what a switch in a constant expression hides. So a switch kills, and only a build lets live.
"""
import shlex
from collections import namedtuple

from check_times import CheckTimes
from checks import Build, BuiltTest, Compare, Lint, Plan, Planted, Proof, first_complaint
from ephemeral_copy import BudgetSpent
from process import used_s
from reach import Reach
from results import SPENT
from schema import SchemaError
from steps import TRACES, Steps, registered_tests

NOT_REACHED = "no test reaches it"
# compare: does `compare` alone notice it, "noticed" or "passed"; "" where not all of it was asked.
Verdict = namedtuple("Verdict", "verdict killer seconds detail compare", defaults=("",))


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

    def __init__(self, copy, left_out="", budget_s=None, schema=None, compare_first=False):
        self.copy, self.budget_s, self.schema = copy, budget_s, schema
        self.lived = {}
        self.passed = {}  # names of the checks that let a mutant live, as far as it has met them
        self.controls = {}  # by copy and name: each check has its control once
        self.times = CheckTimes(copy.folder / "checks.json")
        self.left_out, self.compare_first, self.steps = left_out, compare_first, None
        self.reach, self.whole = Reach(schema) if schema else None, False
        self.first_build(schema or copy)

    def first_build(self, copy):
        """What every mutant in this copy needs; once."""
        if (copy, "scansim") in self.controls:
            return
        build = lambda: "" if (ended := copy.ninja("scansim")).status == 0 else ended.text
        said = self.without_refused(build, halves=False) if copy is self.schema else build()
        if said:
            raise CampaignError(f"the tree as it is does not build: {first_complaint(said)}")
        self.controls[copy, "scansim"] = True
        self.steps = self.steps or Steps(registered_tests(copy.build), self.left_out, self.compare_first)
        make_traces(copy)

    def without_refused(self, build, halves):
        try:
            for mutant in self.schema.settle(build, halves):
                print(f"built by itself: {mutant.name}", flush=True)
            return ""
        except SchemaError as error:
            return str(error)

    def controlled(self, check, copy, again):
        """The check that has passed on the tree as it is, None of a test that does not; `again` brings the mutant back."""
        if (copy, check.name) not in self.controls:
            started = used_s()
            copy.deadline = None
            copy.restore()
            if copy is self.schema:
                self.recorded(check)
            else:
                found = check.control(copy)
                self.passes(check, copy, found.what == "passed", f"{found.what}: {found.detail}")
            again()
            self.spent_on_controls += used_s() - started
        return self.controls[copy, check.name]

    def passes(self, check, copy, passed, said):
        if not passed and not isinstance(check, BuiltTest):
            raise CampaignError(f"control: expected {check.name} to pass on the tree as it is, found {said}")
        if not passed:  # what looks for files that the copy has not
            print(f"left out: {check.name}: {said}", flush=True)
        self.controls[copy, check.name] = check if passed else None

    def recorded(self, check):
        """The control in the copy with switches: once, also of a run that was killed, but of what keeps what it saw."""
        if isinstance(check, BuiltTest):
            self.build_suite()
        record = self.reach.of(check)
        if record is None or isinstance(check, Planted):
            found = self.reach.control(check, used_s)
            if found.what == "stillborn":
                said = lambda: "" if (tried := check.control(self.schema)).what != "stillborn" else f"{tried.detail}\n{self.schema.build_logs()}"
                self.without_refused(said, halves=isinstance(check, (Compare, Plan)))
                self.reach.control(check, used_s)
            record = self.reach.records[check.name]
            print(f"control: {check.name}: reaches {len(record.names)} in {record.seconds:.1f} s", flush=True)
        self.times.control(check.name, record.seconds)
        self.passes(check, self.schema, record.asks, record.said)

    def build_suite(self):
        """All tests at once: a program that does not build is left out by its control."""
        if not self.whole:
            self.without_refused(lambda: "" if (ended := self.schema.ninja("all")).status == 0 else ended.text, halves=False)
            self.whole = True

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
                print(f"lives at run time ({seconds():.0f} s{'' if self.reached(mutant) else ', ' + NOT_REACHED}): {mutant.name}", flush=True)
            if found is None and builds:
                found = self.alone(mutant, seconds, confirms=self.is_switched(mutant))
        except BudgetSpent as last:
            found = Verdict("alive", "", seconds(), f"{self.budget_s:.0f} {SPENT} {last}")
        if found and found.verdict == "stillborn" and mutant.family == "planted":  # its line is to be written anew
            found = found._replace(verdict="error", detail=f"does not build: {found.detail}")
        return found and found._replace(compare=self.compare_said(mutant, found))

    def compare_said(self, mutant, found):
        if found.killer.startswith("compare "):
            return "noticed" if found.verdict == "killed" else ""
        every = {check.name for check in self.steps.every(mutant) if isinstance(check, Compare)}
        return "passed" if every and every <= self.passed.get(mutant, set()) else ""

    def is_switched(self, mutant):
        return self.schema is not None and mutant in self.schema.switches

    def reached(self, mutant):
        """Of one without a switch nobody knows."""
        return not self.is_switched(mutant) or any(mutant.name in record.names for record in self.reach.records.values())

    def meets(self, mutant, check, copy, seconds, again):
        """A verdict where this check has one, None where it passed, or its name where its object code is equal."""
        check = self.controlled(check, copy, again)
        if check is None:
            return None
        if copy is self.schema and not self.reach.reaches(check, mutant):
            self.passed.setdefault(mutant, set()).add(check.name)
            return None
        if self.budget_s:
            copy.deadline = used_s() + self.budget_s - seconds()
        began = seconds()
        found = check.run(copy)
        self.times.ran(check.name, seconds() - began, found.what == "killed")
        if found.what in ("killed", "error", "stillborn"):
            return Verdict(found.what, found.killer, seconds(), found.detail)
        self.passed.setdefault(mutant, set()).add(check.name)
        return check.name if found.what == "equal" else None

    def switched(self, mutant, seconds):
        """What kills a mutant that is chosen at run time, else None; lint and proofs read its text alone."""
        left = [check for check in self.steps.checks_of(mutant) if not isinstance(check, Build)]
        while left:
            check = self.next_of(mutant, left)
            left.remove(check)
            if isinstance(check, (Lint, Proof)):
                said = self.in_copy(self.copy, mutant, lambda again: self.meets(mutant, check, self.copy, seconds, again))
            else:
                said = self.chosen(mutant, lambda again: self.meets(mutant, check, self.schema, seconds, again))
            if isinstance(said, Verdict):
                return said
        return None

    def next_of(self, mutant, left):
        """By rank; then what is known to reach the mutant, most kills per second first; then what has no control yet."""
        def key(check):
            text = isinstance(check, (Lint, Proof))
            known = text or (self.schema, check.name) in self.controls
            return self.steps.rank(mutant, check), not known, -self.times.rate(check) if known else 0
        return min(left, key=key)

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

    def alone(self, mutant, seconds, confirms=False):
        """What checks say of a build with this mutant alone. confirms: of one that switches let live; the text of RTL was switched
        as it is, so only its object code is asked for."""
        self.first_build(self.copy)
        kept = self.copy.machines()
        wanted = self.of_its_own_build(mutant, confirms)
        try:
            return self.in_copy(self.copy, mutant, lambda again: self.one_by_one(mutant, wanted, seconds, again))
        finally:
            self.copy.forget_machines(self.kept_machines(kept))

    def of_its_own_build(self, mutant, confirms):
        """confirms: what says that object code differs, and of C++ shows what constants do. Else, and of what may be reached in constant
        expressions alone, all but tests that come nowhere near it."""
        wanted = self.steps.checks_of(mutant)
        constants = mutant.path.endswith(".sv") or "constexpr" in (self.copy.source / mutant.path).read_text()
        if confirms and (mutant.path.endswith(".sv") or not constants or self.reached(mutant)):
            return [check for check in wanted if isinstance(check, Build) or constants and isinstance(check, Compare)]
        suite = {check.name for check in self.steps.suite} - {check.name for check in self.steps.noted(mutant)}
        if self.reach and mutant.family != "planted":
            for check in self.steps.suite:
                self.controlled(check, self.schema, lambda: None)
        near = {check.name: self.reach.near(check, mutant) if self.reach else 1 for check in wanted if check.name in suite}
        wanted = [check for check in wanted if check.name not in suite or check.program and near[check.name]]
        order = lambda check: (self.steps.rank(mutant, check), isinstance(check, BuiltTest), -near.get(check.name, 0), -self.times.rate(check))
        return sorted(wanted, key=order)

    def one_by_one(self, mutant, wanted, seconds, again):
        equal = []
        for check in wanted:
            if isinstance(check, Plan) and check.tag == "units" and "compare small_block" in equal:
                continue  # its machine is that one
            said = self.meets(mutant, check, self.copy, seconds, again)
            if isinstance(said, Verdict):
                return said
            if said:
                equal.append(said)
                if said == "build":
                    break
        compared = [check.name for check in wanted if isinstance(check, Compare)]
        if equal == ["build"] or compared and equal == compared:
            return Verdict("equivalent", "equal object code: " + ", ".join(equal), seconds(), "")
        said = ([] if self.reached(mutant) else [NOT_REACHED]) + (["equal at " + ", ".join(equal)] if equal else [])
        return Verdict("alive", "", seconds(), "; ".join(said))

    def kept_machines(self, before):
        """Those of the unchanged tree: they were there, or a control has just built them."""
        unchanged = set().union(*(check.unchanged for (copy, _), check in self.controls.items()
                                  if copy is self.copy and isinstance(check, Compare)))
        return set(before) | {path for path, digest in self.copy.machines().items() if digest in unchanged}
