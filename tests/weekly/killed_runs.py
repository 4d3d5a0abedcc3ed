"""Sweeps and regressions that are killed (kill -9), the run or one of its workers, at random moments, and run on.

    python3 -B tests/weekly/killed_runs.py [--seed N] [--sweep-kills K] [--regress-kills K] [--jobs N] PROGRAM
    python3 -B tests/weekly/killed_runs.py --rehearse PROGRAM    # the machinery, in seconds

Contract: no row that had been written is lost, none is run twice, and what is there in the end is what a run has that nobody killed,
line for line but for what a row took and where. Prints "N kills, nothing lost" last. Status: 0, 1 something differs, 2 it could not be tried.
"""
import argparse
import glob
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

# 2,016 points, each some hundredths of a second; of a rehearsal 72.
SWEEP = """sweep: 1
base: base
workloads: [{channels: 512, states: 16, length: 2048}]
space:
  num_lanes: [4, 8, 16]
  axi_data_bits: {expr: "32 * num_lanes * interleave"}
  chunk_tokens: {pow2: [16, 128]}
  memory: [dram-hbm2, dram-ddr4]
  tile_buffers: [2, 4, 8]
  clock_mhz: CLOCKS
"""

REGRESS = """regress: 1
name: nothing
seed: 1
design_points: [tiny]
memories: [ideal]
testpoints: [{name: nothing, desc: programs that end at once, stage: V1, tests: [nothing]}]
tests: [{name: nothing, kind: program, command: [/bin/true, "{seed}"], seeds: JOBS}]
"""

# What a row took, and where; the sum over the line.
PASSING = ("cpu_s", "wall_s", "max_rss_kb", "memory_mb", "host", "started", "crc")


def rows_of(folder):
    """Rows by key, and how many keys have more than one. A line that was cut off is none."""
    rows, twice = {}, 0
    for file in glob.glob(folder + "/shards/*.jsonl"):
        with open(file, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    row = json.loads(line[: line.rindex("}") + 1])
                except ValueError:
                    continue
                twice += row["key"] in rows
                rows[row["key"]] = {name: value for name, value in row.items() if name not in PASSING}
    return rows, twice


def start(command):
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill_some(run, drawn):
    """The run, or first one of its workers: then the run has a moment to go on without."""
    if drawn.random() < 0.4:
        workers = subprocess.run(["pgrep", "-P", str(run.pid)], capture_output=True, text=True, check=False).stdout.split()
        if workers:
            try:
                os.kill(int(drawn.choice(workers)), signal.SIGKILL)
            except ProcessLookupError:
                pass
            time.sleep(0.03)
    run.kill()
    run.wait()


def killed(command, folder, kills, drawn, longest):
    """How many kills there were before the run came to its end, and how many rows were lost on the way."""
    known, lost = {}, 0
    for count in range(kills):
        run = start(command)
        time.sleep(longest * (0.1 + drawn.random()))
        if run.poll() is not None:
            return count, lost
        kill_some(run, drawn)
        now, _ = rows_of(folder)
        lost += sum(known[key] != now.get(key) for key in known)
        known = now
    return kills, lost


def tried(name, program, text, kills, options):
    """How many kills there were; None where something differs."""
    drawn = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as place:
        spec = f"{place}/spec.yaml"
        with open(spec, "w", encoding="utf-8") as file:
            clocks, jobs = ("[500]", "50") if options.rehearse else ("{range: [500, 1390, 32]}", "10000")
            file.write(text.replace("CLOCKS", clocks).replace("JOBS", jobs))

        def command(folder):
            return [program, name, "run", spec, "--out", f"{place}/{folder}", "--jobs", str(options.jobs)]

        count, lost = killed(command("killed"), f"{place}/killed", kills, drawn, 0.05 if options.rehearse else 0.3)
        if start(command("killed")).wait() != 0 or start(command("whole")).wait() != 0:
            print(f"killed_runs: {name}: a run that nobody killed did not end with status 0", file=sys.stderr)
            sys.exit(2)
        rows, twice = rows_of(f"{place}/killed")
        whole, _ = rows_of(f"{place}/whole")
        print(f"{name}: {count} kills, {len(rows)} rows, {lost} lost, {twice} twice, {'equal' if rows == whole else 'DIFFERENT'}")
        return count if rows == whole and not lost and not twice else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sweep-kills", type=int, default=50)
    parser.add_argument("--regress-kills", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rehearse", action="store_true")
    options = parser.parse_args()
    if not os.access(options.program, os.X_OK):
        print(f"killed_runs: {options.program}: expected the program, found none", file=sys.stderr)
        sys.exit(2)
    print(f"seed {options.seed}")
    counts = [
        tried("sweep", options.program, SWEEP, options.sweep_kills, options),
        tried("regress", options.program, REGRESS, options.regress_kills, options),
    ]
    if None in counts:
        sys.exit(1)
    print(f"{sum(counts)} kills, nothing lost")


if __name__ == "__main__":
    main()
