"""What a mutant may do to a token: every operator is a function (file) -> edits (README.md has their table)."""
import hashlib
import re
from dataclasses import dataclass

from source_tokens import closes_group, tokens_of

RELATIONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
SWAPS = {"&&": "||", "||": "&&", "+": "-", "-": "+", "&": "|", "|": "&", "+=": "-=", "-=": "+=", ">>>": ">>"}
SWAP_NAMES = {"&&": "logic", "||": "logic", "&": "bitwise", "|": "bitwise", ">>>": "sign"}
VALUE = ("word", "number")
NOT_A_VALUE = {"return", "case", "else", "begin", "assign", "if", "while", "throw", "posedge", "negedge", "or"}


@dataclass(frozen=True)
class Edit:
    operator: str
    start: int
    end: int
    new: str
    line: int
    column: int


class SourceFile:
    """A file's text and marked tokens, and what the operators ask of them."""

    def __init__(self, text, language):
        self.text, self.language, self.tokens = text, language, tokens_of(text, language)

    def before(self, index):
        return self.tokens[index - 1] if index else None

    def after(self, index):
        return self.tokens[index + 1] if index + 1 < len(self.tokens) else None

    def is_binary(self, index):
        """An operator between two values, not a sign, a reference or a reduction."""
        token, left = self.tokens[index], self.before(index)
        value = left is not None and (left.kind in VALUE and left.text not in NOT_A_VALUE or left.text in (")", "]"))
        return value and (token.spaced or token.text in ("+", "-"))

    def statement(self, index):
        """Places of the first and last token of the statement around `index`: its ; or None."""
        depth, first = self.tokens[index].depth, index
        while first > 0:
            token = self.tokens[first - 1]
            condition = token.text == ")" and self.is_condition(token.group)
            if token.depth < depth or token.depth == depth and (token.text in (";", "{", "}", ":", "begin", "end", "else")
                                                                or condition):
                if token.text not in ("}",) or self.language == "cpp":
                    break
            first -= 1
        last = next((at for at in range(index, len(self.tokens))
                     if self.tokens[at].depth == depth and self.tokens[at].text == ";"), None)
        return first, last

    def is_condition(self, bracket):
        """The bracket opens the condition of an if, for, while or event of a block."""
        if bracket <= 0:
            return False
        return self.tokens[bracket - 1].text in ("if", "for", "while", "switch", "@")

    def is_nonblocking(self, index):
        """SystemVerilog's <= that assigns: the first of its statement, outside brackets of a value."""
        token = self.tokens[index]
        if self.language != "sv" or token.text != "<=":
            return False
        first, _ = self.statement(index)
        if any(one.text in ("=", "<=", "assign", "return") and one.depth == token.depth
               for one in self.tokens[first:index]):
            return False
        group = token.group
        return group < 0 or self.tokens[group].text == "{"

    def edit(self, operator, index, new, last=None):
        first, final = self.tokens[index], self.tokens[index if last is None else last]
        return Edit(operator, first.start, final.end, new, first.line, first.column)


def changed_number(text, change):
    """The literal with its value changed by `change(value, bits)`, None where it has none or leaves its width."""
    found = re.fullmatch(r"(?:(\d+))?'(s?)([bdhoBDHO])([0-9a-fA-F_]+)", text)
    if found:
        size, sign, base, digits = found.groups()
        radix = {"b": 2, "d": 10, "h": 16, "o": 8}[base.lower()]
        bits = int(size) if size else 32
        value = change(int(digits.replace("_", ""), radix), bits) & ((1 << bits) - 1)
        form = {2: "b", 10: "d", 16: "x", 8: "o"}[radix]
        width = len(digits.replace("_", "")) if radix != 10 else 0
        return f"{size or ''}'{sign}{base}{format(value, form).zfill(width)}"
    found = re.fullmatch(r"(0[xX][0-9a-fA-F']+|0[bB][01']+|\d[\d_']*)([uUlL]*)", text)
    if not found:
        return None
    digits, suffix = found.groups()
    value = int(re.sub(r"[_']", "", digits), 0 if not digits.isdigit() else 10)
    value = change(value, max(value.bit_length(), 1))
    if value < 0:
        return None
    if digits[:2].lower() == "0x":
        return f"0x{value:0{len(digits) - 2}x}{suffix}"
    return (bin(value) if digits[:2].lower() == "0b" else str(value)) + suffix


def place_kind(file, index):
    """What a number is: slice, index (a stage of a pipeline), reset or const."""
    token = file.tokens[index]
    bracket = token.group
    if bracket >= 0 and file.tokens[bracket].text == "[":
        inside = file.tokens[bracket + 1:closes_group(file.tokens, bracket)]
        if any(one.text in (":", "+:", "-:") and one.group == bracket for one in inside):
            return "slice"
        return "index"
    first, _ = file.statement(index)
    condition = " ".join(one.text for one in file.tokens[max(0, first - 6):first])
    return "reset" if re.search(r"rst_ni \)( begin)?$", condition) else "const"


def numbers(file):
    """Constants one more, one less, with one bit turned; '0 and '1 exchanged."""
    for index, token in enumerate(file.tokens):
        if token.kind != "number" or not token.open:
            continue
        kind = place_kind(file, index)
        if token.text in ("'0", "'1"):
            yield file.edit("reset" if kind == "reset" else "fill", index, "'1" if token.text == "'0" else "'0")
            continue
        bit = int(hashlib.sha256(f"{token.line}:{token.column}:{token.text}".encode()).hexdigest(), 16)
        changes = [(kind, lambda value, bits: value + 1), (kind, lambda value, bits: value - 1),
                   ("bit" if kind == "const" else kind, lambda value, bits: value ^ 1 << bit % bits)]
        seen = {token.text}
        for name, change in changes:
            new = changed_number(token.text, change)
            if new is not None and new not in seen:
                seen.add(new)
                yield file.edit(name, index, new)


def stages(file):
    """The stage of a pipeline by a name: x_q[s] becomes x_q[s + 1], x_q[s - 1]."""
    for index, token in enumerate(file.tokens[:-3]):
        inside, end = file.tokens[index + 2], file.tokens[index + 3]
        if (token.open and token.kind == "word" and token.text.endswith("_q") and file.tokens[index + 1].text == "["
                and inside.kind == "word" and end.text == "]"):
            for sign in "+-":
                yield file.edit("index", index + 2, f"{inside.text} {sign} 1")


def swaps(file):
    """Relations, logic, sums, arithmetic shifts: the neighbour instead."""
    for index, token in enumerate(file.tokens):
        if token.kind != "op" or not token.open:
            continue
        if token.text in RELATIONS and token.spaced and not file.is_nonblocking(index):
            yield file.edit("relation", index, RELATIONS[token.text])
        elif token.text in SWAPS and (file.is_binary(index) if token.text not in (">>>", "+=", "-=") else token.spaced):
            yield file.edit(SWAP_NAMES.get(token.text, "sum"), index, SWAPS[token.text])


def conjuncts(file):
    """One side of a && or || goes, with the operator."""
    ends = {"&&", "||", "?", ":", ",", ";", "=", "return", "else", "assign"} | ({"<="} if file.language == "sv" else set())
    for index, token in enumerate(file.tokens):
        if token.text not in ("&&", "||") or not token.open or not file.is_binary(index):
            continue
        for step in (1, -1):
            at, last = index + step, None
            while 0 <= at < len(file.tokens):
                one = file.tokens[at]
                if one.depth < token.depth or one.depth == token.depth and one.text in ends:
                    break
                last, at = at, at + step
            if last is None or file.tokens[last].line != token.line:
                continue
            low, high = (index, last) if step == 1 else (last, index)
            yield file.edit("conjunct", low, "", high)


def signs(file):
    """A cast to a signed type goes."""
    for index, token in enumerate(file.tokens[:-1]):
        if not token.open or token.kind != "word":
            continue
        if token.text == "$signed" and file.tokens[index + 1].text == "(":
            yield file.edit("sign", index, "$unsigned")
        found = re.fullmatch(r"int(8|16|32|64)_t", token.text)
        cast = index > 1 and [one.text for one in file.tokens[index - 2:index]] == ["static_cast", "<"]
        if file.language == "cpp" and found and cast:
            yield file.edit("sign", index, "u" + token.text)


def assignments(file):
    """An assignment goes: non-blocking in SystemVerilog, of a name that stands in C++."""
    for index, token in enumerate(file.tokens):
        wanted = file.is_nonblocking(index) if file.language == "sv" else token.text in ("=", "+=", "-=", "|=")
        if not wanted or not token.open:
            continue
        first, last = file.statement(index)
        header = token.group >= 0 and file.tokens[token.group].text == "("  # of a for
        if last is None or last - first > 60 or header:
            continue
        if file.language == "cpp":
            left = file.tokens[first:index]
            declared = any(a.kind == "word" and b.kind == "word" for a, b in zip(left, left[1:]))
            if not left or declared or left[0].kind != "word" or any(one.text in ("<", "&", "*", "auto", "using", ">")
                                                                    for one in left):
                continue
        yield file.edit("assignment", first, ";", last)


def enables(file):
    """The condition of an if is always, or never, true."""
    always, never = ("1'b1", "1'b0") if file.language == "sv" else ("true", "false")
    for index, token in enumerate(file.tokens[:-2]):
        if token.text != "if" or not token.open or file.tokens[index + 1].text != "(":
            continue
        end = closes_group(file.tokens, index + 1)
        inside = file.tokens[index + 2:end]
        if not inside or inside[0].line != inside[-1].line or any(one.text in ("=", ";") for one in inside):
            continue
        yield file.edit("stuck", index + 2, always, end - 1)
        yield file.edit("stuck", index + 2, never, end - 1)


OPERATORS = (numbers, stages, swaps, conjuncts, signs, assignments, enables)


def edits_of(text, language):
    """Every edit of the file, in order, each once."""
    file = SourceFile(text, language)
    edits = {}
    for operator in OPERATORS:
        for edit in operator(file):
            if text[edit.start:edit.end] != edit.new:
                edits.setdefault((edit.start, edit.end, edit.new), edit)
    return [edits[key] for key in sorted(edits)]


def code_lines(text, language):
    """Lines that hold code that a mutant may touch: the weight of a file."""
    return len({token.line for token in SourceFile(text, language).tokens if token.open})
