#!/usr/bin/env python3
"""The scan's arithmetic read a second time, from hls/README.md alone: unlimited integers, one token of one channel at a time.

    second_reading.py PACKAGE.sv < cases

Each line of cases is a JSON object written by scan_cases.cpp: widths, shifts, operands of one channel over some tokens, and what
the headers of hls/ make of them (y, h, saturations). The tables are read from the SystemVerilog package, so that an error in the
C++ ones shows as well. Prints the count of cases; the first difference ends it with status 1. Keep it by reading the page, not
the headers: what both get wrong, nobody sees.
"""
import json
import re
import sys


def tables(path):
    text = open(path).read()
    found = {}
    for name, body in re.findall(r"localparam logic \[\d+:0\] (\w+) = \{(.*?)\};", text, re.S):
        words = [int(word, 16) for word in re.findall(r"\d+'h([0-9a-f]+)", body)]
        found[name] = words[::-1]  # the first word written is the highest
    return found


def round_shift(value, amount):
    return (value + ((1 << amount) >> 1)) >> amount


def clamp(value, bits):
    return max(-(1 << (bits - 1)), min((1 << (bits - 1)) - 1, value))


def clamp_unsigned(value, bits):
    return max(0, min((1 << bits) - 1, value))


class Reading:
    def __init__(self, case, table):
        self.sh, self.t = case["shifts"], table
        self.ob, self.sb = case["operand_bits"], case["state_bits"]
        self.output_bits, self.segments = case["output_bits"], case["exp_segments"]
        self.softplus, self.has_z = case["softplus"], case["has_z"]
        self.guard = (8 if self.ob == 8 else 14) - (self.sb - 16)
        self.rate_frac = 25 if self.ob == 8 else 29
        self.saturations = dict.fromkeys(["delta", "du", "skip", "state", "v", "y", "quant"], 0)

    # Section 4: nonlinear functions.
    def exp(self, e):
        if e == 0:
            return 2**25
        whole, fall = e - 1 >> 18, e - 1 & ((1 << 18) - 1)
        f = 2**18 - 1 - fall
        width = (1 << 18) // self.segments
        i, r = divmod(f, width)
        name = f"ExpPwlTable{self.segments}"
        word = self.t[name + "Slow"][r * 16 // width] if i == self.segments - 1 else self.t[name][i]
        base, slope = word & 0xFFFFF, word >> 20
        mantissa = base * 2**9 + 192 + slope * r >> 4
        return mantissa if whole == 0 else round_shift(mantissa >> 8, whole + 1) * 2**9

    def softplus_of(self, x):
        if x >= 8 << 12:
            return x << 10
        i, r = divmod(x + (16 << 12), 1 << 9)
        word = self.t["SoftplusPwlTable"][i]
        return (word & 0xFFFFFFFF) + ((word >> 32) * r >> 8)

    def sigmoid(self, x):
        i, r = divmod(abs(x), 1 << 9)
        word = self.t["SigmoidPwlTable"][i] if i < 128 else None
        value = (word & 0x3FFFF) + ((word >> 18) * r >> 10) if word is not None else 1 << 16
        return (1 << 16) - value if x < 0 else value

    def cut(self, counter, value, bits):
        kept = clamp(value, bits)
        self.saturations[counter] += kept != value
        return kept

    # Section 1.
    def step(self, delta, u, bias, d):
        total = round_shift(delta << 16, self.sh["delta"]) + round_shift(bias << 16, self.sh["bias"])
        x = clamp(total, 17)
        dt = self.softplus_of(x) if self.softplus else max(x, 0) << 10
        wide = round_shift(dt * 94548, self.sh["dt2"])
        dt2 = clamp_unsigned(wide, 24)
        self.saturations["delta"] += x != total or dt2 != wide or (not self.softplus and x < 0)
        du = self.cut("du", round_shift(dt * u, self.sh["du"]), 24 if self.ob == 8 else 27)
        skip = self.cut("skip", round_shift((d * u) << 16, self.sh["skip"]), self.ob + self.sb + 8)
        return dt2, du, skip

    # Section 2.
    def state(self, dt2, du, a, b, h):
        rate = max(-a, 0) << (2 * self.sh["align_a"] if self.ob == 8 else 0)
        e = -(-dt2 * rate >> (self.rate_frac - 18))
        decay = self.exp(e) if e <= 16 << 18 else 0
        g = max(self.guard, 0)
        kept = decay * h >> (25 - g) if g else round_shift(decay * h, 25)
        total = kept + (du * b << max(-self.guard, 0))
        return self.cut("state", round_shift(total, g), self.sb)

    # Section 3.
    def output(self, acc, skip, z):
        v = self.cut("v", round_shift(acc + skip, self.sh["v"]), 26)
        gate = 1 << 16
        if self.has_z:
            zx = clamp(round_shift(z << 16, self.sh["z"]), 17)
            gate = round_shift(z * self.sigmoid(zx), self.ob - 1)
        y = self.cut("y", round_shift(v * gate, self.sh["y"]), 16)
        return self.cut("quant", round_shift(y, self.sh["quant"]), 8) if self.output_bits == 8 else y


def read(case, table):
    reading = Reading(case, table)
    h, y = list(case["h0"]), []
    for token in case["tokens"]:
        dt2, du, skip = reading.step(token["delta"], token["u"], case["bias"], case["d"])
        h = [reading.state(dt2, du, a, b, old) for a, b, old in zip(case["a"], token["b"], h)]
        y.append(reading.output(sum(c * new for c, new in zip(token["c"], h)), skip, token["z"]))
    return {"y": y, "h": h, "saturations": reading.saturations}


def main():
    table, count = tables(sys.argv[1]), 0
    for line in sys.stdin:
        case = json.loads(line)
        found = read(case, table)
        for key, value in found.items():
            if value != case[key]:
                print(f"case {count} (seed {case['seed']}): {key}: read {value}, hls {case[key]}")
                return 1
        count += 1
    print(f"{count} cases, every bit as read")
    return 0 if count else 1


if __name__ == "__main__":
    sys.exit(main())
