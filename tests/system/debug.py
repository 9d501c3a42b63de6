# SPDX-License-Identifier: MIT
"""debug.py - gdb's commands of `make debug`, and the third witness of the trace:
at each of many faults the tables are walked by hand, through QEMU's gdb stub."""

import os
import shutil
from dataclasses import dataclass

from harness import BUILD, Command

NO_GDB = "" if any(map(shutil.which, (os.environ.get("GDB") or "gdb-multiarch", "gdb"))) else "no gdb"


@dataclass
class Debugged(Command):
    """A run of gdb; a second one if it fails, and then the notes say so: see
    tools/checkdocs.py:run_and_judge."""

    def run(self):
        outcome = super().run()
        if outcome.failed:
            notes = outcome.notes
            outcome = super().run()
            outcome.notes += ["the first try:", *notes]
        return outcome


def debug(name, script, *variables, **changes):
    argv = ("make", "--no-print-directory", "debug", f"GDB_SCRIPT=tests/system/{script}", *variables)
    return Debugged(f"debug: {name}", argv=argv, limit=120, skip=NO_GDB, **changes)


def walks(name, *variables):
    """The walks of this run, compared."""
    return debug(
        f"walks by hand agree, {name}",
        "walks.gdb",
        *variables,
        expect=(r"^walks compared: 120$", r"^walks: \d+ ended after \d levels with: page$"),
        reject=(r"DIFFERENT",),
    )


MAPPINGS = f"INIT={BUILD}/user/mappings"

TIER = 1
TESTS = [
    debug(
        "from reset to EL0, and across the border",
        "debug.gdb",
        expect=(
            r"^EL[12], PAN=0, 0x40000000 ",
            r"^EL0, PAN=0, 0x[0-9a-f]+ _start$",
            # border, at EL0
            r"^TTBR0_EL1 0x0001[0-9a-f]{12}  user half: table at 0x[0-9a-f]+, ASID 1$",
            r"^uaccess=\w+, pan=on$",
            r"^pid +1  /init +ready +at EL0, ASID 1$",
            r"^pid +1  /init +ready +call 64, ASID 1$",
            # stepi on svc: the vector
            r"^-- svc\nEL0, PAN=0, 0x[0-9a-f]+ printf \+ \d+\n(.*\n)*?EL1, PAN=1, 0xffff[0-9a-f]+ v_el0_sync$",
            r"^EL1, PAN=1, 0xffff[0-9a-f]+ trap_el0_sync",
            r"^EL1, PAN=1, 0xffff[0-9a-f]+ syscall_dispatch$",
            r"^#1 .*trap_el0_sync",
            r"^ESR_EL1 +0x0000000056000000$",
            r"EC +0x15  SVC",
            r"data abort, same EL \| read \| permission fault, level 3",
            # as an oops prints them: hexadecimal, without 0x
            r"^ESR_EL1 = 0x0*96000045$",
            r"^walk of 0x404000: TTBR0_EL1$",
            r"^walk of 0xffff800000000000: TTBR1_EL1$",
            r"^0x[0-9a-f]+ syscall_dispatch: no entry: a fault there is a kernel bug$",
            r"^0x[0-9a-f]+ ldtr_get_user_8: a load of EL0's memory; fixup 0x[0-9a-f]+ ldtr_get_user_8 \+ \d+$",
            r"^walk of 0xffffc0[0-9a-f]+: TTBR1_EL1\n(  L.*\n)*  L3 .* page\n      EL0 -, EL1 RW, global, AF=1",
            r"^walk of 0x8: TTBR0_EL1\n(  L.*\n)*  L\d .* invalid$",
            r"^  no walk: the address is in neither half$",
            r"^  0x0000000000401000 - .* EL0 RX, EL1 R, nG",
            r"^  0xffff800000000000 - .* EL0 -, EL1 RX, global",
            # stepi on eret: the instruction after the svc
            r"^-- eret\nEL1, PAN=1, 0xffff[0-9a-f]+ return_to_user \+ \d+\n(.*\n)*?"
            r"EL0, PAN=0, 0x[0-9a-f]+ printf \+ \d+\n\$1 = 1$",
            # into-kernel, back-to-user
            r"(?s)\$1 = 1\n.*^EL1, PAN=1, 0xffff[0-9a-f]+ trap_el0_sync.*^EL0, PAN=0, 0x[0-9a-f]+ printf",
        ),
        reject=(r"process 1 exited", r"Error", r"RWX"),
    ),
    debug(
        "a backtrace from a fault in a copy to EL0",
        "unwind.gdb",
        "APPEND=uaccess=ldtr",
        expect=(
            r"^#0 +trap_el1_sync .*\n"
            r"#1 .*\bel1_sync <exception taken>.*\n"
            r"#2 .*\bldtr_\w+ .*string_template\.S.*\n"
            r"(#.*\n)*#\d+ .*\bsys_openat .*\n"
            r"(#.* syscall_dispatch .*\n)?"  # it jumps there, if the compiler can
            r"#\d+ .*\btrap_el0_sync .*\n"
            r"#\d+ .*\bel0_sync <exception taken>.*\n"
            r"#\d+ .*\bfile_read \(path=.*/proc/uaccess.* user/lib/rt\.h:\d+$",
        ),
    ),
    debug(
        "an exception before the console is told",
        "early.gdb",
        expect=(
            r"Portcullis cannot start: unexpected exception, ESR_EL1 0x0{8}96000[0-9a-f]{3}"
            r" ELR_EL1 0x0{8}402[0-9a-f]{5} FAR_EL1 0xffff000000000008$",
            r"exited with code 0?175",
        ),
    ),
    walks("PAN", MAPPINGS, "ARGS=3 400", "APPEND=trace=faults"),
    walks(
        "16K pages",
        MAPPINGS.replace(BUILD, f"{BUILD}/16k-47"),
        "ARGS=4 400",
        "APPEND=trace=faults",
        "GRANULE=16k",
        "VA_BITS=47",
    ),
]
