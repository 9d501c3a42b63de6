# SPDX-License-Identifier: MIT
"""mutants.py - TLB maintenance and barriers, each taken away once: the tests
must notice.

Each mutant is one edit of one file, made in a copy of the tree. The ledger
(arch/host) runs the real code, and must say the words given; what shows under
QEMU too is booted, and the kernel's own test must fail there.
"""

import functools
import os
import re
import shutil
import subprocess
import threading
from dataclasses import dataclass

from harness import BUILD, Outcome, Test
from run import Machine

COPY = f"{BUILD}/mutants"
ONE_COPY = threading.Lock()
SOURCES = ("Makefile", "link.ld", "arch", "src", "tests", "tools", "user")

RANGE, MAP, MMU = (f"arch/aarch64/{name}" for name in ("user_range.c", "user_map.c", "mmu.h"))
FREED = "is freed, but translations to it live"


@functools.cache
def copy_tree():
    """A copy of the sources and of what is built, with all times kept; once."""
    shutil.rmtree(COPY, ignore_errors=True)
    for name in SOURCES:
        copy = shutil.copytree if os.path.isdir(name) else shutil.copy2
        os.makedirs(COPY, exist_ok=True)
        copy(name, f"{COPY}/{name}")
    for name in ("asm_offsets.h", "flags", "link.ld", "obj", "host/mm", "host/tests-mm"):
        target = f"{COPY}/{BUILD}/{name}"
        os.makedirs(os.path.dirname(target), exist_ok=True)
        copy = shutil.copytree if os.path.isdir(f"{BUILD}/{name}") else shutil.copy2
        copy(f"{BUILD}/{name}", target)


@dataclass
class Mutant(Test):
    """file: where `old` becomes `new`. The suite must then panic with words."""

    file: str = ""
    old: str = ""
    new: str = ""
    suite: str = "vm_model"
    words: str = ""

    def run(self):
        outcome = Outcome()
        with ONE_COPY:
            copy_tree()
            path = f"{COPY}/{self.file}"
            with open(path, encoding="utf-8") as file:
                text = file.read()
            if text.count(self.old) != 1:
                outcome.fail(f"{self.file} has {text.count(self.old)} places to change, not one")
                return outcome
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace(self.old, self.new))
            try:
                self.judge(outcome)
            finally:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
        return outcome

    def judge(self, outcome):
        """Builds the copy, runs the suite, and expects the words."""
        env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS")}
        make = ["make", f"{BUILD}/{self.product}"]
        built = subprocess.run(make, cwd=COPY, env=env, capture_output=True, text=True, check=False)
        if built.returncode != 0:
            outcome.fail(f"it does not build: {built.stderr[-300:]}")
            return
        outcome.output = self.run_suite()
        if re.search(self.words, outcome.output):
            outcome.passed = 1
        else:
            outcome.fail(f"it lives: the suite {self.suite} did not say {self.words!r}")

    product = "host/tests-mm"

    def run_suite(self):
        """What the suite says."""
        command = [f"{COPY}/{BUILD}/{self.product}", self.suite]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=self.limit)
            return ran.stdout + ran.stderr
        except subprocess.TimeoutExpired as late:
            return str(late.stdout) + str(late.stderr)


class KernelMutant(Mutant):
    """The same for a suite of the test kernel, under QEMU."""

    product = "test/Image"

    def run_suite(self):
        append = f"quiet init=/bin/selftest -- {self.suite}"
        machine = Machine(
            image=f"{COPY}/{BUILD}/{self.product}",
            initrd=f"{BUILD}/test/initrd.cpio",
            append=append,
            directory=f"{COPY}/run",
            timeout=self.limit,
        )
        return machine.run().output


def without(name, file, old, words, new="", kind=Mutant, **changes):
    return kind(f"mutant: {name}", file=file, old=old, new=new, words=words, **changes)


UNMAP = "	user_flush_range(avm, start, end, broken);"

TIER = 2
TESTS = [
    without("no TLBI at munmap, on QEMU", RANGE, UNMAP, r"not ok .* mm\.an_unmapped_page", "	dsb(ishst);", KernelMutant, suite="mm"),
    without(
        "no TLBI at munmap",
        RANGE,
        UNMAP,
        FREED,
        "	dsb(ishst);",
    ),
    without(
        "the TLBI of munmap before the store",
        RANGE,
        "				pgtable_write(&run.slots[i],\n					      run.slots[i] & ~PT_VALID);\n",
        FREED,
    ),
    without(
        "no TLBI at mprotect",
        RANGE,
        "	user_flush_range(avm, start, end, changed);\n}\n\n/* ---- Accessed",
        r"not true: user_access\(",
        "	dsb(ishst);\n}\n\n/* ---- Accessed",
    ),
    without(
        "no TLBI when accesses and writes are forgotten",
        RANGE,
        "	user_flush_range(avm, start, end, changed);\n}\n\nstruct arch_vm_usage",
        r"not true: usage\.accessed == 1",
        "	dsb(ishst);\n}\n\nstruct arch_vm_usage",
    ),
    without(
        "no TLBI when a page is copied on write",
        MAP,
        "	pgtable_write(slot, 0); /* break … */\n	user_flush(avm, va);",
        "without break-before-make",
        "	pgtable_write(slot, 0);",
    ),
    without(
        "the TLBI of a copy on write before the store",
        MAP,
        "	pgtable_write(slot, 0); /* break … */\n	user_flush(avm, va);",
        "without break-before-make",
        "	user_flush(avm, va);\n	pgtable_write(slot, 0);\n	dsb(ishst);",
    ),
    without(
        "no TLBI when fork takes the right to write",
        RANGE,
        "		mmu_flush_asid(asid_peek(parent));",
        "not ok .*every_byte",
        "		dsb(ishst);",
    ),
    without(
        "fork leaves it to the CPU to make a page writable",
        RANGE,
        "			desc = (desc | PT_AP_RDONLY) & ~PT_DBM;",
        r"not ok .* vm\.a_clean_page",
        "			desc |= PT_AP_RDONLY;",
        KernelMutant,
        suite="vm",
    ),
    without("no TLBI at exit", MAP, "		mmu_flush_asid(asid_peek(avm));\n	}\n	avm->asid = 0;", "is freed, but", "	}\n	avm->asid = 0;"),
    without("no TLBI at rollover", "arch/aarch64/asid.c", "		mmu_flush_all();\n", "is used again with live|a new place while walks"),
    without(
        "no TLBI before a table is freed",
        MAP,
        "		mmu_flush_asid(asid_peek(avm)); /* cached walks go too */",
        "is freed, but walks go through it",
        "		dsb(ishst);",
    ),
    without(
        "no TLBI when a right is given",
        MAP,
        "	pgtable_write(slot, user_desc(*slot & PT_ADDR, prot));\n	user_flush(avm, va);",
        "not ok .*every_byte",
        "	pgtable_write(slot, user_desc(*slot & PT_ADDR, prot));\n	dsb(ishst);",
    ),
    without(
        "the TLBI of a right before the store",
        MAP,
        "	pgtable_write(slot, user_desc(*slot & PT_ADDR, prot));\n	user_flush(avm, va);",
        "not ok .*every_byte",
        "	user_flush(avm, va);\n	pgtable_write(slot, user_desc(*slot & PT_ADDR, prot));\n	dsb(ishst);",
    ),
    without(
        "no break before make",
        MAP,
        "	pgtable_write(slot, 0); /* break … */\n	user_flush(avm, va);",
        "without break-before-make",
    ),
    without(
        "no DSB before the TLBI",
        MMU,
        "	dsb(ishst);\n	tlbi(vae1is, tlbi_operand(va, asid));",
        "TLBI before the walks can see the store",
        "	tlbi(vae1is, tlbi_operand(va, asid));",
    ),
    without(
        "no DSB after the TLBI",
        MMU,
        "	}\n	dsb(ish);\n	isb();",
        "is freed before the TLBI has ended",
        "	}\n	isb();",
    ),
    without(
        "no DSB after a page is mapped",
        MAP,
        "	avm->near_page->in_use++;\n	/* Invalid before: no TLBI, but the store must reach the walks. The\n"
        "	 * ISB keeps our own next access from using an older walk (D8.16). */\n	dsb(ishst);",
        "is accessed before a barrier: DSB ISHST",
        "	avm->near_page->in_use++;",
    ),
    without(
        "no barrier between a table's zeroes and the link to it",
        MAP,
        "		dmb(ishst);",
        "linked before its zeroes",
    ),
    without(
        "no ISB after TTBR0_EL1 is written",
        MAP,
        "		sysreg_write(ttbr0_el1, ttbr);\n		isb();",
        "is accessed before a barrier: ISB",
        "		sysreg_write(ttbr0_el1, ttbr);",
    ),
]
