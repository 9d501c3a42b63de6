#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""trace.py - `make trace`: the story of every fault of a run, on stdout.

Boots the tour, or INIT=FILE with ARGS, and tells each fault that the kernel
recorded. Beside that it leaves, in the build directory,

    trace/          the whole trace, light events too, in CTF 1.8 (babeltrace2)
    trace.json      the same for chrome://tracing and ui.perfetto.dev
    trace.run/      what the kernel wrote, and console.txt, what the program did

The machine counts instructions (-icount), so costs and times repeat.
"""

import glob
import os
import sys

import mkinitrd
import story
from run import Machine

LIMIT = 120  # seconds, unless TIMEOUT says otherwise
COUNTED = ("-icount", "shift=0,sleep=off")


def boot(directory, program):
    """Boots with everything traced; returns the machine and the result."""
    machine = Machine.from_environment(directory=directory, timeout=os.environ.get("TIMEOUT") or LIMIT, extra=COUNTED)
    os.makedirs(directory, exist_ok=True)
    if os.environ.get("INIT"):
        machine.initrd = os.path.join(directory, "initrd.cpio")
        mkinitrd.write_archive(machine.initrd, {"init": program})
    level = "" if "trace=" in machine.append else "trace=all"
    result = story.boot(machine, level, os.environ.get("ARGS"))
    with open(os.path.join(directory, "console.txt"), "w", encoding="utf-8") as file:
        file.write(result.output)
    return machine, result


def main():
    program = os.environ.get("INIT") or f"{story.BUILD}/user/tour"
    folder, timeline = f"{story.BUILD}/trace", f"{story.BUILD}/trace.json"
    for old in glob.glob(f"{folder}/*"):
        os.remove(old)  # a stream of a CPU that is not there any more
    machine, result = boot(f"{story.BUILD}/trace.run", program)
    print(f"{program}    {machine.title()}\n", flush=True)
    if not story.tell(machine, program, "--ctf", folder, "--chrome", timeline):
        print(result.output, end="")
        sys.exit(f"make trace: no trace was made of this run; the machine's status was {result.status}")
    ends = [line for line in result.output.splitlines() if "process 1 " in line or "] trace: " in line]
    print("\n".join(ends) if ends else f"The machine ended with status {result.status}.")
    print(f"the whole trace: babeltrace2 {folder}    ui.perfetto.dev: {timeline}")
    if result.timed_out:
        sys.exit(f"make trace: stopped after {machine.timeout:g} seconds (TIMEOUT=)")


if __name__ == "__main__":
    main()
