"""The pair operator: one numeric error in hls and rtl at once, by constants that stand in both (pairs.txt) and table words.

The words of a table are written by hls/nonlin/pwl_fit.cpp into both languages; here one bit of one word is turned in both.
"""
import hashlib
import re

from token_operators import changed_number

LIST = "tests/mutation/pairs.txt"
HLS_TABLES, RTL_TABLES = "hls/nonlin/pwl_tables.h", "rtl/nonlin/ssm_pwl_tables_pkg.sv"
# hls table: tables of the RTL, bits below the field in a word there. A row of an exp table may stand twice in the RTL.
TABLES = {
    "exp_pwl_table_64": (["ExpPwlTable64", "ExpPwlTable64Slow"], 0),
    "softplus_pwl_base": (["SoftplusPwlTable"], 0),
    "softplus_pwl_slope": (["SoftplusPwlTable"], 32),
    "sigmoid_pwl_table": (["SigmoidPwlTable"], 0),
}
WORDS_OF_A_LINE = 8


class PairError(Exception):
    pass


def marked_place(root, path, marked, where):
    """Start and end of the number that the text marks by @."""
    marked = marked.replace("\\n", "\n")
    head, number, tail = marked.split("@")
    if not (root / path).is_file():
        raise PairError(f"{where}: expected a file, found none: {path}")
    text = (root / path).read_text()
    if text.count(head + number + tail) != 1:
        raise PairError(f"{where}: {path}: expected the text once, found {text.count(head + number + tail)}: {marked}")
    start = text.index(head + number + tail) + len(head)
    return start, start + len(number), number


def rows(root):
    for count, line in enumerate((root / LIST).read_text().splitlines(), 1):
        if line and not line.startswith("#"):
            fields = line.split(" | ")
            if len(fields) != 5 or any(field.count("@") != 2 for field in (fields[2], fields[4])):
                raise PairError(f"{LIST} line {count}: expected five fields, two of them with @number@, found: {line}")
            yield f"{LIST} line {count}", fields


def constants(root):
    for where, (name, *places) in rows(root):
        found = [(path, *marked_place(root, path, text, where)) for path, text in (places[:2], places[2:])]
        changes = {"+1": lambda value, bits: value + 1, "-1": lambda value, bits: value - 1}
        value_bits = int(re.search(r"\d+", found[0][3].split("'")[-1]).group()).bit_length()
        for bit in range(1, value_bits):  # of a large one every bit counts: how small an error is still seen?
            changes[f"^{1 << bit}"] = lambda value, bits, bit=bit: value ^ 1 << bit
        seen = set()
        for label, change in changes.items():
            news = tuple(changed_number(number, change) for *_, number in found)
            if None in news or news in seen:
                continue
            seen.add(news)
            yield (f"pair:{name}:{label}:{found[0][3]}->{news[0]}", "pair",
                   [(path, start, end, new) for (path, start, end, _), new in zip(found, news)], 4 / (2 + value_bits))


def table_words(text, pattern):
    """{table: [(start, end, digits)]} of the words of each table, in the order written."""
    return {found.group(1): [(found.start(2) + word.start(1), found.start(2) + word.end(1), word.group(1))
                             for word in re.finditer(r"(?:0x|'h)([0-9a-f]+)", found.group(2))]
            for found in re.finditer(pattern, text, re.S)}


def turned(digits, bit):
    return format(int(digits, 16) ^ 1 << bit, f"0{len(digits)}x")


def words(root):
    hls = table_words((root / HLS_TABLES).read_text(), r"(\w+)\[\d+\] = \{(.*?)\};")
    rtl = table_words((root / RTL_TABLES).read_text(), r"(\w+) = \{(.*?)\};")
    for table, (names, shift) in TABLES.items():
        for row, (start, end, digits) in enumerate(hls[table]):
            bit = int(hashlib.sha256(f"{table}:{row}".encode()).hexdigest(), 16) % max(int(digits, 16).bit_length(), 1)
            if table.startswith("exp"):
                twins = [word for name in names for word in rtl.get(name, []) if word[2] == digits]
            else:
                twins = [rtl[names[0]][::-1][row]]
            if not twins or int(twins[0][2], 16) >> shift & (1 << 4 * len(digits)) - 1 != int(digits, 16):
                raise PairError(f"{RTL_TABLES}: {names[0]}: expected word {row} of {table} ({digits}), found no such word")
            changes = [(HLS_TABLES, start, end, turned(digits, bit))]
            changes += [(RTL_TABLES, one[0], one[1], turned(one[2], bit + shift)) for one in twins]
            yield f"pair:{table}[{row}]:^{1 << bit}:{digits}->{turned(digits, bit)}", "pair", changes, 1 / WORDS_OF_A_LINE


def pairs_of(root):
    """(name, operator, [(path, start, end, new)], weight) of every pair."""
    yield from constants(root)
    yield from words(root)
