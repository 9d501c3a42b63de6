#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""compile_commands.py FILE - `make compile_commands.json`: for clangd and such.

stdin is what `make -nB V=1` says that it would run: the flags are the build's
own. A file that is compiled twice, for the kernel and for a test on the host,
is there as it is first compiled.
"""

import json
import os
import shlex
import sys

import ending


def compilations(lines):
    """{source: the command's words} of each command that compiles one file."""
    found = {}
    for line in lines:
        if " -c -o " in line:
            words = shlex.split(line)
            found.setdefault(words[-1], words)
    return found


def main():
    entries = [
        {"directory": os.getcwd(), "file": source, "arguments": words}
        for source, words in compilations(sys.stdin).items()
        if os.path.isfile(source) and source.endswith((".c", ".S"))
    ]
    if not entries:
        sys.exit("make compile_commands.json: make listed no compilation")
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(entries, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    ending.run(main)
