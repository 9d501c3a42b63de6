# SPDX-License-Identifier: MIT
"""exact.py - the whole product of user-access cases: `make test EXACT=1`.

Every method (its row says when it can run) x operation x size 0 to 128 x offset around both edges of a page
x kernel alignment 0 to 15 x kind of neighbour. It takes minutes, so `make
test` alone runs a part of it (tests/kernel/test_uaccess.c), and .ci/run this.
"""

import os
import re

from harness import BUILD, Boot

COLUMNS = {
    "pan-on": "pan=on uaccess=pan",
    "pan-off": "pan=off uaccess=plain",
    "ttbr0-hidden": "pan=off uaccess=sw_ttbr0",
}


class Exact(Boot):
    """Says of each method how many cases there were, and how long they took."""

    def _judge(self, result, limit, outcome):
        super()._judge(result, limit, outcome)
        ran = {}
        for method, cases, ms in re.findall(r"^# (\S+): (\d+) cases in (\d+) ms$", result.output, re.MULTILINE):
            total = ran.setdefault(method, [0, 0])
            total[0] += int(cases)
            total[1] += int(ms)
        for method, (cases, ms) in ran.items():
            outcome.notes.append(f"{method}: {cases} cases in {ms / 1000:.0f} seconds")
        if not ran:
            outcome.fail("it did not say how many cases there were")


TIER = 1
TESTS = [
    Exact(
        f"exact: {name}",
        machine={
            "append": f"{append} init=/bin/selftest -- thin=0 uaccess",
            "image": f"{BUILD}/test/Image",
        },
        ktap=True,
        limit=1500,
    )
    for name, append in COLUMNS.items()
    if os.environ.get("EXACT")
]
