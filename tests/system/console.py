# SPDX-License-Identifier: MIT
"""console.py - typing at the console: tests/user/echo.c says what it read."""

from harness import Boot


def ready(count):
    """A pattern for output in which the program was ready so many times."""
    return rf"(?s)\A((?:(?!ready\n).)*ready\n){{{count}}}"


def typing(name, typed, expect, arguments="", status=0, **changes):
    """Types each of typed when the program is ready for another line.

    Its first read has a bad pointer: "kept" is typed for that one, and must be
    what the second read gets.
    """
    dialogue = [(ready(1), b"kept\n")]
    dialogue += [(ready(number), line) for number, line in enumerate(typed, 3)]
    machine = {"append": f"init=/bin/echo -- {arguments}"}
    expect = (r"bad pointer: -14\n", *expect)
    return Boot(f"console: {name}", machine=machine, dialogue=tuple(dialogue), expect=expect, status=status, **changes)


EOF_KEY, ERASE, KILL, INTERRUPT = b"\x04", b"\x7f", b"\x15", b"\x03"
LONG = b"x" * 5000  # longer than a line may be

TIER = 2
TESTS = [
    typing("a line, then end of file", [b"one\n", EOF_KEY], [r'read 5: "kept\\n"', r'read 4: "one\\n"', r'read 0: ""']),
    typing("Enter sends a return", [b"one\r", EOF_KEY], [r'read 4: "one\\n"']),
    typing("backspace", [b"abx" + ERASE + b"c\n", EOF_KEY], [r"abx\x08 \x08c\n", r'read 4: "abc\\n"']),
    typing("backspace stops at the margin", [b"a" + 3 * ERASE + b"b\n", EOF_KEY], [r'read 2: "b\\n"']),
    typing("backspace takes a whole letter", ["aé".encode() + ERASE + b"b\n", EOF_KEY], [r'read 3: "ab\\n"']),
    typing("^U takes the line", [b"abc" + KILL + b"d\n", EOF_KEY], [r'read 2: "d\\n"']),
    typing(
        "^D sends what there is",
        [b"ab" + EOF_KEY, b"c\n", EOF_KEY],
        [r'read 2: "ab"', r'read 2: "c\\n"', r'read 0: ""'],
    ),
    typing("^D after a line is an end of its own", [b"a\n" + EOF_KEY], [r'read 2: "a\\n"', r'read 0: ""']),
    typing("two lines at once are read one by one", [b"a\nb\n", b"", EOF_KEY], [r'read 2: "a\\n"', r'read 2: "b\\n"']),
    typing(
        "too long a line keeps its end",
        [LONG + b"\n", EOF_KEY],
        [r'read 4096: "x{4095}\\n"'],
        reject=(r"read (?!5:|4096:|0:)",),
    ),
    typing(
        "a small buffer gets the line in parts",
        [b"", b"abcd\n", b"", b"", b"ef" + EOF_KEY, b"g\n", EOF_KEY],
        [r'read 2: "ab"\n(.|\n)*read 2: "cd"\n(.|\n)*read 1: "\\n"\n(.|\n)*read 2: "ef"\n(.|\n)*read 2: "g\\n"'],
        arguments="2",
    ),
    # The first read has a bad pointer, and comes after ^C: nothing is taken before.
    Boot(
        "console: ^C takes the line, and spares process 1",
        machine={"append": "init=/bin/echo -- w"},
        dialogue=(
            (r"ready", b"abc" + INTERRUPT),
            (ready(2), b"kept\n"),
            (ready(4), EOF_KEY),
        ),
        expect=(r"killed by signal 2$", r'read 5: "kept\\n"$', r'read 0: ""$'),
    ),
    Boot(
        "console: what nobody reads fills 4096 bytes, no more",
        machine={"append": "init=/bin/echo -- w"},
        dialogue=((r"ready", 80 * (63 * b"y" + b"\n") + INTERRUPT), (ready(67), EOF_KEY)),
        expect=(r'(read 64: "y{63}\\n"\nready\n){64}read 0: ""',),
    ),
    typing("^C ends the program", [b"abc" + INTERRUPT], [r"\^C\n", r"process 1 was killed by SIGINT"], status=130),
]
