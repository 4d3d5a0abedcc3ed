"""Points of models/area/synthesised.json from reports of `scansim area --json`.

    python3 models/area/collect_points.py REPORT.json ... > models/area/synthesised.json

    python3 models/area/collect_points.py --check models/area/synthesised.json REPORT.json ...

Of each report: the design point, LUTs and flip-flops by block of the top, DSPs and block RAMs of the whole.
Points stand in the order of their names, so that the file does not depend on that of the arguments. With --check the counts
of every report have to be those of the file: status 1 and a line for each that is not.
"""
import json
import sys


def point_of(file):
    with open(file, encoding="utf-8") as stream:
        report = json.load(stream)
    total = report["total"]
    blocks = {
        block["block"].removeprefix("ssm_"): {"lut": block["cells"]["lut_all"], "ff": block["cells"]["ff"]}
        for block in report["blocks"]
    }
    point = {key: total[key] for key in ("dsp", "ramb36", "ramb18")}
    return {"design_point": report["design_point"], "blocks": blocks, **point}, report["tool"]


def parameters_of(point):
    """What the RTL depends on: not the name, not memory, clock and costs."""
    others = ("name", "clock_mhz", "memory", "technology")
    return {key: value for key, value in point["design_point"].items() if key not in others}


def check(known_file, reports):
    with open(known_file, encoding="utf-8") as stream:
        known = json.load(stream)["points"]
    stale = 0
    for report in reports:
        point, _ = point_of(report)
        same = [one for one in known if parameters_of(one) == parameters_of(point)]
        counts = {key: value for key, value in point.items() if key != "design_point"}
        if not any(counts == {key: one[key] for key in counts} for one in same):
            stale += 1
            print(f"{report}: {known_file} has {'other counts' if same else 'no such point'}", file=sys.stderr)
    return 1 if stale else 0


def main():
    if sys.argv[1:2] == ["--check"]:
        sys.exit(check(sys.argv[2], sys.argv[3:]))
    points = [point_of(file) for file in sys.argv[1:]]
    points.sort(key=lambda one: json.dumps(one[0]["design_point"], sort_keys=True))
    lines = ",\n".join(json.dumps(point, sort_keys=True, separators=(",", ":")) for point, _ in points)
    tools = sorted({tool for _, tool in points})
    print(f'{{"tool":{json.dumps(tools)},"points":[\n{lines}\n]}}')


if __name__ == "__main__":
    main()
