#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""trace.py - `make trace`: the story of every fault of a run, on stdout.

Boots the tour, or INIT=FILE or FILE=x.c with ARGS, and prints the faults that the
kernel recorded: a summary by kind, then one story of each kind and how many are like
it, of the 200 most frequent kinds. ONLY=fault|window|switch|tlb (several:
ONLY=fault,window), PID=, VA= (its page) and CLASS= (a verdict) choose what is shown;
what is left out is counted.
Beside that it leaves, in the build directory, all of it:

    trace/          the whole trace, light events too, in CTF 1.8 (babeltrace2)
    trace.json      the same for chrome://tracing and ui.perfetto.dev
    trace.run/      what the kernel wrote, and console.txt, what the program did

The machine counts instructions (-icount), so costs and times repeat.
"""

import glob
import os
import sys

import ending
import story
from run import Machine

LIMIT = 120  # seconds, unless TIMEOUT says otherwise
COUNTED = ("-icount", "shift=0,sleep=off")


def boot(directory):
    """Boots with everything traced; returns the machine, the program and the result."""
    machine = Machine.from_environment(directory=directory, timeout=os.environ.get("TIMEOUT") or LIMIT, extra=COUNTED)
    program = machine.take_program()
    level = "" if "trace=" in machine.append else "trace=all"
    result = story.boot(machine, level, os.environ.get("ARGS"), typing=True)
    with open(os.path.join(directory, "console.txt"), "w", encoding="utf-8") as file:
        file.write(result.output)
    return machine, program, result


def trace():
    """Boots and prints; returns what went wrong, or None."""
    chosen = story.choice()  # before the machine is waited for
    folder, timeline = f"{story.BUILD}/trace", f"{story.BUILD}/trace.json"
    for old in glob.glob(f"{folder}/*"):
        os.remove(old)  # a stream of a CPU that is not there any more
    machine, program, result = boot(f"{story.BUILD}/trace.run")
    print(f"{os.environ.get('FILE') or program}    {machine.title()}\n", flush=True)
    status = story.show(machine, program, *chosen, "--ctf", folder, "--chrome", timeline)
    if status is None:
        print(result.output, end="")
        return f"no trace was made of this run; the machine's status was {result.status}"
    ends = [line for line in result.output.splitlines() if "process 1 " in line or "] trace: " in line]
    print("\n".join(ends) if ends else f"The machine ended with status {result.status}.")
    if status != 0:
        return "the whole trace could not be written; the line above says why"
    print(f"the whole trace: babeltrace2 {folder}    ui.perfetto.dev: {timeline}")
    return f"stopped after {machine.timeout:g} seconds (TIMEOUT=)" if result.timed_out else None


def main():
    try:
        problem = trace()
    except BrokenPipeError:
        raise
    except OSError as error:
        problem = f"{error.filename}: {error.strerror}"
    if problem:
        sys.exit(f"make trace: {problem}")


if __name__ == "__main__":
    ending.run(main)
