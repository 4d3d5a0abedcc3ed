#!/usr/bin/python3
"""Test accuracy of simple classifiers on the split that digits-vim is measured on, for comparison.

Formula: share of the 600 test images whose class is predicted, after fitting on the 1197 training images, pixels / 16.
Contract: scikit-learn's defaults but for what the printed line names; nothing is tuned. It augments nothing.
Usage: digits_baselines.py <digits.safetensors>
"""
import sys

from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from checkpoint_io import read_safetensors


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    data, _ = read_safetensors(sys.argv[1])
    x, test = (data[part + ".images"].reshape(-1, 64) / 16.0 for part in ("train", "test"))
    for name, model in (("logistic regression", LogisticRegression(max_iter=5000)),
                        ("1 nearest neighbour", KNeighborsClassifier(1)),
                        ("3 nearest neighbours", KNeighborsClassifier(3)),
                        ("SVM, Gaussian kernel", SVC())):
        right = int((model.fit(x, data["train.labels"]).predict(test) == data["test.labels"]).sum())
        print(f"{name}: {right} of {len(test)}, {100 * right / len(test):.2f} %")


if __name__ == "__main__":
    main()
