"""Tokens of SystemVerilog and C++ with their place, and which of them a mutant may touch.

Out of bounds: comments, strings, lines of the preprocessor, the arm of `ifdef SYNTHESIS, what only checks (assert,
assume, cover, property, $error, static_assert), declared dimensions and defaults of parameters, sizes of arrays of C++.
"""
import re
from dataclasses import dataclass

TOKEN = re.compile(r"""
    (?P<space>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<string>"(?:\\.|[^"\\\n])*")
  | (?P<directive>`\w+)
  | (?P<number>(?:\d[\d_]*)?'s?[bdhoBDHO][0-9a-fA-FxzXZ_]+|'[01](?!\w|')
              |0[xX][0-9a-fA-F']+[uUlL]*|0[bB][01']+[uUlL]*
              |\d[\d_]*(?:'\d+)*(?:\.\d*)?(?:[eE][-+]?\d+)?[uUlLfF]*)
  | (?P<char>'(?:\\.|[^'\\\n])')
  | (?P<word>\$?[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)
  | (?P<op>>>>=|<<<=|>>>|<<<|===|!==|<<=|>>=|->|<=|>=|==|!=|&&|\|\||\+\+|--|\+=|-=|\*=|/=|&=|\|=|\^=|<<|>>|\+:|-:|::|\*\*|.)
""", re.X | re.S)

CHECKS = {"assert", "assume", "cover", "restrict", "property", "sequence", "$error", "$fatal", "$warning", "$info",
          "$display", "static_assert"}
DECLARED = {"logic", "wire", "reg", "bit", "signed", "unsigned", "input", "output", "inout", "packed", "int", "byte",
            "typedef", "enum"}


@dataclass
class Token:
    kind: str
    text: str
    start: int
    line: int
    column: int
    open: bool = True  # a mutant may touch it
    spaced: bool = False  # white space on both sides
    depth: int = 0  # of brackets, before it
    group: int = -1  # place of the bracket that it stands in, -1: none

    @property
    def end(self):
        return self.start + len(self.text)


def split(text):
    """Every token but white space and comments; strings and directives included."""
    tokens, line, line_start = [], 1, 0
    for match in TOKEN.finditer(text):
        kind, word, start = match.lastgroup, match.group(), match.start()
        if kind != "space":
            spaced = text[start - 1:start].isspace() and text[match.end():match.end() + 1].isspace()
            tokens.append(Token(kind, word, start, line, start - line_start + 1, spaced=spaced))
        if "\n" in word:
            line += word.count("\n")
            line_start = start + word.rindex("\n") + 1
    return tokens


def without_preprocessor(text):
    """C++ with the lines of the preprocessor blanked, as long as before."""
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda found: re.sub(r"[^\n]", " ", found.group()), text, flags=re.M)


def nest(tokens):
    """Depth and enclosing bracket of every token."""
    stack = []
    for index, token in enumerate(tokens):
        if token.kind == "op" and token.text in ")]}" and stack:
            stack.pop()
        token.depth, token.group = len(stack), stack[-1] if stack else -1
        if token.kind == "op" and token.text in "([{":
            stack.append(index)


def close_synthesis(tokens):
    """Closes the arm that only synthesis reads, and the names behind directives."""
    arms = []  # (of SYNTHESIS, in the arm that is closed)
    for index, token in enumerate(tokens):
        if token.text in ("`ifdef", "`ifndef"):
            mine = index + 1 < len(tokens) and tokens[index + 1].text == "SYNTHESIS"
            arms.append([mine, mine and token.text == "`ifdef"])
        elif token.text in ("`else", "`elsif") and arms:
            arms[-1][1] = arms[-1][0] and not arms[-1][1]
        elif token.text == "`endif" and arms:
            arms.pop()
        named = index > 0 and tokens[index - 1].text in ("`ifdef", "`ifndef", "`elsif", "`define", "`default_nettype")
        if token.kind == "directive" or named or any(arm[1] for arm in arms):
            token.open = False


def close_checks(tokens):
    """Closes statements that only check: from their word to the ; or endproperty that ends them."""
    until = None
    for token in tokens:
        if until is None and token.kind == "word" and token.text in CHECKS:
            until = "end" + token.text if token.text in ("property", "sequence") else ";"
        if until is not None:
            token.open = False
            if token.text == until:
                until = None


def close_declarations(tokens):
    """Closes dimensions ([7:0] behind a type) and defaults of parameters: what stands above decides them."""
    default, dimensions = False, set()
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else None
        if token.text == "[" and before is not None:
            behind_type = before.text in DECLARED or before.text.endswith("_t")
            behind_dimension = before.text == "]" and before.group in dimensions
            if behind_type or behind_dimension:
                dimensions.add(index)
        if token.text == "parameter":
            default, default_depth = True, token.depth
        elif default and token.depth <= default_depth and token.text in (",", ")", ";"):
            default = False
        if default:
            token.open = False
    close_inside(tokens, dimensions)


NO_TYPE = {"return", "throw", "delete", "co_return", "case", "goto", "else", "new"}
SIZED = re.compile(r"(std::)?(array|bitset)")


def close_sizes(tokens):
    """Closes what C++ says of the size of an array where it is declared: `int x[8][2];` and the arguments of std::array<...>."""
    sizes = set()
    for index, token in enumerate(tokens):
        if token.text == "[" and index > 1:
            before, type_word = tokens[index - 1], tokens[index - 2]
            declared = before.kind == "word" and type_word.kind == "word" and type_word.text not in NO_TYPE
            if declared or before.text == "]" and before.group in sizes:
                sizes.add(index)
        if SIZED.fullmatch(token.text) and index + 1 < len(tokens) and tokens[index + 1].text == "<":
            depth = 0
            for inside in tokens[index + 1:]:
                depth += (inside.text == "<") - {">": 1, ">>": 2}.get(inside.text, 0)
                inside.open = inside.open and depth <= 0
                if depth <= 0:
                    break
    close_inside(tokens, sizes)


def close_inside(tokens, brackets):
    for token in tokens:
        group = token.group
        while group >= 0:
            if group in brackets:
                token.open = False
            group = tokens[group].group


def closes_group(tokens, index):
    """Place of the bracket that ends the one at `index`."""
    return next((at for at in range(index + 1, len(tokens)) if tokens[at].depth == tokens[index].depth
                 and tokens[at].kind == "op" and tokens[at].text in ")]}"), len(tokens) - 1)


def tokens_of(text, language):
    """The tokens of a file, marked: language sv or cpp."""
    tokens = split(text if language == "sv" else without_preprocessor(text))
    nest(tokens)
    for index, token in enumerate(tokens):  # the bracket that closes knows which one it closes
        if token.kind == "op" and token.text in "([{":
            end = closes_group(tokens, index)
            tokens[end].group = index
    for token in tokens:
        if token.kind in ("string", "char"):
            token.open = False
    if language == "sv":
        close_synthesis(tokens)
        close_declarations(tokens)
    else:
        close_sizes(tokens)
    close_checks(tokens)
    return tokens
