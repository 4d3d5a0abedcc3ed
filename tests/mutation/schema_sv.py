"""Where in SystemVerilog a mutant may be chosen at run time: the smallest part around an edit whose copy beside the original
changes nothing of it, neither width nor sign nor order.

    statement   written twice, in the arms of an if; a whole case, loop or block where the edit is in its head or in a declaration
    assign      `assign x = a;` as an always_comb with that if
    condition   of an if, as (number == 17 ? |(a') : |(a)): both sides are one bit
    value       of an input port, as (number == 17 ? (a') : (a)), where the edit changes no width

None: dimensions, parameters, declarations, generate conditions, output ports. They are built for each mutant.
"""
from source_tokens import closes_group
from switch import Switch

MOST_TOKENS = 400  # of what is written twice
DECLARES = {"automatic", "logic", "int", "bit", "typedef", "localparam", "genvar", "static", "input", "output", "const"}
PROCESSES = {"always_ff", "always_comb", "always", "always_latch"}


class Statements:
    """Every statement of the processes and functions of a file: (first, last) by places of tokens."""

    def __init__(self, file):
        self.tokens, self.spans, self.conditions = file.tokens, [], []
        index = 0
        while index < len(self.tokens):
            word = self.tokens[index].text
            if word in PROCESSES:
                index = self.statement(self.skip_event(index + 1))
            elif word == "function":
                index = self.function(index)
            elif word == "assign" and self.tokens[index].open:
                last = self.semicolon(index)
                self.spans.append(("assign", index, last))
                index = last + 1
            else:
                index += 1

    def text(self, index):
        return self.tokens[index].text if index < len(self.tokens) else ""

    def skip_event(self, index):
        if self.text(index) == "@":
            return closes_group(self.tokens, index + 1) + 1 if self.text(index + 1) == "(" else index + 2
        return index

    def semicolon(self, index):
        depth = self.tokens[index].depth
        while index < len(self.tokens) - 1 and not (self.text(index) == ";" and self.tokens[index].depth <= depth):
            index += 1
        return index

    def function(self, index):
        index = self.semicolon(index) + 1
        while index < len(self.tokens) and self.text(index) != "endfunction":
            index = self.statement(index)
        return index + 1

    def label(self, index):
        return index + 2 if self.text(index) == ":" else index

    def statement(self, index):
        """Notes the statement that begins here and those in it; the place behind it."""
        first, word = index, self.text(index)
        if word in ("unique", "unique0", "priority"):
            index, word = index + 1, self.text(index + 1)
        kind = "statement"
        if word == "begin":
            index = self.label(index + 1)
            while index < len(self.tokens) and self.text(index) != "end":
                index = self.statement(index)
            index = self.label(index + 1)
        elif word == "if":
            end = closes_group(self.tokens, index + 1)
            self.conditions.append((index + 2, end - 1))
            index = self.statement(end + 1)
            if self.text(index) == "else":
                index = self.statement(index + 1)
        elif word in ("case", "casez", "casex"):
            index = self.items(closes_group(self.tokens, index + 1) + 1)
        elif word in ("for", "while", "repeat", "foreach"):
            index = self.statement(closes_group(self.tokens, index + 1) + 1)
        else:
            kind = "declaration" if self.declares(index) else "statement"
            index = self.semicolon(index) + 1
        if kind == "statement" and self.text(first) != ";":
            self.spans.append((kind, first, index - 1))
        return max(index, first + 1)

    def declares(self, index):
        here, behind = self.tokens[index], self.tokens[min(index + 1, len(self.tokens) - 1)]
        return here.text in DECLARES or here.kind == "word" and behind.kind == "word"

    def items(self, index):
        if self.text(index) == "inside":
            index += 1
        while index < len(self.tokens) and self.text(index) != "endcase":
            depth = self.tokens[index].depth
            while not (self.text(index) == ":" and self.tokens[index].depth == depth) and self.text(index) != "default":
                index += 1
            index += 2 if self.text(index) == "default" and self.text(index + 1) == ":" else 1
            index = self.statement(index)
        return index + 1


def keeps_width(file, edit, first, last):
    """The edit leaves the width of every part of an expression as it was; of one that is planted, its sign: lint has let its value stand
    at that port, which widens it as it widens the other."""
    if edit.operator == "planted":
        return not any(word in file.text[edit.start:edit.end] + edit.new for word in ("signed", ">>>"))
    if edit.operator in ("slice", "sign"):
        return False
    behind = file.tokens[last + 1].text if last + 1 < len(file.tokens) else ""
    before = file.tokens[first - 1].text if first else ""
    replication = before == "{" and behind == "{"
    return not replication and not behind.startswith("'")


def port_value(file, first, last):
    """Tokens of `.port_i( ... )` around these, in an instance."""
    tokens, at = file.tokens, tokens_outermost(file, first)
    if at < 0 or tokens[at].text != "(":
        return None
    group = tokens[first].group
    while group >= 0:
        named = group >= 2 and tokens[group - 2].text == "." and tokens[group - 1].kind == "word"
        if named and tokens[group].depth == 1 and tokens[group - 1].text.endswith("i"):
            return group + 1, closes_group(tokens, group) - 1
        group = tokens[group].group
    return None


def tokens_outermost(file, index):
    group = file.tokens[index].group
    while group >= 0 and file.tokens[group].group >= 0:
        group = file.tokens[group].group
    return group


def switch_of(file, statements, edit):
    """The smallest switch around the edit, or None."""
    inside = [index for index, token in enumerate(file.tokens) if edit.start <= token.start < edit.end]
    first, last = inside[0], inside[-1]
    around = lambda span: span[-2] <= first and last <= span[-1]
    spans = sorted((span for span in statements.spans if around(span)), key=lambda span: span[2] - span[1])
    condition = min((one for one in statements.conditions if around(one)), key=lambda one: one[1] - one[0], default=None)
    if condition and (not spans or spans[0][1] < condition[0]):
        return Switch("condition", file.tokens[condition[0]].start, file.tokens[condition[1]].end)
    if spans:
        kind, start, end = spans[0]
        if end - start > MOST_TOKENS:
            return None
        return Switch(kind, file.tokens[start].start, file.tokens[end].end)
    value = port_value(file, first, last)
    if value and keeps_width(file, edit, first, last):
        return Switch("value", file.tokens[value[0]].start, file.tokens[value[1]].end)
    return None
