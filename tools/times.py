#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""times.py - `make times`: how long people wait for a command, and for what.

Each command runs in turn with its floor, RUNS times (5). The floor is what the
command cannot do without: Python's start, QEMU's start and end with a kernel
that ends at once, the runs of the compiler. Prints medians of seconds: wall, and
CPU (user and system, of all processes). The ratio to the floor is the median of
the pairs' ratios of CPU; it is what may be compared with another day's.
COMMANDS="words" chooses the rows that have a word in their name.
docs/cost.md explains the rows. Nothing here can fail for being slow.
"""

import os
import resource
import shlex
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import ending
from compile_commands import compilations
from methods import METHODS
from run import Machine
from terminal import wrapped

# What the make that runs this has set for itself; no command may see it.
ITS_OWN = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ITS_OWN}
LIMIT = 120  # seconds for one start of QEMU
CPUS = os.cpu_count()
ONE_FILE = "src/mm/vm.c"
# Semihosting's SYS_EXIT with ADP_Stopped_ApplicationExit and status 0: QEMU ends.
EMPTY_KERNEL = struct.pack(
    "<4I2Q",
    0x52800300,  # mov w0, #0x18
    0x10000061,  # adr x1, the two words below
    0xD45E0000,  # hlt #0xf000
    0,
    0x20026,
    0,
)


def succeed(command):
    """Runs it, and returns what it printed; one that fails is no measurement."""
    done = subprocess.run(
        command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"make times: {shlex.join(command)} ended with status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def at_once(work, items):
    """work of each item, for as many at once as there are CPUs."""
    with ThreadPoolExecutor(CPUS) as pool:
        list(pool.map(work, items))


class Row:
    """A command, and its floor: both are called, and timed, several times."""

    def __init__(self, name):
        self.name, self.floor_is = name, ""
        self.commands, self.floors = [], []

    def prepare(self, directory):
        """What is not timed, before the first command; the directory is for its files."""
        raise NotImplementedError

    def command(self):
        succeed(shlex.split(self.name))

    def floor(self):
        raise NotImplementedError

    def measure(self, runs):
        """Once to warm up, which builds what is missing; then in turn."""
        self.command()
        self.floor()
        for _ in range(runs):
            self.commands.append(cost(self.command))
            self.floors.append(cost(self.floor))

    def cells(self):
        ratio = statistics.median(mine[1] / floor[1] for mine, floor in zip(self.commands, self.floors))
        seconds = [statistics.median(each) for pairs in (self.commands, self.floors) for each in zip(*pairs)]
        return f"{''.join(f'{each:7.2f}' for each in seconds)}{ratio:7.1f}"


class Boots(Row):
    """A tool of Python that boots the kernel a number of times."""

    def __init__(self, name, boots=1):
        super().__init__(name)
        self.boots, self.floor_is = boots, f"Python, QEMU x {boots}"
        self.machine = None

    def prepare(self, directory):
        image = os.path.join(directory, "empty")
        with open(image, "wb") as file:
            file.write(EMPTY_KERNEL)
        self.machine = Machine.from_environment(
            image=image, initrd="", append="", directory=directory, timeout=os.environ.get("TIMEOUT") or LIMIT
        )

    def boot_nothing(self, _):
        """QEMU starts, and its kernel ends it."""
        result = self.machine.run()
        if result.status != 0:
            sys.exit(f"make times: QEMU ended with status {result.status}\n{result.output}")

    def floor(self):
        succeed(["python3", "-c", ""])
        at_once(self.boot_nothing, range(self.boots))


class Build(Row):
    """make, in a directory of its own, of all or after a change of one file."""

    def __init__(self, name, source=""):
        super().__init__(name)
        self.source = source
        self.build, self.make, self.compilers = "", [], []

    def prepare(self, directory):
        self.build = os.path.join(directory, "build")
        self.make = ["make", f"B={self.build}"]
        succeed(self.make)
        listed = compilations(succeed([*self.make, "-nB", "V=1"]).splitlines())
        listed = {path: words for path, words in listed.items() if os.path.isfile(path)}
        self.compilers = [listed[self.source]] if self.source else listed.values()
        self.floor_is = f"compiler x {len(self.compilers)}"

    def command(self):
        if self.source:  # its object is older than it
            os.utime(f"{self.build}/obj/{os.path.splitext(self.source)[0]}.o", (0, 0))
        else:
            shutil.rmtree(self.build)
        succeed(self.make)

    def floor(self):
        at_once(succeed, self.compilers)


def cost(work):
    """Seconds of wall and of CPU that it takes, with all processes that it starts."""
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after, end = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    return end - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


ROWS = (
    Boots("make run"),
    Boots("make try DO='ldr user.rw'"),
    Boots("make trace"),
    Boots("make compare", sum(len(method.columns) for method in METHODS)),
    Build(f"make, {os.path.basename(ONE_FILE)} changed", ONE_FILE),
    Build("make, nothing built"),
)


def chosen():
    """The rows that COMMANDS asks for, and how often each is to run."""
    runs, words = os.environ.get("RUNS") or "5", os.environ.get("COMMANDS", "").split()
    if not runs.isdigit() or int(runs) < 1:
        sys.exit(f'make times: RUNS is a number of runs, and not "{runs}"')
    rows = [row for row in ROWS if not words or any(word in row.name for word in words)]
    if not rows:
        names = ", ".join(f'"{row.name}"' for row in ROWS)
        sys.exit(f"make times: no command has a word of COMMANDS; there are {names}")
    return rows, int(runs)


def main():
    rows, runs = chosen()
    print(wrapped(f"{Machine.from_environment().title()}, {CPUS} CPUs here: seconds, median of {runs}"))
    print(f"{'':26}  -- command --  --- floor ---\n{'':26}   wall    CPU   wall    CPU  ratio")
    with tempfile.TemporaryDirectory() as directory:
        for row in rows:
            row.prepare(directory)
            row.measure(runs)
            print(f"{row.name:26}{row.cells()}  {row.floor_is}", flush=True)


if __name__ == "__main__":
    ending.run(main)
