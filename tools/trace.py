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
    trace.json      a picture of it, for speedscope, Catapult and Perfetto
    trace.json.gz   the same, smaller, where trace.json is over 5 MB
    trace.run/      what the kernel wrote, and console.txt, what the program did

The machine counts instructions (-icount), so costs and times repeat.
"""

import glob
import gzip
import os
import shutil
import sys

import ending
import story
from run import Machine

LIMIT = 120  # seconds, unless TIMEOUT says otherwise
MB = 1000000
SMALL = 5 * MB  # of trace.json; a larger one is compressed, too
LONGEST = 500 * MB  # a browser has no longer text, and speedscope and Catapult read the file as one
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


def compress(timeline):
    """Leaves trace.json.gz beside a large trace.json. Returns a sentence of what can be opened."""
    size, packed = os.path.getsize(timeline), f"{timeline}.gz"
    if size <= SMALL:
        return timeline
    with open(timeline, "rb") as source, gzip.open(packed, "wb", compresslevel=1) as target:
        shutil.copyfileobj(source, target, MB)
    said = f"{timeline} ({size / MB:.0f} MB), {os.path.basename(packed)} ({os.path.getsize(packed) / MB:.0f} MB)"
    too_large = f": above {LONGEST // MB} MB speedscope and Catapult cannot read it, and Perfetto may lack memory"
    return said + too_large * (size > LONGEST)


def trace():
    """Boots and prints; returns what went wrong, or None."""
    chosen = story.choice()  # before the machine is waited for
    folder, timeline = f"{story.BUILD}/trace", f"{story.BUILD}/trace.json"
    for old in glob.glob(f"{folder}/*") + glob.glob(f"{timeline}.gz"):
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
    print(f"the whole trace: babeltrace2 {folder}\na picture (speedscope, ui.perfetto.dev): {compress(timeline)}")
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
