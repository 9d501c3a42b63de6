#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""trace.py - `make trace`: the story of every fault of a run, on stdout.

Boots the tour, or INIT=FILE with ARGS, and tells each fault that the kernel
recorded. What the program printed is kept beside the records, in console.txt
of build/trace.
"""

import os
import sys

import mkinitrd
import story
from run import Machine

LIMIT = 120  # seconds, unless TIMEOUT says otherwise


def main():
    directory = f"{story.BUILD}/trace"
    program = os.environ.get("INIT") or f"{story.BUILD}/user/tour"
    machine = Machine.from_environment(directory=directory, timeout=os.environ.get("TIMEOUT") or LIMIT)
    if os.environ.get("INIT"):
        machine.initrd = os.path.join(directory, "initrd.cpio")
        mkinitrd.write_archive(machine.initrd, {"init": program})
    result = story.boot(machine, arguments=os.environ.get("ARGS"))
    with open(os.path.join(directory, "console.txt"), "w", encoding="utf-8") as file:
        file.write(result.output)

    print(f"{program}    {machine.title()}\n", flush=True)
    if not story.tell(machine, program):
        print(result.output, end="")
        sys.exit(f"make trace: there are no records; the machine's status was {result.status}")
    ends = [line for line in result.output.splitlines() if "process 1 " in line]
    print(ends[-1] if ends else f"The machine ended with status {result.status}.")
    if result.timed_out:
        sys.exit(f"make trace: stopped after {machine.timeout:g} seconds (TIMEOUT=)")


if __name__ == "__main__":
    main()
