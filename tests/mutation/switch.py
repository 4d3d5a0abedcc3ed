"""Mutants chosen at run time: a text in which every one stands beside the original, each behind its number.

Method: R. Untch, A. Offutt, M. J. Harrold, "Mutation analysis using mutant schemata", ISSTA 1993. Contract: with number 0 the text
means what it did; lines keep their numbers, so that a complaint of a compiler finds the mutant; one switch may lie in another.
"""
import re
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Switch:
    kind: str  # how it is written: a key of the language's forms
    start: int
    end: int


def one_line(text):
    """Without comments and line ends."""
    return " ".join(re.sub(r"//[^\n]*|/\*.*?\*/", " ", text, flags=re.S).split())


def stem(path):
    return re.sub(r"\W", "_", path)


def head(path, cpp_header):
    """What stands before the text of a file, on its first line or before it."""
    if not path.endswith(".sv"):
        return f'#include "{cpp_header}"\n#line 1\n'
    read = r'$c32("(std::getenv(\"SCANSIM_MUTANT\") ? std::atoi(std::getenv(\"SCANSIM_MUTANT\")) : 0)")'
    return f"package {stem(path)}_mutant; int number = {read}; endpackage "


CPP_HEADER = """#pragma once
#include <cstdlib>
namespace scansim_mutant {
inline const int number = std::getenv("SCANSIM_MUTANT") ? std::atoi(std::getenv("SCANSIM_MUTANT")) : 0;
[[gnu::always_inline]] inline constexpr bool is(int which) { return __builtin_is_constant_evaluated() ? false : number == which; }
}
"""


def chain(arms, original, condition):
    text = "".join(f"if ({condition(number)}) begin {mutated} end else " for number, mutated in arms)
    return f"begin {text}begin {original} end end"


def braces(arms, original, condition):
    text = "".join(f"if ({condition(number)}) {{ {mutated} }} else " for number, mutated in arms)
    return f"{{ {text}{{ {original} }} }}"


def choice(arms, original, condition, around="({})"):
    text = "".join(f"{condition(number)} ? {around.format(mutated)} : " for number, mutated in arms)
    return f"({text}{around.format(original)})"


def assign(arms, original, condition):
    bare = lambda text: re.sub(r"^assign\b", "", text)
    return "always_comb " + chain([(number, bare(mutated)) for number, mutated in arms], bare(original), condition)


FORMS = {
    "sv": {"statement": chain, "assign": assign, "value": choice, "condition": lambda *of: choice(*of, around="(|({}))")},
    "cpp": {"statement": braces, "value": choice, "condition": lambda *of: choice(*of, around="static_cast<bool>({})")},
}


def crosses(one, other):
    """They overlap and neither lies in the other."""
    apart = one.end <= other.start or other.end <= one.start
    within = one.start <= other.start and other.end <= one.end or other.start <= one.start and one.end <= other.end
    return not apart and not within


def written(text, path, switched):
    """`switched`: [(number, switch, edit)], none crossing another; the text with all of them."""
    language = "sv" if path.endswith(".sv") else "cpp"
    forms, places = FORMS[language], {}
    condition = lambda number: f"{stem(path)}_mutant::number == {number}" if language == "sv" else f"scansim_mutant::is({number})"

    for number, switch, edit in switched:
        places.setdefault((switch.start, switch.end, switch.kind), []).append((number, edit))

    def part(start, end, inner):
        """This part of the text with the switches in it."""
        made, at = "", start
        outermost = [one for one in inner if not any(other != one and other[0] <= one[0] and one[1] <= other[1]
                                                     and (other[:2] != one[:2] or other[2] < one[2]) for other in inner)]
        for one in sorted(outermost):
            within = [other for other in inner if other != one and one[0] <= other[0] and other[1] <= one[1]]
            arms = [(number, one_line(text[one[0]:edit.start] + edit.new + text[edit.end:one[1]])) for number, edit in places[one]]
            made += text[at:one[0]] + forms[one[2]](arms, part(one[0], one[1], within), condition)
            at = one[1]
        return made + text[at:end]

    return part(0, len(text), list(places))
