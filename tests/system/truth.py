# SPDX-License-Identifier: MIT
"""truth.py - the truth table: every access to every kind of page, where the
model of verdicts and the machine must agree in every cell."""

from harness import Command


def table(cpu, *expect, smp="1"):
    """`make truth` on this CPU. It fails by itself when a cell differs."""
    argv = ("make", "--no-print-directory", "truth", f"CPU={cpu}", f"SMP={smp}")
    name = f"truth: {cpu}" if smp == "1" else f"truth: {cpu}, {smp} CPUs"
    env = {"COLUMNS": "100"}  # one table, and not two beneath each other
    return Command(name, argv=argv, env=env, limit=120, expect=(*expect, r"^\d+ cells, .*: 0 differ from the model$"))


TIER = 1
TESTS = [
    table("cortex-a53", r"^EL1 ldr  +ok ", r"^EL1 cas( +und){9} +- +und +und$"),
    table("cortex-a72", r"^EL1 ldr  +ok ", r"^EL1 cas( +und){9} +- +und +und$"),
    table("cortex-a76", r"^EL1 ldr PAN=1 +PAN ", r"^EL1 ldtr UAO=1 PAN=1 +PAN "),
    table("max", r"^EL1 ldr PAN=1.* PAN +PAN +PAN ", r"^EL0 ldr E0PD=1 .*E0PD", r"^EL1 at s1e1rp PAN=1"),
    table("max", smp="2"),  # the emulator's other half: see docs/what-qemu-hides.md
]
