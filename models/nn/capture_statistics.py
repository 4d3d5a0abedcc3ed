#!/usr/bin/python3
"""Statistics of captured scan traces, as Markdown tables: what a synthetic trace has to resemble.

Formula: per tensor mean, standard deviation and percentiles over all elements; `between` = standard deviation over rows
(a row is one channel, or one state of B and C) of the row's mean over time; `within` = mean over rows of the standard
deviation over time; r1, r4 = mean autocorrelation of a row at lags of 1 and 4 tokens; q99/q50 of |x|.
Contract: reads F32 traces (batch 1, G = 1) with python3-numpy; writes to standard output only.
Usage: capture_statistics.py <trace.safetensors>...
"""
import json
import struct
import sys

import numpy as np

PERCENTILES = (0, 1, 10, 50, 90, 99, 100)


def load(path):
    with open(path, "rb") as f:
        data = f.read()
    begin = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:begin])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            first, last = entry["data_offsets"]
            tensors[name] = np.frombuffer(data[begin + first : begin + last], "<f4").reshape(entry["shape"]).astype("f8")
    return tensors


def correlation(rows, lag):
    centred = rows - rows.mean(1, keepdims=True)
    power = (centred**2).sum(1)
    moving = power > 1e-12
    return ((centred[moving, lag:] * centred[moving, :-lag]).sum(1) / power[moving]).mean()


def line(name, x, over_time):
    cells = [f"{x.mean():.3f}", f"{x.std():.3f}"] + [f"{q:.3g}" for q in np.percentile(x, PERCENTILES)]
    if over_time:
        rows = x.reshape(-1, x.shape[-1])
        cells += [f"{rows.mean(1).std():.3f}", f"{rows.std(1).mean():.3f}"]
        cells += [f"{correlation(rows, lag):.2f}" for lag in (1, 4)]
    else:
        cells += ["–"] * 4
    print("| " + " | ".join([name] + cells) + " |")


def describe(path):
    t = load(path)
    step = np.logaddexp(0, t["delta"] + t["delta_bias"][None, :, None])
    decay = np.exp(step[0][:, None, :] * t["A"][:, :, None])
    print(f"\n`{path.split('/')[-1]}`, (batch, D, L) = {t['u'].shape}\n")
    print("| tensor | mean | std | min | p1 | p10 | p50 | p90 | p99 | max | between | within | r1 | r4 |")
    print("|---" * 14 + "|")
    line("u", t["u"], True)
    line("delta", t["delta"], True)
    line("delta + bias", t["delta"] + t["delta_bias"][None, :, None], True)
    line("softplus(delta + bias)", step, True)
    line("B", t["B"], True)
    line("C", t["C"], True)
    line("z", t["z"], True)
    line("expect.y", t["expect.y"], True)
    line("exp(step A)", decay, True)
    line("-A", -t["A"], False)
    line("D", t["D"], False)
    line("delta_bias", t["delta_bias"], False)
    medians = np.median(-t["A"], 0)
    spread = np.log(-t["A"]).std(0).mean()
    print(f"\nMedian of -A by state: {', '.join(f'{m:.1f}' for m in medians)}; standard deviation of ln(-A) over "
          f"channels: {spread:.2f}. Absmax of the last state: {np.abs(t['expect.h_last']).max():.3g}. "
          f"Decay above 0.99: {100 * (decay > 0.99).mean():.1f} %, below 0.1: {100 * (decay < 0.1).mean():.2f} %.")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for path in sys.argv[1:]:
        describe(path)


if __name__ == "__main__":
    main()
