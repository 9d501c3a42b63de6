# SPDX-License-Identifier: MIT
"""stats.py - stats=on: what /proc/uaccess counts, under each method.

With QEMU counting instructions, so that a window's length is known."""

from harness import BUILD, Boot
from methods import METHODS

ICOUNT = ("-icount", "shift=0,sleep=off")
CHOICES = [choice for method in METHODS for choice in method.choices]

TIER = 1
TESTS = [
    Boot(
        f"stats: {choice}",
        machine={"image": f"{BUILD}/test/Image", "append": f"init=/bin/stats stats=on {choice}", "extra": ICOUNT},
        ktap=True,
    )
    for choice in (*CHOICES, "pan=on uaccess=pan trace=all")
]
