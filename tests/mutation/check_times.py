"""What each check has cost and found so far (checks.json beside the table): the order in which mutants meet them."""
import json

DOUBT_S = 10.0  # seconds of an unknown check, a step of the ladder each


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

    def ordered(self, checks):
        """Most kills per second first; a check that has never run is as good as its place in the list."""
        def rate(place, check):
            entry = self.of.get(check.name, {"kills": 0, "seconds": 0.0})
            return (entry["kills"] + 1) / (entry["seconds"] + DOUBT_S * (place + 1))
        places = {id(check): place for place, check in enumerate(checks)}
        return sorted(checks, key=lambda check: -rate(places[id(check)], check))
