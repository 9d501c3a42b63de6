# SPDX-License-Identifier: MIT
"""boot.py - whole boots: every CPU model, entry level and interrupt controller,
little and much memory, and what the console and the exit status must say."""

from harness import Boot

ENDED = r"^\[\d+\.\d{3}\] process 1 exited with status 0$"
HAS_PAN = {"cortex-a53": False, "cortex-a72": False, "cortex-a76": True, "max": True}


def tour(name, expect=(), **machine):
    """The tour from start to end."""
    return Boot(f"tour: {name}", machine=machine, expect=(ENDED, *expect))


def machines():
    """Every CPU with each entry level and each interrupt controller."""
    for cpu, pan in HAS_PAN.items():
        for el in ("1", "2"):
            for gic in ("2", "3"):
                said = (rf"entered at EL{el}", r"PAN yes" if pan else r"PAN no")
                if not pan:
                    said += (r"not in force",)
                yield tour(f"{cpu}, EL{el}, GICv{gic}", said, cpu=cpu, el=el, gic=gic)


TESTS = [
    *machines(),
    tour("64 MiB", (r"64 MiB",), mem="64M"),
    tour("8 GiB", (r"8192 MiB|8 GiB",), mem="8G"),
    tour("pan=off", (r"not in force",), append="pan=off"),
]
