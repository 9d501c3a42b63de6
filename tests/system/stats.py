# SPDX-License-Identifier: MIT
"""stats.py - stats=on: what /proc/uaccess counts, under each method.

With QEMU counting instructions, so that a window's length is known."""

from harness import BUILD, Boot

ICOUNT = ("-icount", "shift=0,sleep=off")
CHOICES = (
    "pan=off uaccess=plain",
    "pan=on uaccess=pan",
    "pan=on uaccess=ldtr",
    "pan=off uaccess=sw_ttbr0",
    "pan=on uaccess=softwalk",
    "pan=on uaccess=pan trace=all",
)

TIER = 1
TESTS = [
    Boot(
        f"stats: {choice}",
        machine={"image": f"{BUILD}/test/Image", "append": f"init=/bin/stats stats=on {choice}", "extra": ICOUNT},
        ktap=True,
    )
    for choice in CHOICES
]
