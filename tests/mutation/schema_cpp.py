"""Where in C++ a mutant may be chosen at run time (schema_sv.py has the idea).

    statement   written twice, in the arms of an if, where it declares nothing
    condition   of an if or while, as a bool
    value       between brackets and commas, or behind the = of a declaration: (number == 17 ? (a') : (a))

None: constexpr objects, static_assert, if constexpr, enumerators, labels of a case, types. In a constant expression a switch is always
the original; so what a switch lets live meets a build of its own (ladder.py).
"""
from source_tokens import closes_group
from switch import Switch

MOST_TOKENS = 400
NO_VALUE = {"static_assert", "sizeof", "decltype", "noexcept", "alignof", "constexpr", "alignas", "requires"}
NO_STATEMENT = {"constexpr", "using", "typedef", "enum", "static", "case", "default", "template", "namespace", "struct", "class", "goto", "break",
                "continue", "friend", "concept", "public", "private", "virtual", "if", "for", "while", "switch", "do", "else", "constinit", "extern"}


def is_block(tokens, bracket):
    """A { with statements, not a list of values."""
    if tokens[bracket].text != "{":
        return False
    return any(token.text == ";" and token.group == bracket for token in tokens[bracket + 1:closes_group(tokens, bracket)])


def part_of(tokens, bracket, first, last, separators):
    """The part between separators directly inside a bracket that holds these tokens: first and last place."""
    end = closes_group(tokens, bracket) if bracket >= 0 else len(tokens)
    here = lambda index: tokens[index].group == bracket
    low = next((at + 1 for at in range(first - 1, bracket, -1) if here(at) and tokens[at].text in separators), bracket + 1)
    high = next((at - 1 for at in range(last + 1, end) if here(at) and tokens[at].text in separators), end - 1)
    return low, high


def assigned(tokens, low, first):
    """Place behind the = of a declaration or default, else `low`."""
    depth = tokens[low].depth
    return next((at + 1 for at in range(low, first) if tokens[at].text == "=" and tokens[at].depth == depth), low)


def statement_start(file, index, bracket):
    """First token of the statement directly in this block around `index`."""
    tokens, at = file.tokens, index
    while at - 1 > bracket:
        before = tokens[at - 1]
        if before.depth == tokens[bracket].depth + 1 if bracket >= 0 else before.depth == 0:
            condition = before.text == ")" and file.is_condition(before.group)
            if before.text in (";", "else", "do") or condition or before.text == "}" and is_block(tokens, before.group):
                break
        at -= 1
    return at


def header(tokens, bracket):
    """Word before the bracket."""
    return tokens[bracket - 1].text if bracket > 0 else ""


def in_block(file, first, last, bracket):
    """The switch of tokens that stand directly in a block or through brackets of values in it; None."""
    tokens = file.tokens
    start = statement_start(file, first, bracket)
    end = next((at for at in range(last, len(tokens)) if tokens[at].group == bracket and tokens[at].text == ";"), None)
    if end is None or end - start > MOST_TOKENS:
        return None
    words = [token.text for token in tokens[start:end]]
    if words[0] in NO_STATEMENT or "constexpr" in words[:6] or "using" in words[:2]:
        return None
    depth = tokens[start].depth
    own = [at for at in range(start, end) if tokens[at].depth == depth]
    equals = next((at for at in own if tokens[at].text == "="), None)
    left = [tokens[at] for at in own if equals is None or at < equals]
    pairs = zip(left, left[1:])
    declares = words[0] not in ("return", "throw", "co_return", "delete") and (
        words[0] in ("const", "auto") or any(a.kind == "word" and b.kind == "word" or a.text in (">", "&", "*") and b.kind == "word" and a.end < b.start
                                            for a, b in pairs))
    if not declares:
        function = bracket >= 0 and "return" not in words and any(token.text == "{" and is_block(tokens, at) and not (start <= at <= end and at < first)
                                                                   for at, token in enumerate(tokens[start:first], start))
        return None if function else ("statement", start, end)
    low = max((at for at in own if at < first and tokens[at].text in ("=", ",")), default=start)  # of this declarator
    high = next((at for at in own if at > last and tokens[at].text == ","), end)
    if tokens[low].text == "=" and tokens[low + 1].text != "{":
        return "value", low + 1, high - 1
    return None


def switch_of(file, edit):
    """The smallest switch around the edit, or None."""
    tokens = file.tokens
    inside = [index for index, token in enumerate(tokens) if edit.start <= token.start < edit.end]
    first, last = inside[0], inside[-1]
    bracket, value = tokens[first].group, None
    while bracket >= 0 and not is_block(tokens, bracket):
        before = header(tokens, bracket)
        if before in NO_VALUE or before == "operator":
            return None
        if value is None and tokens[last].text != ";":
            low, high = part_of(tokens, bracket, first, last, (",", ";") if before != "for" else (",", ";", ":"))
            value = ("value", assigned(tokens, low, first), high)
        if before in ("if", "while") and value[1:] == (bracket + 1, closes_group(tokens, bracket) - 1):
            return made(tokens, ("condition", *value[1:]))
        if before in ("if", "for", "while", "switch"):
            return made(tokens, value)
        bracket = tokens[bracket].group
    if bracket < 0 or header(tokens, bracket) in ("struct", "class", "enum", "namespace"):
        return made(tokens, value)
    return made(tokens, in_block(file, first, last, bracket) or value)


def made(tokens, found):
    if found is None:
        return None
    kind, low, high = found
    return Switch(kind, tokens[low].start, tokens[high].end) if low <= high else None
