"""Mutants that a person has found equivalent (equivalents.txt): name | reason. A line that names no mutant is an error."""

LIST = "tests/mutation/equivalents.txt"


class ReviewError(Exception):
    pass


def reviewed(text, names):
    """{name: reason}; `names` are those of every mutant."""
    found = {}
    for count, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        name, separator, reason = line.rpartition(" | ")
        if not separator or not reason.strip():
            raise ReviewError(f"{LIST} line {count}: expected name | reason, found: {line}")
        if name not in names:
            raise ReviewError(f"{LIST} line {count}: expected the name of a mutant, found: {name} (its line has moved or gone)")
        found[name] = reason
    return found
