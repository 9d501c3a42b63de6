# SPDX-License-Identifier: MIT
"""programs.py - the suites that run in the machine, and how it ends.

tests/user/*.c with a TEST in it is a suite at EL0, run as process 1. The test
kernel has the suites of tests/kernel. Both again where PAN is missing or off.
"""

import glob
import os

from harness import BUILD, Boot
from methods import other_choices


def suites():
    """The names of the programs that are suites."""
    for path in sorted(glob.glob("tests/user/*.c")):
        with open(path, encoding="utf-8") as file:
            if "\nTEST(" in file.read():
                yield os.path.basename(path)[:-2]


# They differ in what keeps EL1 from EL0's memory.
MACHINES = {
    "max": {},
    "max, 2 CPUs": {"smp": "2"},  # of which the kernel uses one; but QEMU emits other code
    "max, GICv2, EL2": {"gic": "2", "el": "2"},
    **{choice.replace(" uaccess=", ", "): {"append": choice} for choice in other_choices()},
    "cortex-a53": {"cpu": "cortex-a53"},
    "cortex-a72": {"cpu": "cortex-a72"},
    "cortex-a76": {"cpu": "cortex-a76"},
    "64 MiB": {"mem": "64M"},
}


# It uses up all pids there are, and user memory does not matter to it.
LONG = {"stats": (), "processes": ("max", "max, 2 CPUs", "64 MiB")}


def runs(title, program, **values):
    """The program as process 1, on each of the machines."""
    for name in LONG.get(program, MACHINES):
        machine = {**values, **MACHINES[name]}
        machine["append"] = f"{machine.get('append', '')} init=/bin/{program}".strip()
        if program == "selftest" and name != "max":
            machine["append"] += " -- thin=8 run"  # the full product of uaccess cases runs once
        tier = 1 if name in ("max", "cortex-a72") else 2
        yield Boot(f"{title}: {name}", machine=machine, ktap=True, limit=180, tier=tier)


def ending(name, append, status, *expect, init="/init", **values):
    """How the machine ends, and what it says last."""
    machine = {"append": f"init={init} {append}", **values}
    return Boot(f"end: {name}", machine=machine, status=status, expect=expect)


TIER = 1
TESTS = [
    *runs("kernel", "selftest", image=f"{BUILD}/test/Image"),
    *(test for suite in suites() for test in runs(f"user: {suite}", suite, image=f"{BUILD}/test/Image")),
    ending("quiet says only how", "quiet", 0, r"\A(?!\[)(.|\n)*\n\[\d+\.\d{3}\] process 1 exited with status 0\n\Z"),
    ending("no such program", "", 127, r"/bin/none", init="/bin/none"),
    ending("a word that is not known", "pam=on", 0, r"^\[.*pam=on", r"^\[.*\bpan=.*\buaccess="),
    ending("a value that is not known", "uaccess=magic", 0, r"^\[.*magic"),
    ending("fork= takes two values", "fork=maybe", 0, r"^\[.*fork= takes share\|copy, not 'maybe'$"),
    ending("pan=on without PAN is refused", "pan=on", 0, r"^\[.*pan=on", r"in force: pan=off", cpu="cortex-a53"),
    ending(
        "pan=on stops every plain copy",
        "pan=on uaccess=plain",
        1,
        r"NOT in force: invariant 7",
        r"^\[.*in plain_copy_\w+, inside uaccess: the page is EL0's and PAN=1",
    ),
]
