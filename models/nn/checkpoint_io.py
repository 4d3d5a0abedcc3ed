"""Checkpoints and data files of the training scripts: safetensors with float32 and byte tensors.

Contract: numpy arrays in, numpy arrays out, the metadata key `scansim` as JSON; a file appears whole or not at all. It
trusts what it reads; the C++ loaders do not.
"""
import json
import os
import struct
import subprocess
import sys

import numpy as np
import torch

SAFETENSORS_TYPES = {"F32": np.dtype("<f4"), "U8": np.dtype("u1")}


def write_safetensors(path, tensors, metadata):
    """8-byte little-endian header length, JSON padded with spaces to 8 bytes, data. `tensors`: name -> numpy array."""
    header = {"__metadata__": {"format": "pt", "scansim": json.dumps(metadata)}}
    names = {dtype: name for name, dtype in SAFETENSORS_TYPES.items()}
    offset = 0
    for name in sorted(tensors):
        value = tensors[name]
        header[name] = {"dtype": names[value.dtype], "shape": list(value.shape),
                        "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path + ".part", "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for name in sorted(tensors):
            f.write(np.ascontiguousarray(tensors[name]).tobytes())
    os.replace(path + ".part", path)


def read_safetensors(path):
    """-> name -> numpy array (F32 and U8 only), metadata of key `scansim`"""
    with open(path, "rb") as f:
        data = f.read()
    begin = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:begin])
    metadata = json.loads(header.pop("__metadata__", {}).get("scansim", "{}"))
    tensors = {}
    for name, entry in header.items():
        first, last = (begin + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[first:last], SAFETENSORS_TYPES[entry["dtype"]]).reshape(entry["shape"]).copy()
    return tensors, metadata


def write_checkpoint(path, p, metadata):
    write_safetensors(path, {name: value.detach().numpy().astype("<f4") for name, value in p.items()}, metadata)


def read_checkpoint(path, expected):
    """Parameters to train on, with the names and shapes of `expected`, and the metadata."""
    tensors, metadata = read_safetensors(path)
    p = {name: torch.from_numpy(value).requires_grad_() for name, value in tensors.items()}
    found, wanted = ({name: tuple(v.shape) for name, v in q.items()} for q in (p, expected))
    if found != wanted:
        differing = sorted(set(found.items()) ^ set(wanted.items()))
        sys.exit(f"{path}: other tensors than this model's: {differing[:4]}")
    return p, metadata


def package_version(name):
    found = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"
