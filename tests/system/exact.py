# SPDX-License-Identifier: MIT
"""exact.py - the whole product of user-access cases: `make test EXACT=1`.

Every method x operation x size 0 to 128 x offset around both edges of a page
x kernel alignment 0 to 15 x kind of neighbour. It takes minutes, so `make
test` alone runs a part of it (tests/kernel/test_uaccess.c), and .ci/run this.
"""

import os

from harness import BUILD, Boot

COLUMNS = {
    "pan-on: ldtr, pan, softwalk, mops": "pan=on uaccess=pan",
    "pan-off: plain": "pan=off uaccess=plain",
    "pan-off: sw_ttbr0": "pan=off uaccess=sw_ttbr0",
}

TESTS = [
    Boot(
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
