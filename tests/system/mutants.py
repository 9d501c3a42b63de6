# SPDX-License-Identifier: MIT
"""mutants.py - TLB maintenance and barriers, each taken away once: the tests
must notice.

Each mutant is one edit in the body of one function of arch/aarch64/, which is
found by its name, whatever file it is in. The edit is made in a copy of the
tree. The ledger (arch/host) runs the real code, and must say the words given;
what shows under QEMU too is booted, and the kernel's own test must fail there.
"""

import functools
import glob
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


def find_function(name):
    """(path, its text, start, end) of the function's body: the one definition in arch/aarch64/."""
    found = []
    for path in sorted(glob.glob(f"{COPY}/arch/aarch64/**/*.[ch]", recursive=True)):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for match in re.finditer(rf"^(?:[a-z].*[ *])?{name}\([^;{{]*\)\n\{{\n", text, re.MULTILINE):
            found.append((path, text, match.end(), text.index("\n}\n", match.end()) + 1))
    if len(found) != 1:
        raise LookupError(f"{len(found)} functions are called {name}, not one")
    return found[0]


def statements(code):
    """A pattern for code that is set in any way; " … " stands for what is between."""
    parts = (r"\s+".join(re.escape(word) for word in part.split()) for part in code.split("…"))
    return r"[^}]*?".join(parts)


def mutate(function, old, new):
    """(path, its text, the text with the edit): `old` must be there once."""
    path, text, start, end = find_function(function)
    body = text[start:end]
    places = len(re.findall(statements(old), body))
    if places != 1:
        raise LookupError(f"{function} in {path} has {places} places to change, not one")
    body = re.sub(statements(old), lambda _: new, body)
    return path, text, text[:start] + body + text[end:]


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


@dataclass
class Mutant(Test):
    """In `function`, `old` becomes `new`. The suite must then panic with words."""

    function: str = ""
    old: str = ""
    new: str = ""
    suite: str = "vm_model share"
    words: str = ""

    def run(self):
        outcome = Outcome()
        with ONE_COPY:
            copy_tree()
            try:
                path, text, mutated = mutate(self.function, self.old, self.new)
            except LookupError as error:
                outcome.fail(str(error))
                return outcome
            try:
                write(path, mutated)
                self.judge(outcome)
            finally:
                write(path, text)
        return outcome

    def judge(self, outcome):
        """Builds the copy, runs the suite, and expects the words."""
        left_out = ("MAKEFLAGS", "MFLAGS")
        env = {name: value for name, value in os.environ.items() if name not in left_out}
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
        command = [f"{COPY}/{BUILD}/{self.product}", *self.suite.split()]
        try:
            ran = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=self.limit
            )
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


def without(name, function, old, words, new="", kind=Mutant, **changes):
    return kind(f"mutant: {name}", function=function, old=old, new=new, words=words, **changes)


STALE, NOT_IF = "if (stale) {", "if (stale && visit != {}) {{"
FREED = "is freed, but translations to it live"
NO_BREAK = "without break-before-make"
FLUSH = "user_gather_flush(&g);"
FLUSH_PAGE = "user_flush(at->avm, at->va, at->va + PAGE_SIZE);"
GATHER = "user_gather_start(&g, at->avm); user_gather_range(&g, at->va, at->va + PAGE_SIZE);"
GATHER_AND_FLUSH = f"{GATHER} {FLUSH}"
BREAK = "pgtable_write(at->slot, 0);"
RIGHTS = "pgtable_write(at->slot, user_desc(pa, prot));"
RUN_STORE = "pgtable_write(&slots[i], new); stale |= old & PT_VALID;"
RUN_FLUSH = """user_gather_range(g, at->va, at->va + count * PAGE_SIZE);
		user_gather_flush(g);
		user_gather_start(g, g->avm);"""

ALL_FLUSHED = "user_flush(parent, 0, USER_END);"
TABLE_GATHERED = "user_gather_span(&g, at->va);"
OTHERS = "may be written through, while another program's walks"


def shared(name, function, old, new="", words="not ok .*every_byte"):
    """A mutant of user_share.c, which the tests of shared tables must notice."""
    return without(f"shared tables: {name}", function, old, words, new)


SHARED = [
    shared(
        "fork flushes one page",
        "arch_vm_share_end",
        ALL_FLUSHED,
        "user_flush(parent, 0xfffd8000, 0xfffd8000 + PAGE_SIZE);",
        f"not ok .*every_byte|{OTHERS}",
    ),
    shared("a reference is forgotten", "user_share_table", "page_get(desc & PT_ADDR);", words="is freed, but"),
    shared(
        "no APTable",
        "user_share_table",
        "at->above | PT_TABLE_AP_RDONLY",
        "at->above & ~PT_TABLE_AP_RDONLY",
        f"{FREED}|{OTHERS}",
    ),
    shared(
        "APTable for the parent alone",
        "user_share_table",
        "pgtable_write(to.slot, desc);",
        "pgtable_write(to.slot, desc & ~PT_TABLE_AP_RDONLY);",
        f"{FREED}|{OTHERS}|{NO_BREAK}",
    ),
    shared(
        "APTable for the child alone",
        "user_share_table",
        "pgtable_write(from.slot, desc);",
        "dsb(ishst);",
        OTHERS,
    ),
    without(
        "shared tables: the CPU may make a page writable by itself",
        "user_strip_dbm",
        "page->aged ? page->in_use : 0",
        r"not ok .* clean\.",
        "0",
        KernelMutant,
        suite="clean",
    ),
    without(
        "shared tables: APTable does not count",
        "boot_tcr",
        "FIELD_PREP(TCR_EL1_T0SZ, 64 - VA_BITS)",
        r"fork=share is refused: TCR_EL1\.HPD0 = 1",
        "FIELD_PREP(TCR_EL1_T0SZ, 64 - VA_BITS) | FIELD_MASK(TCR_EL1_HPD0)",
        KernelMutant,
        suite="vm",
    ),
    shared(
        "no split before a page is mapped",
        "user_map_first",
        "arch_vm_own(at) != 0 ||",
        words="not ok .*what_changes_a_page_splits",
    ),
    shared("no split before a page is copied", "arch_vm_own", "!user_cursor_is_shared(at)", "true", "others' too"),
    shared(
        "no split before mprotect",
        "arch_vm_own_range",
        "avm->shared == 0",
        "true",
        "others' too|not ok .*every_byte",
    ),
    shared(
        "a split leaves the right to write in both",
        "user_copy_page",
        "user_take_write(from)",
        "READ_ONCE(*from)",
    ),
    shared(
        "a split takes the right to write from its own alone",
        "user_copy_page",
        "user_take_write(from)",
        "READ_ONCE(*from) | PT_AP_RDONLY",
    ),
    shared(
        "a split forgets the references",
        "user_copy_page",
        "page_get(desc & PT_ADDR);",
        words="is freed, but|no block was handed out|mapped to a page that is free",
    ),
    shared("no TLBI at a split", "user_replace_table", TABLE_GATHERED, words=f"{OTHERS}|is freed, but"),
    shared("no break before a split's make", "user_replace_table", "pgtable_write(at->slot, 0);", words=NO_BREAK),
    shared("no TLBI when a table is taken back", "user_take_table_back", TABLE_GATHERED),
    shared(
        "a table is taken back from others",
        "user_own_table",
        "page_refs(*above.slot & PT_ADDR) == 1",
        "true",
        f"{FREED}|{OTHERS}",
    ),
    shared(
        "the last owner forgets the pages",
        "user_put_shared_table",
        "page_put(slots[i] & PT_ADDR);",
        words=r"not ok .*who_goes_first|now\.pages == before\.pages",
    ),
    shared(
        "the right to write is that of the page alone",
        "arch_vm_lookup",
        "user_cursor_is_shared(at) ? VM_WRITE : 0",
        "0",
    ),
    shared(
        "a cut file leaves others their translations",
        "arch_vm_unmap_for_all",
        "g.for_all |= user_cursor_is_shared(&at);",
        words="is freed, but",
    ),
    shared(
        "a split and a cut at one moment",
        "user_split_table",
        "spin_lock(lock); … spin_unlock(lock);",
        """page_of(new)->in_use = page_of(old)->in_use;
	page_of(new)->aged = false;
	user_copy_table(phys_to_virt(new), phys_to_virt(old),
			pgtable_index(at->va, 3), page_of(new)->in_use);""",
        "Sanitizer|no block was handed out|not ok .*two_cpus",
    ),
]

TIER = 2
TESTS = [
    without(
        "no TLBI at munmap, on QEMU",
        "user_visit_run",
        STALE,
        r"not ok .* mm\.an_unmapped_page",
        NOT_IF.format("user_unmap_page"),
        KernelMutant,
        suite="mm",
    ),
    without("no TLBI at munmap", "user_visit_run", STALE, FREED, NOT_IF.format("user_unmap_page")),
    without(
        "the TLBI of munmap before the store",
        "user_visit_run",
        RUN_STORE,
        FREED,
        f"{RUN_FLUSH} pgtable_write(&slots[i], new);",
    ),
    without(
        "a page is put before the TLBI",
        "user_gather_put",
        "g->avm->asid == 0",
        FREED,
        "true",
        suite="vm_model",
    ),
    without(
        "no TLBI at mprotect",
        "user_visit_run",
        STALE,
        r"not true: user_access\(",
        NOT_IF.format("user_protect_page"),
    ),
    without(
        "no TLBI when accesses and writes are forgotten",
        "user_visit_run",
        STALE,
        r"not true: usage\.accessed == 1",
        NOT_IF.format("user_age_page"),
    ),
    without("no TLBI when a page is copied on write", "arch_vm_replace", FLUSH, NO_BREAK),
    without(
        "the TLBI of a copy on write before the store",
        "arch_vm_replace",
        f"{BREAK} … {FLUSH}",
        NO_BREAK,
        f"{GATHER_AND_FLUSH} {BREAK} dsb(ishst);",
    ),
    without(
        "no TLBI when fork takes the right to write",
        "arch_vm_share_end",
        ALL_FLUSHED,
        f"not ok .*every_byte|{OTHERS}",
        "dsb(ishst);",
    ),
    without(
        "a table that fork copied is not known to have clean pages",
        "user_share_pages",
        "user_cursor_page(&to)->aged |= user_cursor_page(at)->aged;",
        r"not ok .* clean\.",
        kind=KernelMutant,
        suite="clean",
    ),
    without(
        "fork leaves it to the CPU to make a page writable",
        "user_take_write",
        "(desc | PT_AP_RDONLY) & ~PT_DBM",
        r"not ok .* clean\.",
        "desc | PT_AP_RDONLY",
        KernelMutant,
        suite="clean",
    ),
    *SHARED,
    without("no TLBI at exit", "arch_vm_retire", "user_flush(avm, 0, USER_END);", "is freed, but"),
    without(
        "no TLBI at rollover",
        "asid_assign",
        "mmu_flush_all();",
        "is used again with live|a new place while walks",
    ),
    without(
        "no TLBI before a table is freed",
        "user_gather_tables",
        "user_gather_range(g, at->va, at->va + PAGE_SIZE);",
        "is freed, but walks go through it",
    ),
    without(
        "no TLBI when a right is given",
        "arch_vm_protect",
        FLUSH_PAGE,
        "not ok .*every_byte",
        "dsb(ishst);",
    ),
    without(
        "the TLBI of a right before the store",
        "arch_vm_protect",
        f"{RIGHTS} {FLUSH_PAGE}",
        "not ok .*every_byte",
        f"{FLUSH_PAGE} {RIGHTS} dsb(ishst);",
    ),
    without("no break before make", "arch_vm_replace", f"{BREAK} … {FLUSH}", NO_BREAK),
    without(
        "no DSB before the TLBI",
        "mmu_flush_user_range",
        "dsb(ishst);",
        "TLBI before the walks can see the store",
    ),
    without(
        "no DSB after the TLBI",
        "mmu_flush_user_range",
        "dsb(ish);",
        "is freed before the TLBI has ended",
        suite="vm_model",
    ),
    without(
        "no DSB before the TLBI of an ASID",
        "mmu_flush_asid",
        "dsb(ishst);",
        "TLBI before the walks can see the store",
    ),
    without(
        "no DSB after the TLBI of an ASID",
        "mmu_flush_asid",
        "dsb(ish);",
        "before the TLBI has ended|before a barrier: DSB ISH",
    ),
    without(
        "no DSB after a page is mapped",
        "user_map_page",
        "dsb(ishst);",
        "is accessed before a barrier: DSB ISHST",
    ),
    without(
        "no barrier between a table's zeroes and the link to it",
        "user_cursor_add_table",
        "dmb(ishst);",
        "linked before its zeroes",
    ),
    without(
        "no ISB after TTBR0_EL1 is written",
        "arch_vm_activate",
        "sysreg_write(ttbr0_el1, ttbr); isb();",
        "is accessed before a barrier: ISB",
        "sysreg_write(ttbr0_el1, ttbr);",
    ),
]
