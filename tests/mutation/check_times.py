"""What each check has cost and found so far (checks.json beside the table): the order in which mutants meet them."""
import json

DOUBT_S = 10.0  # seconds of an unknown check
START_S = 0.2  # what any check takes


class CheckTimes:
    def __init__(self, path):
        self.path = path
        self.of = json.loads(path.read_text()) if path.exists() else {}  # name: {kills, runs, seconds, control_s}

    def entry(self, name):
        return self.of.setdefault(name, {"kills": 0, "runs": 0, "seconds": 0.0, "control_s": 0.0})

    def control(self, name, seconds):
        self.entry(name)["control_s"] = round(seconds, 1)
        self.keep()

    def ran(self, name, seconds, killed):
        entry = self.entry(name)
        entry["runs"] += 1
        entry["kills"] += killed
        entry["seconds"] = round(entry["seconds"] + seconds, 1)
        self.keep()

    def keep(self):
        passing = self.path.with_suffix(".partial")
        passing.write_text(json.dumps(self.of, indent=1) + "\n")
        passing.replace(self.path)

    def rate(self, check):
        """Kills per second: of what it has been asked, else as its control took."""
        entry = self.of.get(check.name, {"kills": 0, "runs": 0, "seconds": 0.0, "control_s": DOUBT_S})
        took = entry["seconds"] / entry["runs"] if entry["runs"] else entry["control_s"]
        return (entry["kills"] + 1) / (entry["runs"] + 2) / (took + START_S)
