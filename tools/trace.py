#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""trace.py - `make trace`: the story of every fault of a run, on stdout.

Boots the tour, or INIT=FILE with ARGS, and lets the kernel write a record of
each fault to the host; build/host/story, which is the kernel's own decoder
compiled for the host, tells them. What the program printed is kept beside the
records, in console.txt of the trace directory.
"""

import os
import subprocess
import sys

import mkinitrd
from run import Machine, with_arguments

LIMIT = 120  # seconds, unless TIMEOUT says otherwise


def record(directory):
    """Boots with trace=faults; returns the file of records, and the result."""
    machine = Machine.from_environment(directory=directory, timeout=os.environ.get("TIMEOUT") or LIMIT)
    machine.append = with_arguments(f"{machine.append} trace=faults".strip(), os.environ.get("ARGS"))
    if os.environ.get("INIT"):
        machine.initrd = os.path.join(directory, "initrd.cpio")
        mkinitrd.write_archive(machine.initrd, {"init": os.environ["INIT"]})
    records = os.path.join(directory, "portcullis.trace")
    if os.path.exists(records):
        os.remove(records)
    result = machine.run()
    with open(os.path.join(directory, "console.txt"), "w", encoding="utf-8") as file:
        file.write(result.output)
    print(f"{os.environ.get('INIT') or 'the tour'}    {machine.title()}", flush=True)
    return records, result


def main():
    build = os.environ.get("B", "build")
    records, result = record(f"{build}/trace")
    if not os.path.exists(records):
        print(result.output, end="")
        sys.exit(f"make trace: the kernel wrote no records (status {result.status})")
    told = subprocess.run([f"{build}/host/story", records], check=False)
    last = [line for line in result.output.splitlines() if "process 1 " in line]
    print(last[-1] if last else f"the machine ended with status {result.status}")
    if result.timed_out:
        sys.exit("make trace: the run was stopped after its time (TIMEOUT=)")
    sys.exit(told.returncode)


if __name__ == "__main__":
    main()
