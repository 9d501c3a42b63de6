# SPDX-License-Identifier: MIT
"""jobs.py - the commands that the project is for: compare, try, trace.

Each is run as its user runs it. What they must say was written by hand."""

from harness import BUILD, Command

# A reader of build/compare.json, as a user would write it.
READ_REPORT = f"""
import json
report = json.load(open("{BUILD}/compare.json"))
columns = [f"{{c['pan']}}/{{c['uaccess']}}" for c in report["columns"]]
print("columns", *columns)
for t in report["trespasses"]:
    assert t["decided_by"] and t["invariant"] >= 0
    assert all(t["results"][c]["verdict"] and t["results"][c]["proof"] for c in columns)
    print(t["name"], *(t["results"][c]["outcome"] for c in columns))
ran = [c for c in columns if any(t["results"][c]["outcome"] != "n/a" for t in report["trespasses"])]
print("costs", *(cost["name"] for cost in report["costs"] if set(cost["results"]) == set(ran)))
print(report["machine"]["cpu"], report["machine"]["qemu"], report["machine"]["compiler"])
"""


def make(name, *arguments, cpu="max", **changes):
    """A test that runs make with these arguments. It may have to build first."""
    changes.setdefault("limit", 120)
    return Command(name, argv=("make", "--no-print-directory", f"CPU={cpu}", *arguments), **changes)


def access(name, do, *variables, **changes):
    """A test of `make try DO=`. The model foresees each answer of AT's, too."""
    changes["reject"] = (*changes.get("reject", ()), r"the walk disagrees")
    return make(f"try: {name}", "try", f"DO={do}", *variables, **changes)


# One command: both write build/compare.json, and the tests run side by side.
COMPARE = Command(
    "compare: without PAN, then with it",
    argv=(
        "sh",
        "-ec",
        "make compare CPU=cortex-a72; echo; make compare CPU=max; python3 -c \"$READ_REPORT\"",
    ),
    env={"READ_REPORT": READ_REPORT, "COLUMNS": "100"},
    limit=240,
    expect=(
        r"reads a user page directly +THROUGH +THROUGH +n/a +n/a +PAN$",
        r"n/a: on/ldtr: this CPU has no PAN\.$",
        r"reads a user page directly +THROUGH +THROUGH +stopped +stopped +PAN$",
        r"executes a user page +stopped +stopped +stopped +stopped +PXN$",
        r"copy, no range check, kernel src +THROUGH +-EFAULT +THROUGH +-EFAULT +LDTR",
        r"^columns off/plain off/ldtr on/pan on/ldtr off/sw_ttbr0 on/mops on/softwalk$",
        r"^read_user THROUGH THROUGH STOPPED STOPPED STOPPED (n/a|STOPPED) STOPPED$",
        r"^raw_read_kernel THROUGH STOPPED THROUGH STOPPED THROUGH (n/a|STOPPED) STOPPED$",
        r"^costs getppid",
        # What this QEMU lacks is said, with the one that has it.
        r"^  n/a: on/mops: this CPU has no MOPS\. QEMU=new has it\.$|^read_user( \w+){5} STOPPED ",
        r"^  n/a: EPAN=1: this CPU has no EPAN\. QEMU=new has it\.$|EPAN=1 +n/a +n/a +stopped +stopped",
        r"^max \d+\.\d+.* (gcc|clang) \d+",
    ),
)

TIER = 1
TESTS = [
    COMPARE,
    access("PAN stops EL1's load", "ldr user.data", "PAN=1", expect=(r"the page is EL0's and PAN=1",)),
    access("PAN off lets it through", "ldr user.data", "PAN=0", expect=(r"^It went through\.$",)),
    access("LDTR passes PAN", "ldtr user.rw", "PAN=1", expect=(r"^It went through\.$",)),
    access("PXN stops EL1's fetch", "fetch user.text", "PAN=0", expect=(r"PXN = 1",)),
    access("EL0 executes its text", "fetch user.text", "EL=0", expect=(r"^It went through: 0x2a\.$",)),
    access(
        "EL0 may not write its rodata",
        "str user.ro",
        "EL=0",
        expect=(r"killed by SIGSEGV", r"EL0 write to 0x[0-9a-f]+ in access_do$", r"Permission fault, level 3"),
    ),
    access("EL0 may not read the kernel", "ldr kernel.data", "EL=0", expect=(r"killed by SIGSEGV", r"TTBR1_EL1")),
    access(
        "LDTR has EL0's rights",
        "ldtr user.xonly",
        "PAN=0",
        expect=(r"ldtr has EL0's rights: no read \(AP\[1\] = 0",),
        reject=(r"get_user",),
    ),
    access(
        "STTR has EL0's rights",
        "sttr user.ro",
        "PAN=0",
        expect=(r"sttr has EL0's rights: no write \(AP\[2\] = 1",),
        reject=(r"put_user",),
    ),
    access(
        "which signal",
        "s1e1r user.rw",
        "EL=0",
        expect=(r"killed by SIGILL\.$", r"0xd50878\w\w \(at S1E1R, x\d+\) is undefined at EL0"),
    ),
    access(
        "one account of a page without rights",
        "str user.none",
        "EL=0",
        expect=(r": the mapping there gives no right to write\.",),
        reject=(r"nothing is mapped",),
    ),
    *(
        access(
            f"CAS is an update, {smp} CPUs",
            "cas user.xonly",
            "EL=0",
            f"SMP={smp}",
            expect=(r"EL0 update of 0x", r"EL0 may not read it"),
            reject=(r"EL0 (read|write)",),
        )
        for smp in "12"
    ),
    access(
        "a place that there is not",
        "ldr user.moon",
        status=2,
        expect=(r'^make try: .* place "user\.moon"$', r"PLACE +null user\.text"),
    ),
    access("an operation that there is not", "jump user.text", status=2, expect=(r'^make try: .* operation "jump"$',)),
    access(
        "a level that there is not", "ldr user.text", "EL=3", status=2, expect=(r'^make try: EL is .*"3"; .*ENTRY_EL$',)
    ),
    make(
        "try: snippets",
        "try",
        "FILE=tests/system/try_snippet.c",
        expect=(
            r"^reads a page of the program's \(try_snippet\)\n +STOPPED: .*(\n +.*)?PAN=1",
            r"^asks for it properly \(try_snippet_2\)\n +THROUGH: ",
            r"EL1 read of 0x[0-9a-f]+ in trespass_try_snippet, outside uaccess$",
            r"^For a row in `make compare`, save it as src/trespass/try_snippet\.c\.$",
        ),
    ),
    make(
        "try: a snippet that stops the machine",
        "try",
        "FILE=tests/system/try_panic.c",
        status=2,
        expect=(r"KERNEL BUG: two are too many$", r"the machine stops with status"),
        reject=(r"^@", r"save it as"),  # what nobody can use, and what was not tried
    ),
    make("try: one that is there already", "try", "FILE=src/trespass/read_null.c", reject=(r"save it as",)),
    access("AT obeys PAN as it is in the handler", "ldr user.xonly", "EL=0", expect=(r"S1E1RP (ok|fault)",)),
    make(
        "try: an alignment fault at EL0",
        "try",
        "FILE=tests/system/try_unaligned.c",
        status=2,
        expect=(  # a read; from QEMU 10 on WnR is 1
            r"process 1 was killed by SIGBUS",
            r"AT says: +S1E0([RW]) ok   S1E1\1 ok   S1E1\1P fault$",
        ),
    ),
    make(
        "try: a program that dies",
        "try",
        "FILE=tests/system/try_crash.c",
        status=2,
        expect=(r"^before$", r"process 1 was killed by SIGSEGV", r"EL0 write to 0x1234 in main$", r"level 2: nothing"),
        reject=(r"^after$",),
    ),
    make(
        "try: an access that is refused before it is made",
        "try",
        "FILE=tests/system/try_refused.c",
        expect=(
            r"^--  EL1 access to 0xffff800000000000, 6 bytes: refused before it was made\n"
            r"    The range check \(access_ok\): not wholly in the user's half, below\s+0x",
            r"^--  EL1 access to 0xb0000000\w+, 1 byte: refused .*\n    The range check .*: 0x0b is a tag.*"
            r"(\n        .*)?\n    pid 1, CPU 0, in system call 64, write\(\)$",
        ),
    ),
    make(
        "trace: an access that is refused before it is made",
        "trace",
        f"INIT={BUILD}/user/tour",
        expect=(r"^--  EL1 access to 0xffff\w+, 8 bytes: refused before it was made\n.*access_ok",),
    ),
    make(
        "walk: a page of a program's",
        "walk",
        "VA=401000",
        f"INIT={BUILD}/user/hello",
        expect=(
            r"^walk of 0x401000\n    TTBR0_EL1, asid 1\n",
            r"^      L3  va\[20:12\]=   1   @0x[0-9a-f]+8  0x[0-9a-f]{13}fc3  page\n          EL0 RX, EL1 R, ",
        ),
    ),
    make(
        "walk: the kernel's text",
        "walk",
        "VA=0xffff800000000000",
        expect=(r"TTBR1_EL1\n(.*\n)+          EL0 -, EL1 RX",),
    ),
    make(
        "walk: where sw_ttbr0 hides the table",
        "walk",
        "VA=0x401000",
        cpu="cortex-a53",
        expect=(r"\Awalk of.*\n(.*\n)+.*L3  va.* page\n",),
    ),
    make(
        "walk: neither half", "walk", "VA=0x10000000000000", expect=(r"no walk: bits 63:48 of 0x10+ are not all equal",)
    ),
    make("walk: no address", "walk", "VA=here", status=2, expect=(r'^make walk VA=402000 .*"here" is no address',)),
    make(
        "trace: the tour's faults",
        "trace",
        expect=(
            r"EL1 read of 0x0 in \w+_copy_from_user, inside uaccess$",
            r"[Ee]xception table -> fixup, 4 bytes left",
            r"^    task /init, pid 1, CPU 0, in system call 63, read\(\)\n    handled in \d+ instructions$",
            r"EL1 read of 0x[0-9a-f]+ in trespass_read_user, outside uaccess$",
            r"^stop> L3  va\[20:12\]=.*  page$",
            r"S1E1RP fault: so it was PAN",
            r"process 1 exited with status 0",
        ),
        reject=(r"\x1b",),  # no terminal, no colour
    ),
]
