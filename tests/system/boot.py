# SPDX-License-Identifier: MIT
"""boot.py - whole boots: every CPU model, entry level and interrupt controller,
little and much memory, and what the console and the exit status must say."""

from harness import Boot, Command

ENDED = r"^\[\d+\.\d{3}\] process 1 exited with status 0$"
STOPPED = r"^     = STOPPED: ESR "
HAS_PAN = {"cortex-a53": False, "cortex-a72": False, "cortex-a76": True, "max": True}
# Whether EL1 can read pages that EL0 may only execute: tests/kernel/test_pan.c tries it.
EXECUTE_ONLY = {
    False: r"all invariants; the window shows execute-only pages$",
    True: r"EPAN yes(.|\n)*all invariants$|EPAN no(.|\n)*all invariants; no EPAN: EL1 reads execute-only pages$",
}


def tour(name, expect=(), **machine):
    """The tour from start to end."""
    return Boot(f"tour: {name}", machine=machine, expect=(ENDED, *expect))


def machines():
    """Every CPU with each entry level and each interrupt controller."""
    for cpu, pan in HAS_PAN.items():
        for el in ("1", "2"):
            for gic in ("2", "3"):
                said = (rf"entered at EL{el}", r"PAN yes" if pan else r"PAN no", EXECUTE_ONLY[pan])
                yield tour(f"{cpu}, EL{el}, GICv{gic}", said, cpu=cpu, el=el, gic=gic)


def granule(pages, bits):
    """The tour in a kernel with other pages; the build is part of it."""
    variant = f"{pages.lower()}-{bits}"
    argv = ("make", "-j2", "run", f"GRANULE={pages.lower()}", f"VA_BITS={bits}", f"INIT=build/{variant}/user/tour")
    return Command(
        f"tour: {pages} pages, {bits} bits", argv=argv, limit=120, tier=2, expect=(ENDED, rf"{pages} pages, {bits}-bit")
    )


# What is compiled, from nothing, besides the kernel; and what process 1 finds.
ONE_PROGRAM = r"""
for goal in run trace walk debug; do
	make --no-print-directory -n $goal B=build/none |
		sed -En 's/.* -c -o .* (.*)\.[cS]$/\1/p' >build/built || exit 1
	echo $goal: kernel $(grep -c '^src/\|^arch/' build/built), $(grep -v '^src/\|^arch/\|^user/lib/\|^tools/' build/built)
done
make --no-print-directory run APPEND=init=/bin/hello
"""

TIER = 1
TESTS = [
    *machines(),
    tour("64 MiB", (r"\b6\d MiB of RAM",), mem="64M"),
    tour("8 GiB", (r"\b8\d{3} MiB of RAM",), mem="8G"),
    tour("no PAN, uaccess=ldtr", (r"NOT in force: invariant 2",), cpu="cortex-a53", append="uaccess=ldtr"),
    tour(
        "pan=off, uaccess=plain", (r"NOT in force: invariant 2", r"^     = THROUGH: "), append="pan=off uaccess=plain"
    ),
    tour(
        "uaccess=pan",
        (r"in pan_copy_to_user, ", STOPPED, r"all invariants; .*execute-only pages$"),
        append="uaccess=pan",
    ),
    tour("uaccess=sw_ttbr0", (r"in sw_ttbr0_copy_to_user, ", STOPPED), append="uaccess=sw_ttbr0"),
    tour("uaccess=softwalk", (r"no fault: the kernel walked the tables", STOPPED), append="uaccess=softwalk"),
    Command(
        "build: a run's own program, and no other",
        argv=("sh", "-c", ONE_PROGRAM),
        status=2,
        expect=(
            *(rf"^{goal}: kernel \d\d+, user/tour$" for goal in ("run", "trace", "walk", "debug")),
            r"/bin/hello: no such file",
        ),
    ),
    *(granule(*pair) for pair in (("4K", 39), ("16K", 47), ("16K", 48), ("64K", 42))),
]
