# SPDX-License-Identifier: MIT
"""host.py - the tests that need no machine: they run here, under sanitizers."""

import glob

from harness import BUILD, Command

TREES = sorted(glob.glob(f"{BUILD}/host/*.dtb"))

TIER = 1
TESTS = [
    Command("host: readers and decoders", argv=(f"{BUILD}/host/tests", *TREES), ktap=True, limit=120),
    Command("host: memory management", argv=(f"{BUILD}/host/tests-mm",), ktap=True),
    Command(
        "esr: a PAN fault decoded",
        argv=("make", "--no-print-directory", "esr", "ESR=0x9600000f"),
        expect=(r"permission fault, level 3",),
    ),
    Command(
        "esr: as an oops prints it",
        argv=("make", "--no-print-directory", "esr", "ESR=96000045"),
        expect=(r"^ESR_EL1 = 0x0*96000045\b", r"translation fault, level 1",),
    ),
    Command(
        "esr: no syndrome",
        argv=("make", "--no-print-directory", "esr", "ESR=oops"),
        status=2,
        expect=(r'"oops" is no syndrome: up to 16 hexadecimal digits',),
    ),
]
