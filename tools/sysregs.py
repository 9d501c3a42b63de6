#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""sysregs.py - writes arch/aarch64/decode/sysregs.def: every system register's name.

    python3 tools/sysregs.py [LLVM-OBJDUMP GNU-OBJDUMP] >arch/aarch64/decode/sysregs.def

The source is what two disassemblers call each of the 49,152 encodings that MSR,
MRS, SYS and SYSL have: LLVM's, which spells a name as the Arm ARM does, and
GNU's, which may know newer ones (all in capitals). Whoever updates the table
runs this with the newest of both; nothing else in the tree needs either.
tests/system/names.py lets an assembler check every row, on every system.
"""

import os
import re
import subprocess
import sys
import tempfile

# Names that the Arm ARM (DDI 0487, M.a) does not have at these places.
WRONG = {"TEECR32_EL1", "TEEHBR32_EL1", "CNTSCALE_EL2", "CNTISCALE_EL2", "CNTVFRQ_EL2"}
WRONG |= {"tlbi:PAALLNXS", "tlbi:PAALLOSNXS", "tlbi:RPAOSNXS", "tlbi:RPALOSNXS"}
# GNU as 2.47 gives these two op2 = 3; the Arm ARM and LLVM have 2.
MISPLACED = {((1, 4, 8, 6, 3), "tlbi:VMALLWS2E1"), ((1, 4, 9, 6, 3), "tlbi:VMALLWS2E1NXS")}
RENAMED = {"TRCEXTINSELR": "TRCEXTINSELR0"}
HEADER = """\
/* SPDX-License-Identifier: MIT */
/*
 * sysregs.def - the names of system registers and instructions. A row is op0,
 * op1, CRn, CRm, and the names for op2 = 0 to 7: "-" is none, "A/B" is A when
 * it is read and B when it is written, "dc:CVAU" is the instruction "dc CVAU".
 * Written by tools/sysregs.py out of LLVM {llvm} and GNU binutils {gnu};
 * do not edit. tests/system/names.py lets an assembler check every row.
 */
"""


def words():
    """Each encoding as a read (MRS, SYSL) and as a write, with x0 and with xzr."""
    for op0 in (1, 2, 3):
        for place in range(1 << 14):
            base = 0xD5000000 | op0 << 19 | place << 5
            yield from (base | 1 << 21, base, base | 31)


def fields(word):
    return (word >> 19 & 3, word >> 16 & 7, word >> 12 & 15, word >> 8 & 15, word >> 5 & 7)


def disassemble(command, path):
    """(encoding, is it a read, mnemonic, operands) of each word that it names."""
    output = subprocess.run([*command, path], capture_output=True, text=True, check=True).stdout
    for word, mnemonic, operands in re.findall(r"^ *[0-9a-f]+:\s+([0-9a-f]{8})\s+(\S+)[ \t]*([^/\n]*)", output, re.M):
        yield fields(int(word, 16)), bool(int(word, 16) >> 21 & 1), mnemonic, re.split(r",\s*", operands.strip())


def name_of(read, mnemonic, operands):
    """The name as the table has it; None for what has only numbers."""
    if mnemonic in ("sys", "sysl", ".inst", "<unknown>", "udf", "undefined"):
        return None
    if mnemonic in ("mrs", "msr"):
        name = operands[1 if read else 0]
        return None if re.fullmatch(r"(?i)s\d(_c?\d+){4}", name) else name
    named = [each for each in operands if not re.fullmatch(r"x0|xzr|", each)]
    return f"{mnemonic}:{named[0].upper()}" if named else mnemonic


def names(command, path, spell):
    found = {}
    for place, read, mnemonic, operands in disassemble(command, path):
        name = name_of(read, mnemonic, operands)
        if name and ":" not in name and mnemonic in ("mrs", "msr"):
            name = RENAMED.get(spell(name), spell(name))
        if name and name not in WRONG and (place, name) not in MISPLACED:
            found.setdefault(place, {})[read] = name
    return found


def both(reads):
    """One text for a place: of a pair that differs, the reader's comes first."""
    return "/".join(dict.fromkeys((reads.get(True) or reads[False], reads.get(False) or reads[True])))


def version(command):
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
    return re.search(r"\d+\.[\d.]*\d", said)[0]


def main():
    llvm, gnu = (sys.argv[1:] + ["llvm-objdump", "aarch64-linux-gnu-objdump"])[:2]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "words.s")
        with open(path, "w", encoding="ascii") as file:
            file.writelines(f".inst {word:#x}\n" for word in words())
        subprocess.run(["aarch64-linux-gnu-as", "-o", f"{folder}/words.o", path], check=True)
        table = names([gnu, "-d"], f"{folder}/words.o", str.upper)
        table.update(names([llvm, "-d", "--mattr=+all"], f"{folder}/words.o", str))
    rows = {}
    for place, reads in table.items():
        rows.setdefault(place[:4], ["-"] * 8)[place[4]] = both(reads)
    print(HEADER.format(llvm=version(llvm), gnu=version(gnu)), end="")
    for row, found in sorted(rows.items()):
        print(f'R({", ".join(map(str, row))}, "{re.sub("( -)+$", "", " ".join(found))}")')


if __name__ == "__main__":
    main()
