#!/usr/bin/python3
"""Bits per byte of simple models on the bytes that byte-mamba is measured on, for comparison.

Formula: mean of -log2 p(byte | preceding bytes) over bytes 1..65535 of heldout.txt. Bigram: add-one counts of
train.txt. Order k: Witten-Bell interpolation of all shorter orders down to uniform, counts of train.txt. xz: compressed
size of the whole 65536 bytes, alone, and as the growth of the compressed training text when they are appended.
Contract: plain Python, no randomness, needs `xz` in the path. It does not adapt to the held-out text.
Usage: byte_baselines.py <folder with train.txt and heldout.txt>
"""
import collections
import math
import subprocess
import sys

EVAL_BYTES = 65536
HIGHEST_ORDER = 6


def bigram(train, text):
    pairs = collections.Counter(zip(train, train[1:]))
    singles = collections.Counter(train[:-1])
    bits = sum(-math.log2((pairs[a, b] + 1) / (singles[a] + 256)) for a, b in zip(text, text[1:]))
    return bits / (len(text) - 1)


def context_counts(train, order):
    """context -> Counter of the byte that follows"""
    counts = collections.defaultdict(collections.Counter)
    for i in range(order, len(train)):
        counts[train[i - order : i]][train[i]] += 1
    return counts


def interpolated(train, text):
    """bits per byte for every order 0..HIGHEST_ORDER"""
    p = [1.0 / 256] * len(text)
    scores = []
    for order in range(HIGHEST_ORDER + 1):
        counts = context_counts(train, order)
        totals = {context: sum(followers.values()) for context, followers in counts.items()}
        for i in range(order, len(text)):
            followers = counts.get(text[i - order : i])
            if followers:
                total = totals[text[i - order : i]]
                p[i] = (followers[text[i]] + len(followers) * p[i]) / (total + len(followers))
        scores.append(sum(-math.log2(q) for q in p[1:]) / (len(text) - 1))
    return scores


def xz_size(data):
    return len(subprocess.run(["xz", "-9", "-c", "-T1"], input=data, capture_output=True, check=True).stdout)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1] + "/train.txt", "rb") as f:
        train = f.read()
    with open(sys.argv[1] + "/heldout.txt", "rb") as f:
        whole = f.read()
    text = whole[:EVAL_BYTES]
    print(f"bigram, add-one: {bigram(train, text):.4f} bits/byte")
    alone = xz_size(text)
    growth = xz_size(train + text) - xz_size(train)
    print(f"xz -9, alone: {8 * alone / len(text):.4f} bits/byte")
    print(f"xz -9, appended to train.txt: {8 * growth / len(text):.4f} bits/byte")
    known = set(train.split(b"\n"))
    lines = [line for line in text.split(b"\n") if line]
    repeated = sum(len(line) for line in lines if line in known)
    print(f"bytes in verses that occur verbatim in train.txt: {100 * repeated / len(text):.2f} %")
    for order, score in enumerate(interpolated(train, text)):
        print(f"Witten-Bell, {order} bytes of context: {score:.4f} bits/byte")


if __name__ == "__main__":
    main()
