# SPDX-License-Identifier: MIT
"""host.py - the tests that need no machine: they run here, under sanitizers."""

import glob
import time
from dataclasses import dataclass

from harness import BUILD, Command, Outcome

TREES = sorted(glob.glob(f"{BUILD}/host/*.dtb"))
BUSY = 10  # times the limit: then it is no longer the noise of a busy machine


@dataclass
class AtOnce(Command):
    """seconds: what the fastest of several runs should take; how long it took is told. It
    fails only where no busy machine explains it."""

    seconds: float = 0.010

    def run(self):
        taken = []
        for _ in range(30):
            start = time.perf_counter()
            result = self.start(self.limit)
            taken.append(time.perf_counter() - start)
            if result.status:
                return Outcome(failed=1, notes=[result.output])
        late = min(taken) > BUSY * self.seconds
        said = f"{min(taken) * 1000:.1f} ms, of {self.seconds * 1000:.0f} ms"
        return Outcome(passed=int(not late), failed=int(late), notes=[said])


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
    AtOnce("esr: answers at once", argv=("make", "--no-print-directory", "esr", "ESR=96000045")),
]
