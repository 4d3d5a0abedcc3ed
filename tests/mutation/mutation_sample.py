#!/usr/bin/env python3
"""Plants a random sample of small errors, one at a time, and says which check notices each.

    mutation_sample.py --count 40 --seed 1 --out FOLDER [--families rtl,hls,sim,judge,pair] [--files REGEX] [--only NAME]
                       [--leave-out REGEX] [--compare-first] [--budget SECONDS] [--alone] [--score PERCENT [--lowest PERCENT]]
    mutation_sample.py --families planted --out FOLDER   the planted errors (planted.py), all of them or --count
    mutation_sample.py --list ...      only the names of the sample
    mutation_sample.py --check         only: do the lists of pairs and of equivalents fit the tree? (ctest: mutation_lists)
                                       --families planted: do those of planted errors? (ctest: planted_errors)
    mutation_sample.py --rehearse BUILD  only: does what the checks name still exist? (rehearsal.py)

FOLDER takes the table, its sum and the copy that is mutated; a run of the same folder goes on where it was, also with a larger
count. Exit: 0 all killed but equivalents, or with --score that score and with --lowest that lower end of its 95 % interval, 1 a
survivor, or less than that, 2 bad input or a list that does not fit, 3 the campaign does not work.
"""
import argparse
import json
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # nothing is written beside the sources
from check_times import CheckTimes
from ephemeral_copy import EphemeralCopy
from ladder import CampaignError, Ladder, Verdict
from mutants import all_mutants, draw
from pairs import PairError
from planted import PlantedError
from rehearsal import rehearse
from results import Table, held, report, summary, write_summary
from reviewed import LIST, ReviewError, reviewed
from schema import SchemaCopy, switchable

ROOT = Path(__file__).resolve().parents[2]
EVERY_FAMILY = ("judge", "rtl", "hls", "sim", "pair")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, help="40; of planted errors alone all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--families", default="rtl,hls,sim,judge,pair")
    parser.add_argument("--files", default="", help="regular expression on the names, of planted errors also on what they break")
    parser.add_argument("--only", help="the mutant of this name")
    parser.add_argument("--out", type=Path, default=Path("mutation_sample"))
    parser.add_argument("--leave-out", default="", metavar="REGEX", help="checks that are not asked: 'list' of long ones; part of the folder")
    parser.add_argument("--compare-first", action="store_true", help="compare is asked before all else: what does it notice alone? So are planted errors")
    parser.add_argument("--budget", type=float, default=900.0, metavar="SECONDS", help="of a mutant: what nobody has noticed by then is alive")
    parser.add_argument("--alone", action="store_true", help="a build for each mutant, none is chosen at run time")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--rehearse", type=Path, metavar="BUILD")
    parser.add_argument("--score", type=float, metavar="PERCENT")
    parser.add_argument("--lowest", type=float, default=0.0, metavar="PERCENT")
    return parser.parse_args()


def chosen(options, mutants):
    if options.only:
        return [mutant for mutant in mutants if mutant.name == options.only]
    families = options.families.split(",")
    pool = [mutant for mutant in mutants if mutant.family in families and re.search(options.files, f"{mutant.name} {mutant.what}")]
    return draw(pool, options.count or (len(pool) if families == ["planted"] else 40), options.seed)


def families_to_read(options):
    """Planted errors only where they are asked for: a line that does not fit stands in nobody else's way."""
    if options.check and options.families == "planted":
        return ("planted",)
    asked = "planted" in options.families.split(",") or ":planted:" in (options.only or "")
    return EVERY_FAMILY + (("planted",) if asked else ())


def equivalents_of(mutants, by_name):
    """{name: reason}: what a person has written beside a planted error, or in the list of reviews."""
    noted = {mutant.name: mutant.note.partition(": ")[2] for mutant in mutants if mutant.note.startswith("equivalent: ")}
    return noted | reviewed((ROOT / LIST).read_text(), by_name)


def same_campaign(copy, left_out, table):
    """A folder belongs to one tree and one ladder: verdicts of another would mix in. Tests may grow: survivors are asked again."""
    place, now = copy.folder / "campaign.json", {"tree": copy.digest(False), "left_out": left_out}
    tests = copy.digest(True)
    before = json.loads(place.read_text()) if place.exists() else {**now, "tests": tests}
    if {name: before.get(name) for name in now} != now:
        raise CampaignError(f"{place}: expected {json.dumps(now)}, found {place.read_text().strip()}; choose a new folder")
    if before.get("tests") != tests:
        for name in [name for name, row in table.rows.items() if row["verdict"] == "alive"]:
            table.add(name, Verdict("error", "", 0.0, "was alive, tests have changed since"))
    place.write_text(json.dumps({**now, "tests": tests}) + "\n")


def campaign(sample, table, equivalents, ladder, budget_s=None):
    """Runs what is not finished; what needs builds of its own comes last. `ladder()` is made when it is first needed.

    A planted error that its line calls equivalent is asked for too, as far as it is chosen at run time: the RTL changes, its reason stays."""
    def wrong(name, killer):
        return CampaignError(f"expected an equivalent, as its line or {LIST} says, found one that {killer} kills: {name}")
    made = None
    for builds in (False, True):
        lived = getattr(made, "lived", {})  # at run time: these last, they are survivors but for what a build shows
        for number, mutant in sorted(enumerate(sample, 1), key=lambda one: one[1] in lived):
            known = table.rows[mutant.name]["verdict"] if table.finished(mutant.name, budget_s) else None
            if known == "killed" and mutant.name in equivalents:
                raise wrong(mutant.name, table.rows[mutant.name]["killer"])
            if known and not (known == "alive" and mutant.name in equivalents):  # a survivor may have been reviewed since
                continue
            claimed, verdict = mutant.name in equivalents, None
            if not claimed or mutant.family == "planted":
                made = made or ladder()
                verdict = made.verdict(mutant, builds and not claimed)
            if claimed and (verdict is None or verdict.verdict == "alive"):
                verdict = Verdict("equivalent", "reviewed", 0.0, equivalents[mutant.name])
            if verdict is None or verdict.verdict == "error" and not builds:
                continue
            table.add(mutant.name, verdict)
            print(f"{number} of {len(sample)}: {verdict.verdict} {verdict.killer} ({verdict.seconds:.0f} s): {mutant.name}", flush=True)
            if claimed and verdict.verdict == "killed":
                raise wrong(mutant.name, verdict.killer)


def main():
    options = arguments()
    try:
        mutants = all_mutants(ROOT, families_to_read(options))
        by_name = {mutant.name: mutant for mutant in mutants}
        if options.check and options.families == "planted":
            print(f"{len(mutants)} planted errors, each fits the RTL")
            return 0
        equivalents = equivalents_of(mutants, by_name)
    except (PairError, PlantedError, ReviewError) as error:
        print(f"mutation: {error}", file=sys.stderr)
        return 2
    if options.check:
        print(f"{len(mutants)} mutants, {len(equivalents)} of them reviewed as equivalent")
        return 0
    if options.rehearse:
        faults, count = rehearse(ROOT, options.rehearse, [mutant for mutant in mutants if mutant.family in options.families.split(",")])
        print("".join(f"mutation: {fault}\n" for fault in faults) + f"mutation: {count} rehearsed, {len(faults)} of them do not work")
        return 3 if faults else 0
    sample = chosen(options, mutants)
    if options.list:
        print("\n".join(mutant.name for mutant in sample))
        return 0
    if not sample:
        print("mutation: expected a mutant, found none of that name, family or file", file=sys.stderr)
        return 2
    print(f"mutation: {len(sample)} of {len(mutants)} mutants, seed {options.seed}, in {options.out}", flush=True)
    try:
        copy = EphemeralCopy(ROOT, options.out.resolve())
        table = Table(copy.folder / "results.csv")
        same_campaign(copy, options.leave_out, table)
        switched = copy.folder / "switched"
        left = [mutant for mutant in sample if not table.finished(mutant.name, options.budget) and mutant.name not in equivalents]
        schema = None if options.alone or not left else SchemaCopy(ROOT, switched, sample)
        if schema:
            print(f"mutation: {len(schema.switches)} of them chosen at run time", flush=True)
        campaign(sample, table, equivalents, lambda: Ladder(copy, options.leave_out, options.budget, schema, options.compare_first), options.budget)
    except CampaignError as error:
        print(f"mutation: {error}", file=sys.stderr)
        return 3
    rows = [table.rows[mutant.name] for mutant in sample]
    added = summary(rows, by_name, options.budget, 0 if options.alone else len(switchable(ROOT, switched, sample)), CheckTimes(copy.folder / "checks.json").of)
    write_summary(copy.folder / "summary.json", added)
    print(report(added))
    if added["verdicts"].get("error"):
        return 3
    return 0 if held(added, options.score, options.lowest) else 1


if __name__ == "__main__":
    sys.exit(main())
