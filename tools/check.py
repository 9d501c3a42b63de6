#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check.py - `make check`: what can be known without running anything.

Every C file is compiled by GCC and by clang with warnings as errors; clang
(noderef) and sparse (address spaces) refuse to dereference a user pointer.
No symbol crosses between src/ and arch/ undeclared (tools/contract.py). Lines of C
have 80 columns and tabs, lines of Python at most 120 columns. The pictures must
be as their text says (tools/pictures.py), and the documents true
(tools/checkdocs.py). clang-format only advises: it may not break a table that is
set by hand. The last line is: N passed, N failed, N skipped.
"""

import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import contract
import ending
import pictures

CC = shlex.split(os.environ.get("CC", "aarch64-linux-gnu-gcc"))
CLANG = shlex.split(os.environ.get("CLANG", "clang --target=aarch64-linux-gnu"))
HOSTCC = shlex.split(os.environ.get("HOSTCC", "cc"))
KERNEL, USER, HOST = (shlex.split(os.environ.get(f"{who}_FLAGS", "")) for who in ("KERNEL", "USER", "HOST"))
PURE_HOST = HOST + ["-Iarch/aarch64"]


def c_files(*roots, endings=("c",)):
    return sorted(path for root in roots for end in endings for path in glob.glob(f"{root}/**/*.{end}", recursive=True))


def run(command):
    """(whether it succeeded, what it printed)"""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode == 0, done.stdout


def snippet(path):
    """The Makefile's flag for a trespass."""
    return [f"-DSNIPPET={os.path.basename(path)[:-2]}"] if path.startswith("src/trespass/") else []


def sparse_command(path):
    """sparse knows no cross compiler: an option says where its headers are."""
    _, include = run([*CC, "-print-file-name=include"])
    _, searched = run([*CC, "-E", "-v", "-x", "c", "/dev/null"])
    cross = re.findall(r"^ (/\S+)$", searched, re.MULTILINE)
    headers = [word for path in dict.fromkeys([include.strip(), *cross]) for word in ("-isystem", path)]
    constants = ["-D__UINT32_C(x)=x##u", "-D__INT64_C(x)=x##l", "-D__UINT64_C(x)=x##ul"]
    flags = [flag for flag in KERNEL if re.match(r"-[ID]|-std=|-ffreestanding", flag)]
    return ["sparse", "--arch=aarch64", "-Wsparse-error", "-nostdinc", *headers, *constants, *flags, path]


def commands():
    """(title, files, command for one file) of every compiler that checks."""
    kernel = c_files("arch/aarch64", "src", "tests/kernel") + ["tests/runner.c"]
    user = c_files("user", "tests/user")
    host = c_files("tools")
    strict = ["-Werror", "-S", "-o", "/dev/null"]
    noderef = ["-Werror", "-DCHECK_NODEREF", "-Wno-unused-command-line-argument", "-fsyntax-only"]
    yield "gcc: kernel", kernel, lambda path: [*CC, *KERNEL, *snippet(path), *strict, path]
    yield "gcc: programs", user, lambda path: [*CC, *USER, *strict, path]
    yield "cc: host tools", host, lambda path: [*HOSTCC, *PURE_HOST, *strict, path]
    yield "clang: kernel, user pointers", kernel, lambda path: [*CLANG, *KERNEL, *snippet(path), *noderef, path]
    yield "clang: programs", user, lambda path: [*CLANG, *USER, *noderef, path]
    yield "sparse: user pointers", kernel, lambda path: sparse_command(path) + snippet(path)


def check_compilers():
    """Runs them all; yields (title, complaints), None where the tool is missing."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for title, files, command in commands():
            if files and not shutil.which(command(files[0])[0]):
                yield title, None
                continue
            results = pool.map(lambda path: run(command(path)), files)
            yield title, [text for good, text in results if not good]


def check_documents():
    """Citations, and each command with its output, by tools/checkdocs.py."""
    good, text = run([sys.executable, "tools/checkdocs.py"])
    if good and "a second try" in text:
        print("note  gdb needed a second try in a document:\n" + text[text.index("note  a second") :], end="")
    for note in re.findall(r"^note  not run .*$", text, re.MULTILINE):
        print(note)
    return [] if good else [text]


def check_style():
    """80 columns, tabs of 8, no space at the end of a line. Pictures are in comments. Python: 120 columns."""
    complaints = []
    for path in [path for root in ("tests", "tools") for path in glob.glob(f"{root}/**/*.py", recursive=True)]:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file.read().splitlines(), 1):
                if len(line) > 120:
                    complaints.append(f"{path}:{number}: more than 120 columns\n")
    for path in c_files("src", "arch", "user", "tests", "tools", endings=("c", "h", "S")):
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file.read().splitlines(), 1):
                if len(line.expandtabs(8)) > 80 and not re.match(r" \*\s|/\*.*\*/$", line):
                    complaints.append(f"{path}:{number}: more than 80 columns\n")
                if line != line.rstrip() or re.match(r" {8}", line):
                    complaints.append(f"{path}:{number}: blanks at the end, or in a tab's place\n")
    return complaints


def check_budgets():
    """What `make loc` says, if anything is over."""
    good, text = run([sys.executable, "tools/loc.py"])
    return [] if good else [text]


def advise_format():
    """How many C files clang-format would set differently: no failure."""
    if not shutil.which("clang-format"):
        return
    files = c_files("src", "arch", "user", "tests", "tools")
    other = [path for path in files if not run(["clang-format", "--dry-run", "--Werror", path])[0]]
    print(f"note  clang-format would change {len(other)} of {len(files)} files")


def main():
    passed = failed = skipped = 0
    others = [
        ("style: columns and tabs", check_style()),
        ("budgets: lines of code, comments, functions", check_budgets()),
        ("contracts: what crosses src/ and arch/", contract.complaints()),
        ("pictures: drawn from their text", pictures.complaints()),
        ("documents: citations and commands", check_documents()),
    ]
    for title, complaints in [*check_compilers(), *others]:
        if complaints is None:
            skipped += 1
            print(f"skip  {title}: the tool is not installed (make deps check)")
        elif complaints:
            failed += 1
            print(f"FAIL  {title}")
            print("".join(complaints), end="")
        else:
            passed += 1
            print(f"ok    {title}")
    advise_format()
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    ending.run(main)
