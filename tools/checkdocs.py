#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""checkdocs.py [FILE.md ...] - whether README.md, CONTRIBUTING.md and docs/ are true.

Citations: `path:symbol` is a file and a word in it, `dir/file` a file, and a
link leads to a file; also in the texts of the pictures. Commands: a block fenced as ```console holds lines
"$ command" with the output that each must have. They are run, each distinct
one once, with the variables' defaults; "…" stands for any text in a line, and
for any lines when it stands alone. Lines like "  CC  file" are left out on
both sides, and a failing command shows make's own "make: *** […] Error N".
The method of user access depends on the CPU: "…_copy_to_user" may hide it after
a plain `make run` or `make trace` only; others choose one with uaccess=.

What only some tools print is fenced with their versions, as in
```console qemu<8 gcc>=13: with others its commands are not run, and a note
says so.

A block fenced as ```diff is a change to the tree, one as ```c NAME a file in
it: both are made in a copy, and the next console block is run there. Every
complaint begins with file:line.
"""

import functools
import glob
import operator
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

import ending
import methods

CITED = re.compile(r"`((?:[\w.-]+/)*[\w-]+\.(?:c|h|S|ld|py|sh)|Makefile):(\w+)`")
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:c|h|S|ld|md|py|sh|json|dts))`")
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")
HIDDEN = re.compile(r"…_(?:copy|clear|str|get|put)\w*_user")
BUILD_LINE = re.compile(r"  [A-Z]+ +\S+")
# What a caller's make has set must not change what the documents say.
CHOICES = (
    "MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES CPU SMP MEM APPEND INITRD GIC ENTRY_EL INIT ARGS FILE DO EL "
    "PAN LIBC FILE_KIND FILE_NAME GRANULE VA_BITS JUNIT LINUX LLVM B CC KERNEL_FLAGS USER_FLAGS HOST_FLAGS V"
).split()
LIMIT = float(os.environ.get("TIMEOUT") or 120)  # seconds for one command
LINE_SHOWN = 200  # characters of a line in a complaint: some tests' notes are long


@dataclass
class Command:
    """A "$ command" of a document, and what it should print there."""

    where: str  # file:line
    text: str
    expected: list
    only: str = ""  # the tools that it is about: "qemu<8"
    diff: str = ""  # what is changed first, as git apply takes it
    files: dict = field(default_factory=dict)  # and what is written: {name: text}


def documents():
    named = ["README.md", "CONTRIBUTING.md", *sorted(glob.glob("docs/**/*.md", recursive=True))]
    return [path for path in named if os.path.exists(path)]


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


# ---- Citations -----------------------------------------------------------------


def cited_symbol_holds(path, symbol):
    try:
        with open(path, encoding="utf-8") as file:
            return re.search(rf"\b{symbol}\b", file.read())
    except OSError:
        return None


def check_citations(paths):
    """One complaint for each citation, path or link that leads nowhere."""
    complaints = []
    for document in paths:
        for number, line in enumerate(read_lines(document), 1):
            dead = [f"`{p}:{s}`" for p, s in CITED.findall(line) if not cited_symbol_holds(p, s)]
            # What is built is not there before the first build.
            dead += [f"`{p}`" for p in PATH.findall(line) if not p.startswith("build/") and not os.path.exists(p)]
            beside = os.path.dirname(document)
            dead += [f"link {p}" for p in LINK.findall(line) if not os.path.exists(os.path.join(beside, p))]
            complaints += [f"{document}:{number}: {what} does not hold\n" for what in dead]
    return complaints


def check_methods(text):
    """The rows of README's table of methods are those of methods.h, in order."""
    table = re.search(r"^\| method \|.*\n(?:\|.*\n)*", text, re.MULTILINE)
    named = re.findall(r"^\| `(\w+)`", table.group() if table else "", re.MULTILINE)
    have = [method.name for method in methods.METHODS]
    return [] if named == have else [f"README.md: its table has the methods {named}, and the kernel {have}\n"]


# ---- Commands -------------------------------------------------------------------


def fenced_blocks(lines):
    """(number of the first line, the words after the fence, lines) of each block."""
    kind = None
    for number, line in enumerate(lines, 1):
        fence = re.match(r"```(.*)", line)
        if fence and kind is None:
            kind, start, body = fence.group(1).split(), number + 1, []
        elif fence:
            yield start, kind, body
            kind = None
        elif kind is not None:
            body.append(line)


def document_commands(document):
    """Every command of a document, in order."""
    diff, files = "", {}
    for start, kind, body in fenced_blocks(read_lines(document)):
        if kind == ["diff"]:
            diff += "\n".join(body) + "\n"
        if kind[:1] == ["c"] and len(kind) == 2:
            files[kind[1]] = "\n".join(body) + "\n"
        if kind[:1] != ["console"]:
            continue
        command = None
        for number, line in enumerate(body, start):
            if line.startswith("$ "):
                command = Command(f"{document}:{number}", line[2:], [], " ".join(kind[1:]), diff, files)
                yield command
            elif command:
                command.expected.append(line)
        diff, files = "", {}


TOOLS = {
    "qemu": os.environ.get("QEMU") or "qemu-system-aarch64",
    "gcc": os.environ.get("CC") or "aarch64-linux-gnu-gcc",
}
COMPARE = {"<": operator.lt, ">=": operator.ge}


@functools.lru_cache(maxsize=None)
def major_version(tool):
    said = subprocess.run([*shlex.split(TOOLS[tool]), "--version"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r" (\d+)\.\d+", said).group(1))


def holds_here(only):
    """Whether the tools here are those that a block is about."""
    wanted = [re.fullmatch(r"(\w+)(<|>=)(\d+)", word).groups() for word in only.split()]
    return all(COMPARE[sign](major_version(tool), int(version)) for tool, sign, version in wanted)


def environment():
    return {name: value for name, value in os.environ.items() if name not in CHOICES}


def run(text, directory):
    """(status, the lines it printed); make's own lines of what it builds are dropped."""
    try:
        done = subprocess.run(
            ["sh", "-c", text],
            cwd=directory,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 124, [f"(stopped after {LIMIT:g} seconds)"]
    lines = done.stdout.decode(errors="replace").replace("\r", "").splitlines()
    return done.returncode, [line.rstrip() for line in lines]


def pattern(expected):
    """A regular expression for one line of a document."""
    return re.compile(".*".join(re.escape(part) for part in expected.rstrip().split("…")))


def first_difference(expected, got):
    """The index of the expected line that cannot be matched, or None.

    reached[i] are the numbers of output lines that the first i lines of the
    document may stand for.
    """
    reached = {0}
    for index, line in enumerate(expected):
        if line.strip() == "…":
            reached = set(range(min(reached), len(got) + 1))
        else:
            wanted = pattern(line)
            reached = {at + 1 for at in reached if at < len(got) and wanted.fullmatch(got[at])}
        if not reached:
            return index
    return None if len(got) in reached else len(expected)


def without_build_lines(lines):
    return [line for line in lines if not BUILD_LINE.fullmatch(line)]


def judge(command, status, printed):
    """The complaint about one command, or None."""
    expected, got = without_build_lines(command.expected), without_build_lines(printed)
    at = first_difference(expected, got)
    fails = any(line.startswith("make: ***") for line in expected)
    if at is None and (status != 0) == fails:
        return None
    if at is None:
        return f"{command.where}: $ {command.text}\n    ended with status {status}\n"
    wanted = expected[at] if at < len(expected) else "(the end of the output)"
    shown = "".join(f"    | {line[:LINE_SHOWN]}\n" for line in got)
    return f"{command.where}: $ {command.text}\n    not found: {wanted}\n    the output, status {status}:\n{shown}"


def hides_the_method(command):
    """The complaint if its output depends on the CPU, though it could be pinned; or None."""
    if command.text in ("make run", "make trace") or not any(HIDDEN.search(line) for line in command.expected):
        return None
    return f'{command.where}: "…" hides the method of user access: choose one, as APPEND="uaccess=ldtr"\n'


def run_and_judge(command, tree):
    """The complaint about one command, or None. gdb gets a second try, which is
    said: once a stepi ended where it began (seen on a busy machine, with QEMU
    7.2; not seen again in 250 tries, and not explained)."""
    complaint = judge(command, *run(command.text, tree))
    if complaint and "make debug" in command.text:
        print(f"note  a second try, after\n{complaint}")
        complaint = judge(command, *run(command.text, tree))
    return complaint


def copied_tree(parent):
    """A copy of the tree with what is built, so that little is built again."""
    copy = os.path.join(parent, "tree")
    shutil.copytree(
        ".", copy, symlinks=True, ignore=shutil.ignore_patterns(".git", "__pycache__", "*.socket", "bare", "qemu-new*")
    )
    return copy


def make_changes(command, tree):
    """Applies the command's files and diff in the copy; a complaint if it cannot."""
    for name, text in command.files.items():
        with open(os.path.join(tree, name), "w", encoding="utf-8") as file:
            file.write(text)
    if command.diff:
        patch = ["git", "apply", "-"]
        done = subprocess.run(patch, cwd=tree, input=command.diff, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            return f"{command.where}: the diff before it does not apply\n{done.stderr}"
    return None


def run_changed(command, tree):
    """Makes the command's changes in the copy, runs it there, takes them back."""
    complaint = make_changes(command, tree) or run_and_judge(command, tree)
    for name in [*command.files, *re.findall(r"^\+\+\+ b/(\S+)", command.diff, re.MULTILINE)]:
        if os.path.exists(name):  # as it was, but newer than what was built from it
            shutil.copyfile(name, os.path.join(tree, name))
        else:
            os.remove(os.path.join(tree, name))
    return complaint


def check_commands(paths, verbose=False):
    """Runs every command of the documents; one complaint for each that differs."""
    ran, complaints = {}, []
    commands = [command for document in paths for command in document_commands(document)]
    run("make -j2", ".")
    with tempfile.TemporaryDirectory() as parent:
        tree = copied_tree(parent) if any(command.diff or command.files for command in commands) else None
        for command in commands:
            start = time.monotonic()
            if not holds_here(command.only):
                print(f"note  not run with the tools here, but with {command.only}: {command.where}: {command.text}")
                continue
            complaint = hides_the_method(command)
            if complaint:
                pass
            elif command.diff or command.files:
                complaint = run_changed(command, tree)
            else:
                if command.text not in ran:
                    ran[command.text] = run(command.text, ".")
                complaint = judge(command, *ran[command.text])
            complaints += [complaint] if complaint else []
            if verbose:
                verdict, seconds = "FAIL" if complaint else "ok", time.monotonic() - start
                print(f"{verdict:5} {seconds:5.1f} s  {command.where}: {command.text}")
    return complaints


def main():
    paths = sys.argv[1:] or documents()
    cited = paths if sys.argv[1:] else [*paths, *sorted(glob.glob("docs/pictures/*.txt"))]
    complaints = check_methods("\n".join(read_lines("README.md"))) if not sys.argv[1:] else []
    complaints += check_citations(cited) + check_commands(paths, verbose=True)
    print("".join(complaints), end="")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    ending.run(main)
