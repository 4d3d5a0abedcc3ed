"""The table of a campaign: one row a finished mutant, written as it ends; and what it adds up to.

results.csv: mutant, verdict, killer, seconds, detail, and whether `compare` alone notices it (noticed, passed, or not asked). A torn
last line, of a run that was killed, is dropped. The last row of a mutant counts; an error is not a finished mutant.
"""
import csv
import io
import json
import math
import os
from collections import Counter, defaultdict

COLUMNS = ("mutant", "verdict", "killer", "seconds", "detail", "compare")
SPENT = "s spent, last on"  # in the detail of a survivor whose budget ended


class Table:
    def __init__(self, path):
        self.path, self.rows = path, {}
        if path.exists():
            text = path.read_text()
            whole = text[:text.rfind("\n") + 1]
            if whole != text:
                path.write_text(whole)
            for row in csv.DictReader(io.StringIO(whole)):
                self.rows[row["mutant"]] = row
        else:
            self.write(COLUMNS)

    def write(self, values):
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(" ".join(str(value).split("\n")) for value in values)
        with open(self.path, "a") as file:
            file.write(line.getvalue())
            file.flush()
            os.fsync(file.fileno())

    def finished(self, name, budget_s=None):
        """It has a verdict; one that lives because a smaller budget was spent is asked again."""
        if name not in self.rows or self.rows[name]["verdict"] == "error":
            return False
        spent = self.rows[name]["detail"].partition(f" {SPENT}")
        return not (spent[1] and budget_s and float(spent[0]) < budget_s)

    def add(self, name, verdict):
        row = dict(zip(COLUMNS, (name, verdict.verdict, verdict.killer, f"{verdict.seconds:.1f}", verdict.detail, verdict.compare)))
        self.rows[name] = row
        self.write(row.values())


def wilson(hits, count, z=1.959964):
    """95 % interval of a share."""
    if count == 0:
        return 0.0, 1.0
    share, spread = hits / count, z * z / count
    middle, half = share + spread / 2, z * math.sqrt(share * (1 - share) / count + spread / count / 4)
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))


def summary(rows, mutants, budget_s=None, switched=0, times=None):
    """`rows` of the table, `mutants` by name: score, kill matrix, survivors. switched: how many were chosen at run time."""
    verdicts = Counter(row["verdict"] for row in rows)
    killed, alive = verdicts["killed"], verdicts["alive"]
    matrix = defaultdict(Counter)
    for row in rows:
        if row["verdict"] == "killed":
            matrix[row["killer"]][mutants[row["mutant"]].label] += 1
    families = defaultdict(Counter)
    for row in rows:
        families[mutants[row["mutant"]].label][row["verdict"]] += 1
    counted = [row for row in rows if row["verdict"] in ("killed", "alive")]
    compared = Counter(row["compare"] for row in counted)
    return {"verdicts": dict(verdicts), "score": killed / (killed + alive) if killed + alive else None,
            "interval_95": wilson(killed, killed + alive), "budget_s": budget_s, "switched": switched,
            "budget_spent": sum(row["verdict"] == "alive" and SPENT in row["detail"] for row in rows),
            "compare_alone": {"noticed": compared["noticed"], "passed": compared["passed"], "not_asked": compared[""],
                              "by_family": dict(Counter(mutants[row["mutant"]].label for row in counted if row["compare"] == "passed"))},
            "families": {name: dict(one) for name, one in families.items()},
            "kills_by_check": {name: dict(one) for name, one in sorted(matrix.items(), key=lambda item: -item[1].total())},
            "survivors": sorted(row["mutant"] for row in rows if row["verdict"] == "alive"),
            "what": {row["mutant"]: mutants[row["mutant"]].what for row in rows if row["verdict"] == "alive"},
            "seconds": round(sum(float(row["seconds"]) for row in rows), 1), "checks": times or {}}


def held(added, score, lowest):
    """Is the bar held? Without one nothing may survive; both in per cent, `lowest` of the lower end of the interval."""
    if score is None:
        return not added["verdicts"].get("alive")
    return added["score"] is not None and 100 * added["score"] >= score and 100 * added["interval_95"][0] >= lowest


def score_line(killed, alive, low, high):
    return f"{100 * killed / (killed + alive):.1f} % killed of {killed + alive} killed and alive (95 %: {100 * low:.1f} to {100 * high:.1f})"


def compare_line(noticed, passed, not_asked, by_family):
    low, high = wilson(noticed, noticed + passed)
    line = f"compare alone: {100 * noticed / (noticed + passed):.1f} % of {noticed + passed} (95 %: {100 * low:.1f} to {100 * high:.1f})"
    if by_family:
        line += "; not seen: " + ", ".join(f"{name} {count}" for name, count in sorted(by_family.items()))
    return line + (f"; {not_asked} not asked: another check noticed them first" if not_asked else "")


def report(added):
    """The summary as text."""
    verdicts = added["verdicts"]
    count = sum(verdicts.values())
    lines = ["mutants: " + ", ".join(f"{count} {name}" for name, count in sorted(verdicts.items()))
             + f"; {added['switched']} of {count} chosen at run time; {added['seconds']:.0f} s"]
    if added["budget_s"]:
        lines.append(f"budget: {added['budget_s']:.0f} s a mutant; {added['budget_spent']} of the survivors had spent it")
    if added["score"] is not None:
        lines.append("score: " + score_line(verdicts.get("killed", 0), verdicts.get("alive", 0), *added["interval_95"]))
    for family, one in sorted(added["families"].items()):
        killed, alive = one.get("killed", 0), one.get("alive", 0)
        if killed + alive:
            lines.append(f"  {family}: {score_line(killed, alive, *wilson(killed, killed + alive))}")
    alone = added["compare_alone"]
    if alone["noticed"] + alone["passed"]:
        lines.append(compare_line(**alone))
    lines.append("kills by check:")
    lines += [f"  {sum(one.values()):4d}  {name}  ({', '.join(f'{family} {n}' for family, n in sorted(one.items()))})"
              for name, one in added["kills_by_check"].items()]
    lines.append("checks: kills, runs, seconds, kills a minute:")
    lines += [f"  {one['kills']:4d} {one['runs']:4d} {one['seconds']:6.0f} {60 * one['kills'] / max(one['seconds'], 0.1):6.1f}  {name}"
              for name, one in sorted(added["checks"].items(), key=lambda item: -item[1]["kills"]) if one["kills"]]
    lines.append("survivors:" + ("" if added["survivors"] else " none"))
    lines += [f"  {name}" + (f" | {what}" if (what := added["what"].get(name)) else "") for name in added["survivors"]]
    return "\n".join(lines)


def write_summary(path, added):
    passing = path.with_suffix(".partial")
    passing.write_text(json.dumps(added, indent=1) + "\n")
    passing.replace(path)
