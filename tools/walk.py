#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""walk.py VA - `make walk VA=402000 [INIT=FILE]`: the table walk of an address.

Boots the tour, or INIT=FILE, with walk=VA on the kernel's command line: the
kernel prints the walk, level by level, with the rights it grants. VA is what an
oops prints: hexadecimal, with or without 0x.
"""

import os
import re
import sys

import ending
from run import Machine, with_arguments

LIMIT = 120  # seconds, unless TIMEOUT says otherwise


def main():
    va = sys.argv[1] if len(sys.argv) > 1 else ""
    if not re.fullmatch(r"(0[xX])?[0-9a-fA-F]{1,16}", va):
        wrong = f'   ("{va}" is no address: up to 16 hexadecimal digits)' if va else ""
        sys.exit(f"make walk VA=402000 [INIT=FILE]{wrong}")
    directory = f"{os.environ.get('B', 'build')}/walk"
    machine = Machine.from_environment(directory=directory, timeout=os.environ.get("TIMEOUT") or LIMIT)
    machine.append = with_arguments(f"{machine.append} quiet walk={va}".strip(), os.environ.get("ARGS"))
    machine.take_program()
    result = machine.run(typing=True)
    found = re.search(r"^walk of ", result.output, re.MULTILINE)
    print(result.output[found.start() if found else 0 :], end="")
    sys.exit(0 if found else "make walk: the kernel printed no walk")


if __name__ == "__main__":
    ending.run(main)
