# SPDX-License-Identifier: MIT
"""host.py - the tests that need no machine: they run here, under sanitizers."""

import glob

from harness import BUILD, Command

TREES = sorted(glob.glob(f"{BUILD}/host/*.dtb"))

TESTS = [
    Command("host: readers and decoders", argv=(f"{BUILD}/host/tests", *TREES), ktap=True, limit=120),
    Command("host: memory management", argv=(f"{BUILD}/host/tests-mm",), ktap=True),
    Command(
        "esr: a PAN fault decoded",
        argv=("make", "--no-print-directory", "esr", "ESR=0x9600000f"),
        expect=(r"permission fault, level 3",),
    ),
]
