# SPDX-License-Identifier: MIT
"""use.py - what somebody meets who tries it for the first time: a variable that
does nothing, a file that is no program, Ctrl-C, a reader that has gone."""

from harness import BUILD, Command, Terminal

MAKE = ("make", "--no-print-directory")
CTRL_C = b"\x03"
TRACEBACK = (r"Traceback",)


def make(name, *arguments, **changes):
    changes.setdefault("limit", 120)
    return Command(f"use: {name}", argv=(*MAKE, *arguments), **changes)


def refused(words, line):
    """make with these words builds nothing, runs nothing, and says this line."""
    return make(
        f"refused: {words}", *words.split(), status=2, expect=(rf"\A\S*Makefile:\d+: \*\*\* {line}\.  Stop\.\n\Z",)
    )


REFUSED = (
    ("run PAN=0", r'make run: PAN is a variable of make try; here it is APPEND="pan=on" or APPEND="pan=off"'),
    ("run EL=3", r"make run: EL is the level of an access, of make try DO=; .* is ENTRY_EL=1 or ENTRY_EL=2"),
    ("try FILE=tests/system/try_args.c DO=help", r"make try: FILE= and DO= exclude each other"),
    ("try DO=help ARGS=1", r"make try: DO= and ARGS= exclude each other"),
    ("try FILE=tests/system/try_args.c EL=0", r"make try: EL= needs DO="),
    ("try INIT=user/hello.c", r"make try: INIT is a variable of make run.*; make try has FILE="),
    ("run FILE=user/hello.c INIT=build/user/hello", r"make run: FILE= and INIT= exclude each other"),
    ("test CPU=max", r"make test: CPU is a variable of make run, .*"),
    ("truth VA=0", r"make truth: VA is a variable of .*make walk"),
    ("clean SMP=2", r"make clean: SMP is a variable of make run, .*"),
    ("trace FIEL=x.c", r"make trace: no goal uses FIEL; did you mean FILE\?"),
    ("run append=quiet", r"make run: no goal uses append; did you mean APPEND\?"),
    ("run CFLAGS=-O0", r"make run: the flags are the Makefile's; DEFINES=-DX adds to them"),
    ("run XYZZY=1", r"make run: no goal uses XYZZY"),
    ("try FILE=none.c", r"none\.c: no such file"),
    ("run FILE=user", r"user is a directory; FILE= takes one file of C"),
    ("try FILE=README.md", r"README\.md: FILE= takes C \(\.c\), assembly \(\.S\) or an object \(\.o\)"),
    ("trace FILE=tests/system/try_order.c", r".* has EL1_SNIPPETs, which make try FILE=tests/system/try_order\.c runs"),
)


ARGS = "ARGS='a  b' \"\" c"
ARGUMENTS = (r"^<a  b>\n<>\n<c>$",)
THREE = "FILE=tests/system/try_args.c"
INPUT = "FILE=tests/system/try_input.c"
LIBC = "FILE=tests/system/try_libc.c"
IN_ORDER = (
    r"^the first writes \(try_order\)\n  STOPPED: .*\n.*\n  printk: about to write\n"
    r"\nthe second only speaks \(try_order_2\)\n.*\n.*\n  printk: nothing to see\n"
    r"\nthe third reads \(try_order_3\)\n  STOPPED: .*\n.*\n\n"
    r"#1  EL1 write to (.|\n)*^#2  EL1 read of "
)

CLOSED = (
    "run", "compare", "trace", "try DO='ldr user.data'", "test SUITES=no-such", "predict", "truth", "walk VA=0", "loc"
)

TIER = 1
TESTS = [
    *(refused(words, line) for words, line in REFUSED),
    make(
        "documented variables pass",
        "-n",
        "run",
        "CC=gcc-x",
        "HOSTCC=cc",
        "V=1",
        "CROSS_COMPILE=x-",
        "DEFINES=-DX",
        "PYTHON=python3",
    ),
    make(
        "an access at EL0, entered at EL2",
        "try",
        "DO=ldr user.data",
        "EL=0",
        "ENTRY_EL=2",
        expect=(r"^It went through: ",),
    ),
    make(
        "ENTRY_EL is a level",
        "run",
        "ENTRY_EL=3",
        status=2,
        expect=(r'^make: ENTRY_EL is 1 or 2, and not "3"$',),
        reject=TRACEBACK,
    ),
    make("two CPUs, one of them used", "run", "SMP=2", expect=(r"cpu max x 2 \(the kernel uses one\)", r"status 0$")),
    make(
        "help begins with the six",
        "help",
        expect=(r"\Amake run .*\n(.*\n)?make compare .*\nmake trace .*\n(make try .*\n)+make test .*\nmake debug ",),
    ),
    # FILE= and ARGS=
    make("run FILE=", "run", THREE, ARGS, expect=(*ARGUMENTS, r"status 0$"), reject=(r"warning",)),
    make("trace FILE=", "trace", INPUT, expect=(r"^tests/system/try_input\.c +cpu max", r"EL0 \w+ .*\n", r"status 0$")),
    make("walk FILE=", "walk", "VA=400000", THREE, expect=(r"^walk of 0x400000\n",)),
    make("debug FILE=", "debug", THREE, "GDB_SCRIPT=tests/system/use.gdb", expect=(r"tests/system/try_args\.c",)),
    make("try keeps quotes", "try", THREE, ARGS, expect=ARGUMENTS, reject=(r"warning",)),
    make(
        "an open quote",
        "run",
        THREE,
        "ARGS='a",
        status=2,
        expect=(r"^ARGS='a: no closing quotation$",),
        reject=TRACEBACK,
    ),
    make(
        "without libc",
        "try",
        LIBC,
        status=2,
        expect=(r"there is no .*\bmalloc\b.* here\. Freestanding: rt\.h has .*LIBC=1$",),
        reject=(r"undefined",),
    ),
    make("with libc", "try", LIBC, "LIBC=1", "ARGS=one", expect=(r"^1 argument, one$", r"status 0$")),
    Command(
        "use: a pipe is the program's input",
        argv=("sh", "-c", f"printf 'a b\\nc\\n' | make try {INPUT}"),
        limit=120,
        expect=(r"^<a b>\n(.*\n)?<c>\nend 0$",),
    ),
    make("without input, its end", "try", INPUT, limit=120, expect=(r"^who\?\nend 0$",)),
    Terminal(
        "use: try has the terminal's input",
        argv=(*MAKE, "try", INPUT),
        limit=120,
        dialogue=((r"who\?", b"me\r"), (r"<me>", b"\x04")),
        expect=(r"^leave: Ctrl-A X", r"^<me>$", r"^end 0$", r"status 0$"),
    ),
    Command(
        "use: other files, in one line each",
        argv=(
            "sh",
            "-ec",
            f"""d='{BUILD}/test/a dir'; mkdir -p "$d"; cp tests/system/try_args.c "$d/it is.c"; touch "$d/x.cpp"
            make try FILE="$d/it is.c" ARGS=yes
            for f in "$d/x.cpp" {BUILD}/user/tour; do make run FILE="$f" || echo refused; done""",
        ),
        limit=120,
        expect=(
            r"^<yes>$",
            r"x\.cpp is C\+\+, .*: link it with -static, then make run INIT=PROGRAM\.  Stop\.\nrefused$",
            r"tour is a program already: make run INIT=\S+, or make trace INIT=\S+\.  Stop\.\nrefused$",
        ),
    ),
    # Snippets
    make(
        "snippets, in their order, with what they log",
        "try",
        "FILE=tests/system/try_order.c",
        env={"COLUMNS": "200"},
        expect=(IN_ORDER,),
        reject=(r"^#[03]", r"warning"),
    ),
    make(
        "a file of src/trespass runs once",
        "try",
        "FILE=src/trespass/read_user.c",
        expect=(r"\(read_user\)\n",),
        reject=(r"\(read_user\)(.|\n)*\(read_user", r"save it as"),
    ),
    # Ctrl-C, and a pipe without a reader
    Terminal(
        "use: Ctrl-C in debug gives gdb's prompt",
        argv=(*MAKE, "debug", f"INIT={BUILD}/user/echo"),
        dialogue=(
            (r"\(gdb\) ", b"continue\n"),
            (r"ready", CTRL_C),
            (r"SIGINT(.|\n)*\(gdb\) ", b"print 6*7\n"),
            (r"= 42(.|\n)*\(gdb\) ", CTRL_C),
            (r"Quit", b"quit\n"),
        ),
        expect=(r"^Program received signal SIGINT", r" = 42$"),
        reject=(*TRACEBACK, r"\*\*\*", r"Exception"),
    ),
    Terminal(
        "use: Ctrl-C in try",
        # It ends make: by the signal, or with status 2, where make 4.3 waits for a child that has gone already.
        argv=(
            "sh",
            "-c",
            "trap : INT; make --no-print-directory try FILE=tests/system/try_loop.c;"
            " case $? in 2 | 130) ;; *) exit 1; esac",
        ),
        limit=120,
        dialogue=((r"cpu max", CTRL_C),),
        expect=(r"\^C",),
        reject=TRACEBACK,
    ),
    *(
        Command(
            f"use: nobody reads {goal.split()[0]}",
            argv=("sh", "-c", f"exec 4>&1; make --no-print-directory {goal} 2>&4 | :"),
            limit=120,
            expect=(r"Error 141$|Broken pipe$",),  # a tool's, or make's own
            reject=(*TRACEBACK, r"Exception"),
        )
        for goal in CLOSED
    ),
]
