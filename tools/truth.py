#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""truth.py - `make truth`: every access to every kind of page, model and machine.

user/truth.c tries them all on the machine; build/host/truth (tools/truth.c) asks
the model, compares, and prints the table. Fails when a cell differs.
"""

import os
import subprocess
import sys

import ending
import terminal
from run import Machine

BUILD = os.environ.get("B", "build")
LIMIT = 120  # seconds, unless TIMEOUT says otherwise


def main():
    # sw_ttbr0 would hide the user's half from EL1: then there is nothing to see.
    machine = Machine.from_environment(
        append=f"{os.environ.get('APPEND', '')} quiet uaccess=ldtr init=/bin/truth".strip(),
        directory=f"{BUILD}/truth",
        timeout=os.environ.get("TIMEOUT") or LIMIT,
    )
    print(f"What an access meets.   {machine.title()}\n", flush=True)
    result = machine.run()
    # QEMU emits other code for atomics when its CPUs run in parallel.
    parallel = ["--parallel"] if machine.smp != "1" else []
    judged = subprocess.run(
        [f"{BUILD}/host/truth", *parallel], input=result.output, env=terminal.environment(), text=True, check=False
    )
    if result.status != 0:
        print("\n".join(result.output.splitlines()[-20:]))
        print(f"make truth: the machine ended with status {result.status}")
    sys.exit(1 if result.status or judged.returncode else 0)


if __name__ == "__main__":
    ending.run(main)
