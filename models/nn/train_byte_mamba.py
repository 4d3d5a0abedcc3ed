#!/usr/bin/python3
"""Trains the byte-level Mamba-1 model `byte-mamba` and writes it as one safetensors file.

Formula: for every layer x += out_proj(scan(silu(conv(in_proj(norm(x))))) * silu(z)), with the recurrence
h_t = exp(delta_t A) h_{t-1} + delta_t B_t u_t, y_t = C_t h_t + D u_t. Layouts are time first: (L, batch, channels).
Contract: Debian 12 python3-torch on one core, fixed seed; writes the checkpoint by rename, so that a stop leaves
the last whole one. Tensor names are those of Hugging Face's Mamba checkpoints, the embedding is tied.
Usage: train_byte_mamba.py <folder with train.txt and heldout.txt> <out.safetensors> [--steps N]
       train_byte_mamba.py <folder> <out.safetensors> --finetune <pruned.safetensors> --keep-pattern
"""
import argparse
import ctypes
import math
import os
import time

import torch
import torch.nn.functional as F

from checkpoint_io import package_version, read_checkpoint, write_checkpoint

NORM_EPS = 1e-5
VOCAB = 256
EVAL_BYTES = 65536
EVAL_CONTEXT = 512


class SelectiveScan(torch.autograd.Function):
    """y = C.h of the recurrence, delta already softplus'ed. Shapes: u, delta (L, b, D); a (N, D); b, c (L, b, N).

    The only sequential work is one fused multiply-add per step over (batch, N, D); everything else is done for all
    steps at once, and the backward pass is written by hand so that autograd keeps no graph per step.
    """

    @staticmethod
    def forward(ctx, u, delta, a, b, c):
        decay = (delta.unsqueeze(2) * a).exp_()
        du = delta * u
        h = torch.empty((u.shape[0] + 1,) + decay.shape[1:])
        h[0].zero_()
        torch.mul(b.unsqueeze(3), du.unsqueeze(2), out=h[1:])
        for t in range(u.shape[0]):
            h[t + 1].addcmul_(decay[t], h[t])
        ctx.save_for_backward(u, delta, a, b, c, decay, h, du)
        return torch.matmul(c.unsqueeze(2), h[1:]).squeeze(2)

    @staticmethod
    def backward(ctx, gy):
        u, delta, a, b, c, decay, h, du = ctx.saved_tensors
        g = c.unsqueeze(3) * gy.unsqueeze(2)
        for t in range(u.shape[0] - 2, -1, -1):
            g[t].addcmul_(decay[t + 1], g[t + 1])
        gc = torch.matmul(h[1:], gy.unsqueeze(3)).squeeze(3)
        gb = torch.matmul(g, du.unsqueeze(3)).squeeze(3)
        gdu = torch.matmul(b.unsqueeze(2), g).squeeze(2)
        g.mul_(h[:-1]).mul_(decay)  # from here: gradient of delta * a, per state
        product = torch.mul(g, delta.unsqueeze(2), out=h[1:])  # h is spent: its memory takes the product
        ga = product.view(-1, a.numel()).sum(0).view_as(a)
        gdelta = g.mul_(a).sum(2).addcmul_(gdu, u)
        return gdu * delta, gdelta, ga, gb, gc


def initial_parameters(cfg, generator):
    """Mamba's initialisation: A = -(1..N), dt bias such that softplus gives 0.001..0.1, uniform projections."""
    d, n, r, k = cfg["d_model"], cfg["d_state"], cfg["dt_rank"], cfg["conv"]
    inner = cfg["expand"] * d

    def uniform(rows, cols, scale=None):
        bound = scale if scale is not None else 1.0 / math.sqrt(cols)
        return (torch.rand(rows, cols, generator=generator) * 2 - 1) * bound

    p = {"backbone.embeddings.weight": torch.randn(VOCAB, d, generator=generator) * 0.02}
    for i in range(cfg["n_layers"]):
        m = f"backbone.layers.{i}.mixer."
        p[f"backbone.layers.{i}.norm.weight"] = torch.ones(d)
        p[m + "in_proj.weight"] = uniform(2 * inner, d)
        p[m + "conv1d.weight"] = uniform(inner, k).unsqueeze(1)
        p[m + "conv1d.bias"] = torch.zeros(inner)
        p[m + "x_proj.weight"] = uniform(r + 2 * n, inner)
        p[m + "dt_proj.weight"] = uniform(inner, r, r**-0.5)
        dt = torch.exp(torch.rand(inner, generator=generator) * math.log(100.0) + math.log(0.001))
        p[m + "dt_proj.bias"] = dt + torch.log(-torch.expm1(-dt))
        p[m + "A_log"] = torch.log(torch.arange(1, n + 1).float()).repeat(inner, 1)
        p[m + "D"] = torch.ones(inner)
        p[m + "out_proj.weight"] = uniform(d, inner) / math.sqrt(cfg["n_layers"])
    p["backbone.norm_f.weight"] = torch.ones(d)
    return {name: value.contiguous().requires_grad_() for name, value in p.items()}


def rms_norm(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + NORM_EPS) * weight


def mixer(p, m, x, cfg):
    inner, n, r, k = cfg["expand"] * cfg["d_model"], cfg["d_state"], cfg["dt_rank"], cfg["conv"]
    u, z = F.linear(x, p[m + "in_proj.weight"]).split(inner, -1)
    padded = F.pad(u, (0, 0, 0, 0, k - 1, 0))
    taps = p[m + "conv1d.weight"].squeeze(1)
    conv = p[m + "conv1d.bias"] + sum(padded[j : j + x.shape[0]] * taps[:, j] for j in range(k))
    u = F.silu(conv)
    dt, b, c = F.linear(u, p[m + "x_proj.weight"]).split([r, n, n], -1)
    delta = F.softplus(F.linear(dt, p[m + "dt_proj.weight"], p[m + "dt_proj.bias"]))
    a = -torch.exp(p[m + "A_log"]).t().contiguous()
    y = SelectiveScan.apply(u.contiguous(), delta, a, b.contiguous(), c.contiguous())
    return F.linear((y + p[m + "D"] * u) * F.silu(z), p[m + "out_proj.weight"])


def forward(p, tokens, cfg):
    """tokens (L, batch) -> logits (L, batch, 256); the state starts at zero."""
    x = p["backbone.embeddings.weight"][tokens]
    for i in range(cfg["n_layers"]):
        x = x + mixer(p, f"backbone.layers.{i}.mixer.", rms_norm(x, p[f"backbone.layers.{i}.norm.weight"]), cfg)
    return F.linear(rms_norm(x, p["backbone.norm_f.weight"]), p["backbone.embeddings.weight"])


def bits_per_byte(p, data, cfg, context):
    """Windows of `context` bytes, state reset before each; every byte but the first of `data` is predicted once."""
    bits = 0.0
    starts = list(range(0, len(data) - 1, context))
    whole = [s for s in starts if s + context < len(data)]
    groups = [whole[i : i + 8] for i in range(0, len(whole), 8)] + [[s] for s in starts if s not in whole]
    with torch.no_grad():
        for group in groups:
            windows = torch.stack([data[s : min(s + context + 1, len(data))] for s in group], 1)
            logits = forward(p, windows[:-1], cfg)
            loss = F.cross_entropy(logits.double().flatten(0, 1), windows[1:].flatten(), reduction="sum")
            bits += loss.item() / math.log(2)
    return bits / (len(data) - 1)


class ZeroPattern:
    """The weights that are exactly zero now; pruned ones, since training leaves none there by itself."""

    def __init__(self, p):
        self.zeros = {name: v.detach() == 0 for name, v in p.items() if (v.detach() == 0).any()}

    def apply(self, p):
        """Before the optimiser's step: without a gradient neither momentum nor weight decay moves a zero."""
        for name, zeros in self.zeros.items():
            p[name].grad.masked_fill_(zeros, 0.0)

    def check(self, p):
        for name, zeros in self.zeros.items():
            assert not p[name].detach()[zeros].any(), f"{name}: a pruned weight has moved"

    def count(self):
        return sum(int(zeros.sum()) for zeros in self.zeros.values())


def learning_rate(step, args):
    warm = min(1.0, (step + 1) / 100)
    return args.rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / args.steps)))


def make_optimiser(p, decay, decayed_endings):
    matrices = [v for k, v in p.items() if k.endswith(decayed_endings)]
    others = [v for k, v in p.items() if not k.endswith(decayed_endings)]
    return torch.optim.AdamW(
        [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}], betas=(0.9, 0.95))


def optimiser_step(p, optimiser, rate, pattern):
    if pattern:
        pattern.apply(p)
    torch.nn.utils.clip_grad_norm_(p.values(), 1.0)
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)


def train(args, cfg):
    data = {}
    for part in ("train", "heldout"):
        with open(os.path.join(args.text, part + ".txt"), "rb") as f:
            data[part] = torch.tensor(list(f.read()), dtype=torch.long)
    generator = torch.Generator().manual_seed(args.seed)
    p, pattern, base = initial_parameters(cfg, generator), None, None
    if args.finetune:
        p, base = read_checkpoint(args.finetune, p)
        pattern = ZeroPattern(p) if args.keep_pattern else None
    optimiser = make_optimiser(p, 0.1, ("proj.weight", "embeddings.weight"))
    print(f"{sum(v.numel() for v in p.values())} parameters, {pattern.count() if pattern else 0} kept at zero", flush=True)
    begin, recent = time.time(), []
    for step in range(args.steps):
        starts = torch.randint(0, len(data["train"]) - args.length, (args.batch,), generator=generator).tolist()
        window = torch.stack([data["train"][s : s + args.length + 1] for s in starts], 1)
        loss = F.cross_entropy(forward(p, window[:-1], cfg).flatten(0, 1), window[1:].flatten())
        loss.backward()
        optimiser_step(p, optimiser, learning_rate(step, args), pattern)
        recent.append(loss.item() / math.log(2))
        if (step + 1) % 50 == 0:
            mean = sum(recent) / len(recent)
            print(f"step {step + 1} train {mean:.4f} bits/byte, {time.time() - begin:.0f} s", flush=True)
            recent = []
        if (step + 1) % args.save_every == 0 or step + 1 == args.steps:
            if pattern:
                pattern.check(p)
            score = bits_per_byte(p, data["heldout"][:EVAL_BYTES], cfg, EVAL_CONTEXT)
            print(f"step {step + 1} held-out {score:.6f} bits/byte", flush=True)
            write_checkpoint(args.out, p, describe(args, cfg, step + 1, score, time.time() - begin, base))


def describe(args, cfg, steps, score, seconds, base):
    """What the checkpoint says about itself; a fine-tuned one keeps what `base` said and adds the fine-tune."""
    run = {"seed": args.seed, "steps": steps, "of_steps": args.steps, "batch": args.batch, "length": args.length,
           "peak_rate": args.rate, "torch": torch.__version__, "seconds": round(seconds)}
    heldout = {"file": "models/nn/heldout.txt", "bytes": EVAL_BYTES, "context": EVAL_CONTEXT,
               "bits_per_byte": round(score, 6)}
    if base is not None:
        return {**base, "heldout": heldout, "finetune": {"keep_pattern": args.keep_pattern, **run}}
    return {
        "format": 1,
        "model": "byte-mamba",
        "config": cfg,
        "heldout": heldout,
        "training": {"package": "bible-kjv-text", "package_version": package_version("bible-kjv-text"),
                     "license": "public domain", **run},
    }


def add_run_options(parser, steps, finetune_steps, rate, finetune_rate):
    """Options that both training scripts share; a fine-tune is a shorter run at a lower rate."""
    parser.add_argument("--steps", type=int, help=f"default {steps}, fine-tune {finetune_steps}")
    parser.add_argument("--rate", type=float, help=f"peak rate, default {rate}, fine-tune {finetune_rate}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--finetune", metavar="CHECKPOINT", help="start from these weights (same sizes)")
    parser.add_argument("--keep-pattern", action="store_true", help="weights that are exactly zero stay zero")
    args = parser.parse_args()
    if args.keep_pattern and not args.finetune:
        parser.error("--keep-pattern needs --finetune")
    args.steps = args.steps or (finetune_steps if args.finetune else steps)
    args.rate = args.rate or (finetune_rate if args.finetune else rate)
    return args


def use_one_core():
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    libc = ctypes.CDLL(None)  # mallopt: keep freed memory, else every step faults in some hundred MB anew
    libc.mallopt(-4, 0)  # M_MMAP_MAX
    libc.mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD


def main():
    parser = argparse.ArgumentParser(description="train byte-mamba")
    parser.add_argument("text", help="folder written by prepare_text.sh")
    parser.add_argument("out", help="checkpoint to write")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--d-model", type=int, default=128)
    parser.add_argument("--save-every", type=int, default=1000)
    args = add_run_options(parser, steps=11000, finetune_steps=300, rate=3e-3, finetune_rate=3e-4)
    use_one_core()
    cfg = {"d_model": args.d_model, "n_layers": args.layers, "d_state": 16, "dt_rank": args.d_model // 16, "conv": 4,
           "expand": 2, "vocab": VOCAB, "norm_eps": NORM_EPS, "tied": True}
    train(args, cfg)


if __name__ == "__main__":
    main()
