# SPDX-License-Identifier: MIT
"""story.py - boots with trace=faults and prints the faults: for trace.py, try.py.

The kernel writes a record of each fault into portcullis.trace, in the directory
that QEMU works in. build/host/story, the kernel's own decoder compiled for the
host, prints them; symbols come from `nm -n` of the program, and from the build,
which keeps those of the kernel beside it.
"""

import os
import signal
import subprocess
import sys

import terminal
from run import with_arguments

RECORDS = "portcullis.trace"
BUILD = os.environ.get("B", "build")


def boot(machine, words="", arguments="", **choices):
    """Boots the machine with these words for the kernel, and choices of Machine.run(); returns the result."""
    level = "" if " trace=" in f" {machine.append} {words}" else "trace=faults"
    machine.append = with_arguments(f"{machine.append} {words} {level}".strip(), arguments)
    records = os.path.join(machine.directory, RECORDS)
    if os.path.isfile(records):
        os.remove(records)  # an old one must not speak for this run
    return machine.run(**choices)


def symbols(elf, directory):
    """The file with nm's list of elf's symbols, or None if there are none."""
    path = os.path.join(directory, os.path.basename(elf) + ".symbols")
    nm = os.environ.get("NM") or "aarch64-linux-gnu-nm"
    with open(path, "w", encoding="utf-8") as file:
        try:
            done = subprocess.run([*nm.split(), "-n", elf], stdout=file, stderr=subprocess.DEVNULL, check=False)
        except OSError:
            return None
    return path if done.returncode == 0 else None


def show(machine, program, *options):
    """Prints the faults of the last boot, on stdout: its status, or None if there are no records."""
    records = os.path.join(machine.directory, RECORDS)
    if not os.path.isfile(records):
        return None
    command = [f"{BUILD}/host/story", *options]
    command += ["--symbols", os.path.join(os.path.dirname(machine.image), "symbols")]
    user = symbols(program, machine.directory)
    command += ["--symbols-user", user] if user else []
    status = subprocess.run([*command, records], env=terminal.environment(), check=False).returncode
    if status == -signal.SIGPIPE:
        raise BrokenPipeError
    return status


def choice():
    """What ONLY=, PID=, VA= and CLASS= choose, as story's options; a wrong value ends it with a line."""
    options = []
    for name in ("ONLY", "PID", "VA", "CLASS"):
        if os.environ.get(name):
            options += [f"--{name.lower()}", os.environ[name]]
    judged = subprocess.run([f"{BUILD}/host/story", *options, os.devnull], capture_output=True, text=True, check=False)
    if judged.returncode != 0:
        sys.exit(f"make trace: {judged.stderr.strip()}")
    return options
