# SPDX-License-Identifier: MIT
"""vm.py - address spaces under random use: tests/user/random.c, at length and
on each way to reach user memory; and with so few ASIDs that the generations of
arch/aarch64/asid.c roll over all the time. And a page size that the CPU lacks.
"""

import os
import subprocess
from dataclasses import dataclass

from harness import BUILD, ONE_MAKE, Boot, Command
from methods import other_choices
from run import Result

SEED = os.environ.get("SEED", "1")  # SEED=0: another one each time; it is printed
OPERATIONS = os.environ.get("OPERATIONS", "1000000")


def at_random(name, operations, append="", kind=Boot, **machine):
    """random.c on one machine."""
    machine = {"image": f"{BUILD}/test/Image", **machine}
    machine["append"] = f"{append} init=/bin/random -- {operations} {SEED}".strip()
    return kind(f"random: {name}", machine=machine, ktap=True, limit=400)


@dataclass
class FewAsids(Boot):
    """A boot of the test kernel built with ASID_BITS=4, which is built first."""

    def start(self, limit):
        build = f"{BUILD}/asid4"
        image = f"{build}/test/Image"
        env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "B")}
        make = ["make", f"B={build}", "DEFINES=-DASID_BITS=4", image]
        with ONE_MAKE:
            made = subprocess.run(
                make, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
            )
        if made.returncode != 0:
            return Result(made.returncode, made.stdout)
        self.machine["image"] = image
        return super().start(limit)


TIER = 2
TESTS = [
    at_random(f"{OPERATIONS} operations on max", OPERATIONS),
    *(at_random(f"20000 operations, {choice}", 20000, choice) for choice in other_choices()),
    at_random("20000 operations, fork=copy", 20000, "fork=copy"),
    at_random("20000 operations, 2 CPUs", 20000, smp="2"),
    at_random("20000 operations, cortex-a53", 20000, cpu="cortex-a53"),
    at_random("20000 operations, max, 64 MiB", 20000, mem="64M"),
    at_random("50000 operations, 4-bit ASIDs", 50000, kind=FewAsids),
    at_random("20000 operations, 4-bit ASIDs, sw_ttbr0", 20000, "uaccess=sw_ttbr0", kind=FewAsids),
    Boot(
        "exhausted: who is killed for it, and why, is said",
        tier=1,
        machine={"append": "init=/bin/exhausted", "mem": "64M"},
        expect=(r"^\[.*\(process \d+\) gets SIGKILL: EL0 write to 0x\w+.*: memory is exhausted, and it needs a page",),
        ktap=True,
        limit=120,
    ),
    Boot(
        "memfd: SIGBUS past a file's end says so",
        tier=1,
        machine={"append": "init=/bin/memfd"},
        expect=(
            r"^\[.*\(process \d+\) gets SIGBUS: EL0 read of 0x\w+: "
            r"the page is past the end of the file that is mapped there\.$",
        ),
        ktap=True,
    ),
    Boot(
        "memory: SIGSEGV says whether nothing is there, or no right",
        tier=1,
        machine={"append": "init=/bin/memory"},
        expect=(
            *(
                rf"\) gets SIGSEGV: EL0 {right} \w+ 0x\w+: the mapping there gives no right to {right}\.$"
                for right in ("read", "write")
            ),
            r"\) gets SIGSEGV: EL0 read of 0x\w+: nothing is mapped there\.$",
            r"\) gets SIGSEGV: EL0 write to 0x\w+: EL0 may not write it \(AP\[2\] = 1: read-only\)\.$",
        ),
        reject=(r"^\[.*\] 0x\w+ is ",),  # a second account of the same fault
        ktap=True,
    ),
    FewAsids(
        "processes: 4-bit ASIDs",
        machine={"append": "init=/bin/processes"},
        expect=(r"-bit addresses, 4-bit ASIDs",),
        ktap=True,
        limit=180,
    ),
    Command(
        "tour: a CPU without the granule says so, and nothing else",
        argv=("make", "run", "GRANULE=16k", "CPU=cortex-a53"),
        status=2,  # make's own; the machine's is 125
        expect=(r"^leave: .*\nPortcullis cannot start: this CPU has no 16K granule\nmake.* Error 125$",),
        reject=(r"^\[",),
        limit=180,
    ),
]
