#!/usr/bin/python3
"""Writes the handwritten digits that digits-vim learns and is measured on as one safetensors file.

Contract: scikit-learn's load_digits (1797 images of 8x8, pixels 0..16) in its own order; the first 1197 are `train`,
the last 600 `test`. Tensors train.images, test.images (n, 8, 8) and train.labels, test.labels (n), all U8; metadata
key `scansim` with source, licence and split. The order is the UCI file's, not shuffled. It changes no pixel.
Usage: prepare_digits.py <digits.safetensors>
"""
import sys

import numpy as np
from sklearn.datasets import load_digits

from checkpoint_io import package_version, write_safetensors

TRAIN_IMAGES = 1197


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    digits = load_digits()
    images, labels = digits.images.astype(np.uint8), digits.target.astype(np.uint8)
    assert images.shape == (1797, 8, 8) and (images == digits.images).all() and images.max() == 16
    metadata = {
        "format": 1,
        "data": "digits",
        "source": "test part of Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI, 1998",
        "package": "python3-sklearn",
        "package_version": package_version("python3-sklearn"),
        "package_license": "BSD-3-Clause",
        "split": f"file order: the first {TRAIN_IMAGES} train, the other {len(images) - TRAIN_IMAGES} test",
        "pixel_max": 16,
    }
    write_safetensors(sys.argv[1], {
        "train.images": images[:TRAIN_IMAGES], "train.labels": labels[:TRAIN_IMAGES],
        "test.images": images[TRAIN_IMAGES:], "test.labels": labels[TRAIN_IMAGES:]}, metadata)


if __name__ == "__main__":
    main()
