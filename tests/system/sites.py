# SPDX-License-Identifier: MIT
"""sites.py - a search of the linked kernel for what a light event costs while
they are off (src/trace/trace.h:trace_events_enabled): an address, a load, a
branch.

Each load of the flag is followed along all paths. The first instruction that
reads what was loaded must be a conditional branch, or a comparison with one
right after it: that is all that stands in the way of who does not trace. How
a branch is encoded (CBZ, TBNZ, CMP and B.NE, CCMP as part of another) is the
compiler's choice. What it puts in between belongs to the code around the place.
"""

import re
import sys

from harness import BUILD, Outcome, Test

sys.path.append("tests/system")
from barriers import CALL, Code  # noqa: E402
from extable import output_of, tool  # noqa: E402

LEAST = 8  # so many places there are, at least
LEVEL = {"trace_set_level", "trace_get_level", "trace_finish"}  # they emit nothing
PAGE = 0xFFF
BRANCH = re.compile(r"cbn?z$|tbn?z$")
COMPARISON = re.compile(r"cmp$|tst$|ccmp$")
NO_RESULT = re.compile(r"st|cb|tb|cmp|cmn|tst|ccm|b\.|msr|dsb|dc|ic|tlbi|prfm")


def number_of(register):
    """17 of x17 and w17; None of anything else."""
    match = re.fullmatch(r"[xw](\d+)", register)
    return int(match.group(1)) if match else None


def registers(text):
    return {int(number) for number in re.findall(r"\b[xw](\d+)\b", text)}


def written(insn):
    """The registers that it leaves with another value."""
    if CALL.match(insn.name) or insn.name == "blr":
        return set(range(19))
    if NO_RESULT.match(insn.name):
        return set()
    operands = insn.operands.split(", ")
    return {number_of(r) for r in operands[: 2 if insn.name.startswith(("ldp", "ldxp")) else 1]}


def paths(code, insn, register):
    """The instructions on all paths after insn, up to the one that writes the register."""
    seen, todo = set(), code.next(insn)
    while todo:
        now = todo.pop()
        if now.address not in seen:
            seen.add(now.address)
            yield now
            if register not in written(now):
                todo += code.next(now)


def loads(code, flag):
    """Every load of the flag where an event may be emitted."""
    found = {}
    for insn in code.all:
        page = re.match(r"(x\d+), (?:0x)?([0-9a-f]{8,})$", insn.operands)
        if insn.name != "adrp" or insn.function in LEVEL or not page or int(page.group(2), 16) != flag & ~PAGE:
            continue
        address = re.compile(rf"w\d+, \[{page.group(1)}, #(\w+)\]")
        for now in paths(code, insn, number_of(page.group(1))):
            match = address.fullmatch(now.operands) if now.name == "ldrb" else None
            if match and int(match.group(1), 0) == flag & PAGE:
                found[now.address] = now
    return list(found.values())


def complaints(code, load):
    """What is wrong with the place that this load begins."""
    register = number_of(load.operands.split(",")[0])
    seen, todo = set(), [(load, n) for n in code.next(load)]
    if not todo:
        yield "nothing comes after it"
    while todo:
        before, now = todo.pop()
        if now.address in seen:
            continue
        seen.add(now.address)
        if register not in registers(now.operands) and not CALL.match(now.name) and code.next(now):
            todo += [(now, n) for n in code.next(now)]
        elif BRANCH.match(now.name):
            pass
        elif not COMPARISON.match(now.name) or not all(n.name.startswith("b.") for n in code.next(now)):
            yield f"no branch, but {now}"


class Sites(Test):
    """Judges each place; then the same kernel without its branches, where each must be found out."""

    def run(self):
        outcome = Outcome()
        elf = f"{BUILD}/portcullis.elf"
        flag = re.search(r"(\w+) . trace_events_enabled$", output_of(*tool("nm"), elf), re.MULTILINE)
        code = Code(elf)
        places = loads(code, int(flag.group(1), 16))
        for load in places:
            for line in complaints(code, load):
                outcome.fail(f"{load}: {line}")
        if len(places) < LEAST:
            outcome.fail(f"only {len(places)} places read trace_events_enabled: the search is blind")
        for insn in code.all:
            insn.name = "add" if BRANCH.match(insn.name) or insn.name.startswith("b.") else insn.name
        blind = [load for load in places if not list(complaints(code, load))]
        outcome.output = f"{len(places)} places\n"
        for load in blind:
            outcome.fail(f"{load}: without any branch it is not found out")
        outcome.passed, outcome.failed = int(not outcome.failed), int(outcome.failed > 0)
        return outcome


TIER = 1
TESTS = [Sites("trace: an address, a load, a branch a place when it is off")]
