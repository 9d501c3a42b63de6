# SPDX-License-Identifier: MIT
"""terminal.py - `make run` as a person meets it, on a terminal, and `make debug`."""

from harness import Terminal

RUN = ("make", "--no-print-directory", "run")
ENTER = b"\r"

TIER = 1
TESTS = [
    Terminal(
        "terminal: the tour waits for Enter",
        argv=RUN,
        dialogue=tuple((rf"(?m)^{step}/5 (.|\n)*Enter", ENTER) for step in (1, 2, 3, 4)),
        expect=(r"^leave: Ctrl-A X  +cpu \S+, QEMU \d", r"^5/5 ", r"process 1 exited with status 0$"),
    ),
    Terminal(
        "terminal: Ctrl-A X leaves",
        argv=RUN,
        dialogue=((r"(?m)^1/5 (.|\n)*Enter", b"\x01x"),),
        expect=(r"QEMU: Terminated",),
        reject=(r"^2/5 ", r"process 1 "),
    ),
    Terminal(
        "terminal: Ctrl-C ends the program, not QEMU",
        argv=(*RUN, "INIT=build/user/echo"),
        dialogue=((r"ready", b"\x03"),),
        status=2,  # make's, for a recipe that ended with 130
        expect=(r"process 1 was killed by SIGINT", r"Error 130"),
    ),
]
