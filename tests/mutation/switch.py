"""Mutants chosen at run time: a text in which every one stands beside the original, each behind its number.

Method: R. Untch, A. Offutt, M. J. Harrold, "Mutation analysis using mutant schemata", ISSTA 1993. Contract: with number 0 the text
means what it did; lines keep their numbers, so that a complaint of a compiler finds the mutant; one switch may lie in another.
With RECORDING the text is that of number 0 too, and a process adds to the file SCANSIM_REACH a line with the number of each switch that it
comes to, at once: so a process that is killed, forks or executes another loses nothing. Of a condition of SystemVerilog, which is
evaluated all the time, only one whose value the mutant changes is noted.
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


RECORDING = -1
# Of one switch: once in a process, and nothing where nobody records.
NOTE = r"""static bool seen = false; const char* file = seen ? nullptr : std::getenv("SCANSIM_REACH"); seen = true;
if (FILE* lines = file ? std::fopen(file, "a") : nullptr) { std::fprintf(lines, "%d\n", NUMBER); std::fclose(lines); }"""


def head(path, cpp_header):
    """What stands before the text of a file, on its first line or before it."""
    if not path.endswith(".sv"):
        return f'#include "{cpp_header}"\n#line 1\n'
    read = r'$c32("(std::getenv(\"SCANSIM_MUTANT\") ? std::atoi(std::getenv(\"SCANSIM_MUTANT\")) : 0)")'
    return f"package {stem(path)}_mutant; int number = {read}; endpackage "


CPP_HEADER = f"""#pragma once
#include <cstdio>
#include <cstdlib>
namespace scansim_mutant {{
inline const int number = std::getenv("SCANSIM_MUTANT") ? std::atoi(std::getenv("SCANSIM_MUTANT")) : 0;
template <int which> [[gnu::cold, gnu::noinline]] bool note() {{
  {NOTE.replace("NUMBER", "which")}
  return false;
}}
template <int which> [[gnu::always_inline]] inline constexpr bool is() {{
  return __builtin_is_constant_evaluated() ? false : number == which || (number == {RECORDING} && note<which>());
}}
}}
"""


def chain(arms, original, condition):
    text = "".join(f"if ({condition(number)}) begin {mutated} end else " for number, mutated in arms)
    return f"begin {text}begin {original} end end"


def braces(arms, original, condition):
    text = "".join(f"if ({condition(number)}) {{ {mutated} }} else " for number, mutated in arms)
    return f"{{ {text}{{ {original} }} }}"


def choice(arms, original, condition, around="({})", told=False):
    """told: a recording notes the mutants that differ from the original."""
    part = lambda text: around.format(text)
    chosen = lambda number, mutated: condition(number, f"{part(mutated)} != {part(one_line(original))}" if told else "")
    text = "".join(f"{chosen(number, mutated)} ? {part(mutated)} : " for number, mutated in arms)
    return f"({text}{part(original)})"


def assign(arms, original, condition):
    bare = lambda text: re.sub(r"^assign\b", "", text)
    return "always_comb " + chain([(number, bare(mutated)) for number, mutated in arms], bare(original), condition)


def sv_condition(path):
    """Text that asks for a number; when: and is noted only then."""
    here = f"{stem(path)}_mutant::number"

    def asks(number, when=""):
        note = one_line(NOTE.replace("NUMBER", str(number))).replace("\\", "\\\\").replace('"', '\\"')
        noted = f'$c32("([] {{ {note} return 0; }}())") != 0'
        return f"({here} == {number} || {here} == {RECORDING} && {f'({when}) && ' if when else ''}{noted})"
    return asks


def cpp_condition(_):
    return lambda number, when="": f"scansim_mutant::is<{number}>()"


FORMS = {
    "sv": {"statement": chain, "assign": assign, "value": choice, "condition": lambda *of: choice(*of, around="(|({}))", told=True)},
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
    condition = (sv_condition if language == "sv" else cpp_condition)(path)

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
