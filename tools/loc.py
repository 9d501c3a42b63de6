#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""loc.py - `make loc`: lines of code against their budgets.

The reading path is what README.md names under "Reading the source". Code means
no blank lines and no comments: comments cost nothing. But a file has at most
500 lines with everything, and a function of C at most 60. Fails when anything
is over.
"""

import os
import re
import sys

import ending

BORDER_CORE = 7000  # all but src/linux/, tests and tools
READING_PATH = 3500  # of it: what a student reads, in this order
LINUX_ABI = 8000  # src/linux/
FILE_LINES = 500
FUNCTION_LINES = 60


def sources(root, endings=(".c", ".h", ".S", ".ld")):
    """The files below root, or root itself."""
    if os.path.isfile(root):
        return [root]
    found = []
    for directory, _, names in os.walk(root):
        found += [os.path.join(directory, name) for name in names if name.endswith(endings)]
    return sorted(found)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def reading_path():
    """The files of arch/ and src/ that README.md's section names, in order."""
    section = read("README.md").split("## Reading the source")[1].split("\n## ")[0]
    named = re.findall(r"`((?:arch|src)/[^`]+?)/?`", section)
    for path in named:
        if not os.path.exists(path):
            sys.exit(f"make loc: README.md's reading path names {path}, which is not there")
    return [file for path in named for file in sources(path)]


def code_lines(text):
    """How many lines hold code. Strings are kept, so that "/*" in one is safe."""
    pattern = r'("(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')|/\*.*?\*/|//[^\n]*'
    bare = re.sub(pattern, lambda m: m.group(1) or "\n" * m.group(0).count("\n"), text, flags=re.S)
    return sum(1 for line in bare.splitlines() if line.strip())


def long_functions(path, text):
    """(name, lines) of the functions that are over the limit."""
    start = name = None
    previous = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line == "{":
            start = number
            name = re.sub(r"\(.*", "", previous).split()[-1:] or ["?"]
        elif line == "}" and start:
            if number - start - 1 > FUNCTION_LINES:
                yield name[0], number - start - 1
            start = None
        previous = line if line.strip() and not line.startswith("\t") else previous


def budget(title, paths, limit):
    """Prints one total; returns whether it is kept."""
    total = sum(code_lines(read(path)) for path in paths)
    print(f"{title:14}{total:6} of {limit}{'   OVER' if total > limit else ''}")
    return total <= limit


def main():
    core = [p for root in ("arch/aarch64", "src") for p in sources(root) if not p.startswith("src/linux/")]
    reading = reading_path()
    for path in reading:
        print(f"  {code_lines(read(path)):5}  {path}")
    kept = budget("reading path", reading, READING_PATH)
    for part in sorted({os.path.dirname(path) for path in core}):
        print(f"  {sum(code_lines(read(p)) for p in core if os.path.dirname(p) == part):5}  {part}/")
    kept &= budget("border core", core, BORDER_CORE)
    kept &= budget("src/linux", sources("src/linux"), LINUX_ABI)
    everything = [
        p for root in ("arch", "src", "user", "tests", "tools") for p in sources(root, (".c", ".h", ".S", ".py", ".sh"))
    ]
    for path in everything:
        text = read(path)
        if text.count("\n") > FILE_LINES:
            print(f"{path}: {text.count(chr(10))} lines, more than {FILE_LINES}")
            kept = False
        for name, lines in long_functions(path, text) if path.endswith(".c") else ():
            print(f"{path}: {name} has {lines} lines, more than {FUNCTION_LINES}")
            kept = False
    sys.exit(0 if kept else "make loc: over budget")


if __name__ == "__main__":
    ending.run(main)
