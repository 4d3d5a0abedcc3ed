#!/usr/bin/python3
"""Trains the small cross-scanning vision model `digits-cross` on 8x8 handwritten digits: one safetensors file.

Formula: tokens = pixels W + b, 8 x 8 of them; for every layer x += out_proj(norm_y(sum_k unscan_k(S_k(scan_k(u))))),
u = silu(conv2d(in_proj(norm(x)))), a depthwise 3x3 convolution with zeros around, scan_k the four orders of a cross
scan: rows, columns, rows from the end, columns from the end. S_k is a selective scan with x_proj, dt_proj, A and D of
its own and one state a channel, without a gate: VMamba's SS2D ("noz", d_state 1) with RMS in place of layer norms and
without its MLP. logits = head(mean of norm_f(x) over the tokens). There is no position embedding.
Contract: as train_digits_vim.py, from which come data, augmentation, optimiser and options.
Usage: train_digits_cross.py <digits.safetensors> <out.safetensors> [--steps N]
"""
import math

import torch
import torch.nn.functional as F

from train_byte_mamba import NORM_EPS, SelectiveScan, rms_norm, use_one_core
from train_digits_vim import CLASSES, IMAGE, Classifier, parse_options, train

DIRECTIONS, KERNEL, PATCH = 4, 3, 1


def initial_parameters(cfg, generator):
    """As digits-vim's: A = -(1..N), dt bias such that softplus gives 0.001..0.1. Names are those of VMamba's SS2D."""
    d, n, r = cfg["d_model"], cfg["d_state"], cfg["dt_rank"]
    inner = cfg["expand"] * d

    def uniform(shape, fan_in):
        return (torch.rand(shape, generator=generator) * 2 - 1) / math.sqrt(fan_in)

    p = {"backbone.patch_embed.weight": uniform((d, 1, PATCH, PATCH), PATCH * PATCH),
         "backbone.patch_embed.bias": torch.zeros(d)}
    for i in range(cfg["n_layers"]):
        m = f"backbone.layers.{i}.mixer."
        p[f"backbone.layers.{i}.norm.weight"] = torch.ones(d)
        p[m + "in_proj.weight"] = uniform((inner, d), d)
        p[m + "conv2d.weight"] = uniform((inner, 1, KERNEL, KERNEL), KERNEL * KERNEL)
        p[m + "conv2d.bias"] = torch.zeros(inner)
        p[m + "x_proj_weight"] = uniform((DIRECTIONS, r + 2 * n, inner), inner)
        p[m + "dt_projs_weight"] = uniform((DIRECTIONS, inner, r), r)
        dt = torch.exp(torch.rand(DIRECTIONS, inner, generator=generator) * math.log(100.0) + math.log(0.001))
        p[m + "dt_projs_bias"] = dt + torch.log(-torch.expm1(-dt))
        p[m + "A_logs"] = torch.log(torch.arange(1, n + 1).float()).repeat(DIRECTIONS * inner, 1)
        p[m + "Ds"] = torch.ones(DIRECTIONS * inner)
        p[m + "out_norm.weight"] = torch.ones(inner)
        p[m + "out_proj.weight"] = uniform((d, inner), inner) / math.sqrt(2 * cfg["n_layers"])
    p["backbone.norm_f.weight"] = torch.ones(d)
    p["head.weight"] = uniform((CLASSES, d), d)
    p["head.bias"] = torch.zeros(CLASSES)
    return {name: value.contiguous().requires_grad_() for name, value in p.items()}


def depthwise(x, weight, bias):
    """x (H, W, batch, D), zeros around."""
    h, w = x.shape[:2]
    padded, taps = F.pad(x, (0, 0, 0, 0, 1, 1, 1, 1)), weight.squeeze(1)
    return bias + sum(padded[i : i + h, j : j + w] * taps[:, i, j] for i in range(KERNEL) for j in range(KERNEL))


def scan_orders(side):
    """Rows, columns, and both from their ends: the token at each position."""
    rows = torch.arange(side * side)
    columns = rows.view(side, side).t().flatten()
    return rows, columns, rows.flip(0), columns.flip(0)


def directed_scan(p, m, k, u, cfg):
    """S_k of the formula; u (L, batch, D) in the order of the scan."""
    n, r, inner = cfg["d_state"], cfg["dt_rank"], u.shape[2]
    dt, b, c = F.linear(u, p[m + "x_proj_weight"][k]).split([r, n, n], -1)
    delta = F.softplus(F.linear(dt, p[m + "dt_projs_weight"][k], p[m + "dt_projs_bias"][k]))
    a = -torch.exp(p[m + "A_logs"].view(DIRECTIONS, inner, n)[k]).t().contiguous()
    y = SelectiveScan.apply(u.contiguous(), delta, a, b.contiguous(), c.contiguous())
    return y + p[m + "Ds"].view(DIRECTIONS, inner)[k] * u


def forward(p, images, cfg):
    """images (batch, 8, 8), pixels 0..16 -> logits (batch, 10)"""
    pixels = (images / 8 - 1).permute(1, 2, 0).reshape(IMAGE * IMAGE, -1, 1)
    x = pixels * p["backbone.patch_embed.weight"].flatten() + p["backbone.patch_embed.bias"]
    orders = scan_orders(IMAGE)
    for i in range(cfg["n_layers"]):
        m = f"backbone.layers.{i}.mixer."
        u = F.linear(rms_norm(x, p[f"backbone.layers.{i}.norm.weight"]), p[m + "in_proj.weight"])
        u = depthwise(u.view(IMAGE, IMAGE, *u.shape[1:]), p[m + "conv2d.weight"], p[m + "conv2d.bias"]).view_as(u)
        u = F.silu(u)
        y = sum(directed_scan(p, m, k, u[order], cfg)[order.argsort()] for k, order in enumerate(orders))
        x = x + F.linear(rms_norm(y, p[m + "out_norm.weight"]), p[m + "out_proj.weight"])
    return F.linear(rms_norm(x, p["backbone.norm_f.weight"]).mean(0), p["head.weight"], p["head.bias"])


def main():
    args = parse_options("digits-cross", steps=800)
    use_one_core()
    cfg = {"d_model": 64, "n_layers": args.layers, "d_state": 1, "dt_rank": 4, "conv": KERNEL, "expand": 2,
           "image": IMAGE, "patch": PATCH, "classes": CLASSES, "norm_eps": NORM_EPS}
    train(args, cfg, Classifier("digits-cross", initial_parameters, forward,
                                ("proj.weight", "proj_weight", "projs_weight", "embed.weight", "head.weight")))


if __name__ == "__main__":
    main()
