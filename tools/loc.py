#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""loc.py - `make loc`: lines of code against their budgets; part of `make check`.

The kernel has three parts. The border is what stands between EL0 and EL1, the
laboratory looks at it, and the substrate is what both stand on. Each file is of
one part. Code means no blank lines and no comments: nobody saves on comments,
and the border must have them. A file has at most 500 lines with everything,
a function of C at most 60. The reading path is what README.md names under
"Reading the source". Fails when anything is over its budget.
"""

import glob
import os
import re
import sys

import ending

# (part, lines of code, its files); a file is of the first part that names it.
PARTS = (
    ("src/linux", 8000, ("src/linux/**",)),
    (
        "laboratory",
        5500,
        (
            "arch/aarch64/decode/*",
            "arch/aarch64/at.[ch]",
            "arch/aarch64/careful*",
            "arch/aarch64/pmu.c",
            "arch/aarch64/probe*",
            "arch/aarch64/table_*",
            "arch/aarch64/uaccess/operations.*",
            "arch/aarch64/uaccess/stats.*",
            "arch/aarch64/uaccess/traced.*",
            "src/arch_lab.h",
            "src/sys/textbook.*",
            "src/trace/*",
            "src/trespass*",
            "src/trespass/*",
        ),
    ),
    (
        "border",
        4500,
        (
            "arch/aarch64/uaccess/*",
            "arch/aarch64/arch_vm.h",
            "arch/aarch64/asid.*",
            "arch/aarch64/asm.h",
            "arch/aarch64/boot_map.c",
            "arch/aarch64/extable.*",
            "arch/aarch64/fault*",
            "arch/aarch64/mmu*",
            "arch/aarch64/pgtable.*",
            "arch/aarch64/switch.*",
            "arch/aarch64/trap.*",
            "arch/aarch64/user_*",
            "arch/aarch64/vectors.S",
            "src/arch.h",
            "src/uaccess.*",
            "src/mm/vm_fault.*",
        ),
    ),
    ("substrate", 12000, ("arch/aarch64/**", "src/**", "link.ld")),
)
READING_PATH = 4500  # of these: what a reader of the border needs, in its order
COMMENTS = ((".c", ".h"), 0.30), ((".S",), 0.45)  # lines a code line, in the border
ENDINGS = (".c", ".h", ".S", ".ld")
FILE_LINES = 500
FUNCTION_LINES = 60


def sources(root, endings=ENDINGS):
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


def count_lines(text):
    """(lines that hold code, lines that hold a comment, in the margin too)."""
    string = r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    comment = r"/\*.*?\*/|//[^\n]*"
    code = re.sub(f"({string})|{comment}", lambda m: m.group(1) or "\n" * m.group(0).count("\n"), text, flags=re.S)
    comments = re.findall(comment, re.sub(string, "", text), flags=re.S)
    return sum(1 for line in code.splitlines() if line.strip()), sum(each.count("\n") + 1 for each in comments)


def code_lines(path):
    return count_lines(read(path))[0]


def long_functions(path, text):
    """(first line, how many) of the functions that are over the limit, with signature and braces."""
    for function in re.finditer(r"^\w[^;{}#]*\n{\n.*?^}$", text, re.MULTILINE | re.DOTALL):
        lines = function.group().count("\n") + 1
        if lines > FUNCTION_LINES:
            yield function.group().splitlines()[0], lines


def report(what, found, limit, over):
    """Prints one figure beside its limit; returns whether it is kept."""
    print(f"{what:24}{found:7} of {limit}{'   OVER' if over else ''}")
    return not over


def kernel_parts():
    """(part, limit, its files), each file once."""
    taken = set()
    for part, limit, patterns in PARTS:
        found = {path for pattern in patterns for path in glob.glob(pattern, recursive=True) if path.endswith(ENDINGS)}
        yield part, limit, sorted(found - taken)
        taken |= found


def check_comments(border):
    """Whether the border says why: lines of comment a line of code."""
    kept = True
    for endings, least in COMMENTS:
        counts = [count_lines(read(path)) for path in border if path.endswith(endings)]
        share = sum(comments for _, comments in counts) / max(1, sum(code for code, _ in counts))
        kept &= report(f"border's comments, {endings[0]}", f"{share:.2f}", f"{least:.2f} at least", share < least)
    return kept


def main():
    kept = True
    reading = reading_path()
    for path in reading:
        print(f"  {code_lines(path):5}  {path}")
    total = sum(map(code_lines, reading))
    kept &= report("reading path", total, READING_PATH, total > READING_PATH)
    for part, limit, paths in kernel_parts():
        for folder in sorted({os.path.dirname(path) for path in paths}):
            print(f"  {sum(code_lines(p) for p in paths if os.path.dirname(p) == folder):5}  {folder or '.'}/")
        total = sum(map(code_lines, paths))
        kept &= report(part, total, limit, total > limit)
        if part == "border":
            kept &= check_comments(paths)
    everything = [
        p for root in ("arch", "src", "user", "tests", "tools") for p in sources(root, (".c", ".h", ".S", ".py", ".sh"))
    ]
    for path in everything:
        text = read(path)
        if text.count("\n") > FILE_LINES:
            print(f"{path}: {text.count(chr(10))} lines, more than {FILE_LINES}")
            kept = False
        for head, lines in long_functions(path, text) if path.endswith(".c") else ():
            print(f"{path}: {head}: it has {lines} lines, more than {FUNCTION_LINES}")
            kept = False
    sys.exit(0 if kept else "make loc: over budget")


if __name__ == "__main__":
    ending.run(main)
