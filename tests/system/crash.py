# SPDX-License-Identifier: MIT
"""crash.py - kernel bugs that nothing catches: what the machine says, and 125.

/bin/crash has the test kernel commit one (tests/kernel/crash.c). A crash must
leave a verdict, the walk where an address is to blame, and a backtrace that
names the functions on the way, the caller of the guilty one included."""

import os

from harness import BUILD, Boot

# The first digit of a part of the kernel's half, where it begins at 0xffff000000000000.
ALL_48_BITS = os.environ.get("VA_BITS", "48") == "48"
SIZE_MAX = 2**64 - 1
PANIC = r"^\[\d+\.\d{3}\] kernel panic: the machine stops with status 125$"


def backtrace(*functions):
    """These functions, one directly called by the next."""
    return r"^  backtrace:\n(?:    .*\n)*" + "".join(rf"    [0-9a-f]{{16}}  {name}\+.*\n" for name in functions)


def crash(name, *expect, status=125, **machine):
    """A boot that ends in this crash."""
    machine = {"image": f"{BUILD}/test/Image", **machine}
    machine["append"] = f"init=/bin/crash {machine.get('append', '')} -- {name}"
    title = f"crash: {name}" + (f", {machine['cpu']}" if "cpu" in machine else "")
    panic = (PANIC,) if status == 125 else ()
    return Boot(title, machine=machine, status=status, expect=(*expect, *panic), reject=(r"the kernel came back",))


def at(digit):
    """An address in this part of the kernel's half."""
    return rf"0xffff{digit if ALL_48_BITS else ''}[0-9a-f]+"


WAY_IN = ("crash_store", "proc_write", "trap_el0_sync", "el0_sync")
STOPPED_HERE = r"^stop> L\d +va\[\d+:\d+\]= *\d+ +@0x[0-9a-f]+ +0x[0-9a-f]{16} "


def overflow(**machine):
    return crash(
        "overflow",
        r"^\[.*\] KERNEL BUG: kernel stack overflow$",
        rf"^EL1 write to {at('c')} in crash_overflow$",
        r"the guard below a kernel stack: the stack\s+has\s+overflowed\.",
        STOPPED_HERE,
        backtrace("trap_stack_overflow", "stack_overflow", "crash_overflow", "crash_overflow", "crash_overflow"),
        **machine,
    )


def bad_spsr(name, digits):
    """Invariant 14: it is found before ERET, and reported. digits: of the SPSR, in hexadecimal."""
    return crash(
        f"spsr_{name}",
        rf"^\[.*\] KERNEL BUG: SPSR 0x[0-9a-f]*{digits} is not EL0's",
        backtrace("panic", "trap_bad_spsr", "return_to_user"),
    )


def usercopy(name, size, digit, why):
    """The object check of uaccess.c. digit: which part of the kernel's half the address is in."""
    return crash(f"usercopy_{name}", rf"KERNEL BUG: user copy of {size} bytes at {at(digit)}: {why}$")


TIER = 1
TESTS = [
    overflow(),
    overflow(cpu="cortex-a53"),
    crash(
        "null",
        r"^\[.*\] KERNEL BUG: unexpected kernel fault$",
        r"^EL1 read of 0x0 in crash_null, outside uaccess$",
        r"a null pointer: nothing is mapped there\.",
        r"^    TTBR0_EL1, asid \d+$",
        STOPPED_HERE,
        backtrace("el1_sync", "crash_null", *WAY_IN),
    ),
    crash(
        "wild_fetch",
        r"^EL1 fetch from 0xffff123456789abc$",
        r"^    ESR 0x86000004 .*translation fault, level 0",
        r"^    TTBR1_EL1$",
        STOPPED_HERE if ALL_48_BITS else r"no walk: bits 63:\d+ of 0xffff123456789abc are not all equal",
        r"^    ffff123456789abc\n    [0-9a-f]{16}  crash_wild_fetch\+.*\n    [0-9a-f]{16}  crash_store\+",
    ),
    crash(
        "null_call",
        r"^EL1 fetch from 0x0$",
        r"^    0{16}\n    [0-9a-f]{16}  crash_null_call\+.*\n    [0-9a-f]{16}  crash_store\+",
    ),
    crash(
        "user_read",
        r"^EL1 read of 0x[0-9a-f]+ in crash_user_read, outside uaccess$",
        r"Permission fault, level 3: the page is EL0's and PAN=1\.",
        r"S1E1RP fault: so it was PAN",
        STOPPED_HERE,
        backtrace("el1_sync", "crash_user_read", *WAY_IN),
    ),
    crash(
        "panic",
        r"^\[.*\] KERNEL BUG: a test asked for it, with 42$",
        backtrace("panic", "crash_panic", *WAY_IN),
    ),
    crash(
        "lock",
        rf"^\[.*\] KERNEL BUG: spin_lock: this CPU holds lock {at('8')} already$",
        backtrace("panic", "spin_lock", "crash_lock", *WAY_IN),
    ),
    crash(
        "sleep",
        r"^\[.*\] KERNEL BUG: sched: \S+ sleeps in atomic context$",
        backtrace("crash_sleep", *WAY_IN),
    ),
    crash(
        "external",
        r"^\[.*\] KERNEL BUG: an error outside the CPU's own rules$",
        r"[Ss]ynchronous external abort",
        backtrace("el1_sync", "crash_external", *WAY_IN),
    ),
    usercopy("text", 64, "8", "touches kernel text"),
    usercopy("before", 9, "7", "touches kernel text"),
    usercopy("alias", 64, "0", "touches kernel text"),
    usercopy("stack", 65536, "c", "leaves the stack"),
    usercopy("object", 65, "0", "leaves its object of 64"),
    usercopy("inside", 25, "0", "leaves its object of 64"),
    usercopy("large", 101, "0", r"leaves its object of \d+"),
    usercopy("wraps", SIZE_MAX - 7, "0", "no object is as large"),
    bad_spsr("el1h", "5"),
    bad_spsr("el1t", "4"),
    bad_spsr("el2h", "9"),
    bad_spsr("aarch32", "1."),
    bad_spsr("il", "1.{5}"),
    bad_spsr("ss", "2.{5}"),
    bad_spsr("d", "2.."),
    bad_spsr("a", "1.."),
    bad_spsr("i", "8."),
    bad_spsr("f", "4."),
    Boot(
        "crash: flags are EL0's own",
        machine={"image": f"{BUILD}/test/Image", "append": "init=/bin/crash -- spsr_flags"},
        expect=(r"^crash: the kernel came back$",),
        reject=(r"KERNEL BUG",),
    ),
]
