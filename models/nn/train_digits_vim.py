#!/usr/bin/python3
"""Trains the small bidirectional Vision Mamba `digits-vim` on 8x8 handwritten digits and writes one safetensors file.

Formula: tokens = patches W + b, the class token put in the middle, + position embedding; for every layer
x += out_proj(S_f(x_in, z) + flip(S_b(flip x_in, flip z))), (x_in, z) = in_proj(norm(x)), where
S(x, z) = scan(silu(conv(x))) * silu(z) has its own conv1d, x_proj, dt_proj, A and D in each direction (suffix _b:
backward); logits = head(norm_f(x)[class token]). A pixel p of 0..16 enters as p / 8 - 1. Layouts are time first.
Contract: Debian 12 python3-torch on one core, fixed seed. The test images are read once, after the last step;
`--validate` takes the last 200 training images out of training and measures those instead.
Usage: train_digits_vim.py <digits.safetensors> <out.safetensors> [--steps N]
       train_digits_vim.py <digits.safetensors> <out.safetensors> --finetune <pruned.safetensors> --keep-pattern
"""
import argparse
import math
import time
from typing import Callable, NamedTuple

import torch
import torch.nn.functional as F

from checkpoint_io import package_version, read_checkpoint, read_safetensors, write_checkpoint
from train_byte_mamba import (NORM_EPS, SelectiveScan, ZeroPattern, add_run_options, learning_rate, make_optimiser,
                              optimiser_step, rms_norm, use_one_core)

IMAGE, PATCH, CLASSES = 8, 2, 10
VALIDATION_IMAGES = 200
SUFFIXES = ("", "_b")


class Classifier(NamedTuple):
    """What a model of these images has of its own; train() does the rest."""
    name: str
    initial_parameters: Callable  # (cfg, generator) -> parameters by name
    forward: Callable             # (parameters, images, cfg) -> logits
    decayed: tuple                # endings of the names of decayed matrices


def initial_parameters(cfg, generator):
    """Mamba's initialisation in both directions: A = -(1..N), dt bias such that softplus gives 0.001..0.1."""
    d, n, r, k = cfg["d_model"], cfg["d_state"], cfg["dt_rank"], cfg["conv"]
    inner, tokens = cfg["expand"] * d, (IMAGE // PATCH) ** 2 + 1

    def uniform(rows, cols, scale=None):
        bound = scale if scale is not None else 1.0 / math.sqrt(cols)
        return (torch.rand(rows, cols, generator=generator) * 2 - 1) * bound

    p = {"backbone.patch_embed.weight": uniform(d, PATCH * PATCH).view(d, 1, PATCH, PATCH),
         "backbone.patch_embed.bias": torch.zeros(d),
         "backbone.cls_token": torch.randn(d, generator=generator) * 0.02,
         "backbone.pos_embed": torch.randn(tokens, d, generator=generator) * 0.02}
    for i in range(cfg["n_layers"]):
        m = f"backbone.layers.{i}.mixer."
        p[f"backbone.layers.{i}.norm.weight"] = torch.ones(d)
        p[m + "in_proj.weight"] = uniform(2 * inner, d)
        for s in SUFFIXES:
            p[m + f"conv1d{s}.weight"] = uniform(inner, k).unsqueeze(1)
            p[m + f"conv1d{s}.bias"] = torch.zeros(inner)
            p[m + f"x_proj{s}.weight"] = uniform(r + 2 * n, inner)
            p[m + f"dt_proj{s}.weight"] = uniform(inner, r, r**-0.5)
            dt = torch.exp(torch.rand(inner, generator=generator) * math.log(100.0) + math.log(0.001))
            p[m + f"dt_proj{s}.bias"] = dt + torch.log(-torch.expm1(-dt))
            p[m + f"A_log{s}"] = torch.log(torch.arange(1, n + 1).float()).repeat(inner, 1)
            p[m + f"D{s}"] = torch.ones(inner)
        p[m + "out_proj.weight"] = uniform(d, inner) / math.sqrt(2 * cfg["n_layers"])
    p["backbone.norm_f.weight"] = torch.ones(d)
    p["head.weight"] = uniform(CLASSES, d)
    p["head.bias"] = torch.zeros(CLASSES)
    return {name: value.contiguous().requires_grad_() for name, value in p.items()}


def gated_scan(p, m, s, x, z, cfg):
    """One direction in its own scan order: S(x, z) of the formula. x, z (L, batch, D)."""
    n, r, k = cfg["d_state"], cfg["dt_rank"], cfg["conv"]
    padded = F.pad(x, (0, 0, 0, 0, k - 1, 0))
    taps = p[m + f"conv1d{s}.weight"].squeeze(1)
    u = F.silu(p[m + f"conv1d{s}.bias"] + sum(padded[j : j + x.shape[0]] * taps[:, j] for j in range(k)))
    dt, b, c = F.linear(u, p[m + f"x_proj{s}.weight"]).split([r, n, n], -1)
    delta = F.softplus(F.linear(dt, p[m + f"dt_proj{s}.weight"], p[m + f"dt_proj{s}.bias"]))
    a = -torch.exp(p[m + f"A_log{s}"]).t().contiguous()
    y = SelectiveScan.apply(u.contiguous(), delta, a, b.contiguous(), c.contiguous())
    return (y + p[m + f"D{s}"] * u) * F.silu(z)


def forward(p, images, cfg):
    """images (batch, 8, 8), pixels 0..16 -> logits (batch, 10)"""
    pixels = (images / 8 - 1).unsqueeze(1)
    patches = F.conv2d(pixels, p["backbone.patch_embed.weight"], p["backbone.patch_embed.bias"], stride=PATCH)
    x = patches.flatten(2).permute(2, 0, 1)  # raster order of patches: (16, batch, d)
    middle = x.shape[0] // 2
    cls = p["backbone.cls_token"].expand(1, x.shape[1], -1)
    x = torch.cat([x[:middle], cls, x[middle:]]) + p["backbone.pos_embed"].unsqueeze(1)
    for i in range(cfg["n_layers"]):
        m = f"backbone.layers.{i}.mixer."
        xz = F.linear(rms_norm(x, p[f"backbone.layers.{i}.norm.weight"]), p[m + "in_proj.weight"])
        u, z = xz.split(cfg["expand"] * cfg["d_model"], -1)
        y = gated_scan(p, m, "", u, z, cfg) + gated_scan(p, m, "_b", u.flip(0), z.flip(0), cfg).flip(0)
        x = x + F.linear(y, p[m + "out_proj.weight"])
    return F.linear(rms_norm(x[middle], p["backbone.norm_f.weight"]), p["head.weight"], p["head.bias"])


def shifted(images, generator):
    """Every image moved by -1, 0 or 1 pixel along each axis, half of them not at all; what comes in is 0."""
    padded = F.pad(images, (1, 1, 1, 1))
    dy, dx = torch.randint(0, 3, (2, len(images)), generator=generator).tolist()
    move = torch.rand(len(images), generator=generator) < 0.5
    return torch.stack([padded[i, dy[i] : dy[i] + IMAGE, dx[i] : dx[i] + IMAGE] if move[i] else images[i]
                        for i in range(len(images))])


def batches(count, size, generator):
    """Endless: all images once in random order, the last few of a pass are left out."""
    while True:
        order = torch.randperm(count, generator=generator)
        for i in range(0, count - size + 1, size):
            yield order[i : i + size]


def load_data(args):
    tensors, _ = read_safetensors(args.data)
    x, test = (torch.tensor(tensors[part + ".images"], dtype=torch.float32) for part in ("train", "test"))
    y, test_labels = (torch.tensor(tensors[part + ".labels"], dtype=torch.long) for part in ("train", "test"))
    if args.validate:
        cut = len(x) - VALIDATION_IMAGES
        return x[:cut], y[:cut], x[cut:], y[cut:]
    return x, y, test, test_labels


def train(args, cfg, model):
    x, y, test, test_labels = load_data(args)
    generator = torch.Generator().manual_seed(args.seed)
    p, pattern, base = model.initial_parameters(cfg, generator), None, None
    if args.finetune:
        p, base = read_checkpoint(args.finetune, p)
        pattern = ZeroPattern(p) if args.keep_pattern else None
    optimiser = make_optimiser(p, args.decay, model.decayed)
    print(f"{sum(v.numel() for v in p.values())} parameters, {pattern.count() if pattern else 0} kept at zero", flush=True)
    begin, recent, order = time.time(), [], batches(len(x), args.batch, generator)
    for step in range(args.steps):
        chosen = next(order)
        loss = F.cross_entropy(model.forward(p, shifted(x[chosen], generator), cfg), y[chosen])
        loss.backward()
        optimiser_step(p, optimiser, learning_rate(step, args), pattern)
        recent.append(loss.item())
        if (step + 1) % 100 == 0:
            print(f"step {step + 1} loss {sum(recent) / len(recent):.4f}, {time.time() - begin:.0f} s", flush=True)
            recent = []
    if pattern:
        pattern.check(p)
    with torch.no_grad():
        logits = model.forward(p, test, cfg)
    correct = int((logits.argmax(1) == test_labels).sum())
    part = "validation" if args.validate else "test"
    print(f"{part}: {correct} of {len(test)}, {100 * correct / len(test):.2f} %", flush=True)
    write_checkpoint(args.out, p, describe(args, cfg, model.name, part, correct, logits, time.time() - begin, base))


def describe(args, cfg, name, part, correct, logits, seconds, base):
    """What the checkpoint says about itself; a fine-tuned one keeps what `base` said and adds the fine-tune."""
    run = {"seed": args.seed, "steps": args.steps, "batch": args.batch, "peak_rate": args.rate, "decay": args.decay,
           "torch": torch.__version__, "seconds": round(seconds)}
    measured = {"file": "models/nn/digits.safetensors", "part": part, "images": len(logits), "correct": correct,
                "first_logits": [[round(v, 6) for v in row] for row in logits[:8].tolist()]}
    if base is not None:
        return {**base, "accuracy": measured, "finetune": {"keep_pattern": args.keep_pattern, **run}}
    return {"format": 1, "model": name, "config": cfg, "accuracy": measured,
            "training": {"package": "python3-sklearn", "package_version": package_version("python3-sklearn"), **run}}


def parse_options(name, steps):
    parser = argparse.ArgumentParser(description=f"train {name}")
    parser.add_argument("data", help="file written by prepare_digits.py")
    parser.add_argument("out", help="checkpoint to write")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--decay", type=float, default=0.1, help="weight decay of matrices")
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--validate", action="store_true", help="measure the last training images, train on the others")
    return add_run_options(parser, steps=steps, finetune_steps=300, rate=2e-3, finetune_rate=3e-4)


def main():
    args = parse_options("digits-vim", steps=2000)
    use_one_core()
    cfg = {"d_model": 64, "n_layers": args.layers, "d_state": 16, "dt_rank": 4, "conv": 4, "expand": 2,
           "image": IMAGE, "patch": PATCH, "classes": CLASSES, "norm_eps": NORM_EPS}
    train(args, cfg, Classifier("digits-vim", initial_parameters, forward,
                                ("proj.weight", "proj_b.weight", "embed.weight", "head.weight")))


if __name__ == "__main__":
    main()
