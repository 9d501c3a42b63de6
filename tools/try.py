#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""try.py - `make try`: your own question, answered by one boot.

    DO="ldr user.data" [EL=0|1] [PAN=0|1]    one access to one place
    FILE=my.c [PAN=0|1]                      a program for EL0, or EL1_SNIPPETs

make has built what FILE needs: the program as build/try/program, or a kernel
with the snippets in it as build/try/Image. Then it prints the faults that matter.
"""

import json
import os
import re
import sys

import ending
import mkinitrd
import story
from run import Machine
from terminal import coloured, wrapped

OPS = ("ldr", "str", "ldtr", "sttr", "fetch", "zva", "cas")
ASKS = ("s1e0r", "s1e0w", "s1e1r", "s1e1w", "s1e1rp", "s1e1wp")  # AT: the hardware is asked
USER_PLACES = ("null", "user.text", "user.ro", "user.rw", "user.data", "user.xonly", "user.none")
KERNEL_PLACES = ("kernel.text", "kernel.rodata", "kernel.data", "kernel.none", "device", "noncanonical")
DIRECTORY = f"{story.BUILD}/try"
LIMIT = 60  # seconds, unless TIMEOUT says otherwise


def usage(wrong=""):
    if wrong:
        print(f"make try: {wrong}\n")
    print('make try DO="OP PLACE" [EL=0|1] [PAN=0|1]')
    print(f"  OP     {' '.join(OPS)}\n         or only asked, by AT: {' '.join(ASKS)}")
    print(f"  PLACE  {' '.join(USER_PLACES)}\n         {' '.join(KERNEL_PLACES)}")
    print("make try FILE=my.c [PAN=0|1] [ARGS=\"\"] [LIBC=1]")
    print("  a program for EL0, or a file with EL1_SNIPPETs")
    sys.exit(2)


def choice(name):
    """The variable's value, "0" or "1", or "" where it is not given."""
    value = os.environ.get(name, "")
    if value not in ("", "0", "1"):
        entry = "; where the kernel is entered is ENTRY_EL" if name == "EL" else ""
        usage(f'{name} is 0 or 1, and not "{value}"{entry}')
    return value


def boot(name, words, arguments="", limit=LIMIT, capture=True, **changes):
    """Boots with these words, in a directory of that name; returns the machine and the result."""
    limit = os.environ.get("TIMEOUT") or limit
    machine = Machine.from_environment(directory=f"{DIRECTORY}/run-{name}", timeout=limit, **changes)
    leave = "" if capture or not sys.stdin.isatty() else "leave: Ctrl-A X        "
    print(f"{leave}{machine.title()}", flush=True)
    result = story.boot(machine, words, arguments, capture=capture, typing=not capture)
    if result.timed_out:
        print(result.output if capture else "", end="")
        sys.exit(f"make try: stopped after {machine.timeout:g} seconds (TIMEOUT=)")
    return machine, result


def try_access(access):
    words = access.split()
    if len(words) != 2:
        usage("" if access == "help" else f'DO is an operation and a place, and not "{access}"')
    if words[0] not in OPS + ASKS:
        usage(f'there is no operation "{words[0]}"')
    if words[1] not in USER_PLACES + KERNEL_PLACES:
        usage(f'there is no place "{words[1]}"')
    level = choice("EL") or "1"
    arguments = f"{words[0]} {words[1]} {level} {choice('PAN') or '-'}"
    machine, result = boot(arguments.replace(" ", "-"), "quiet init=/bin/try", arguments)
    # The last line says only how this program ended.
    print(wrapped(re.sub(r"^\[ *[0-9.]+\] process 1 .*\n", "", result.output, flags=re.MULTILINE)), end="", flush=True)
    if level == "0":
        story.show(machine, f"{story.BUILD}/user/try", "--signals")
    sys.exit(0 if result.status == 0 else 1)


def print_snippets(output):
    """What the snippets came to, each with the lines that it logged; returns how many ran."""
    count, logged = 0, []
    for line in output.splitlines():
        word, _, rest = line.partition(" ")
        if word == "@settings":
            settings = json.loads(rest)
            print(f"pan={settings['pan']}, uaccess={settings['method']}")
        elif word == "@run":
            logged = []
        elif word == "@trespass":
            snippet = json.loads(rest)
            count += 1
            outcome = snippet["outcome"]
            text = wrapped(f"  {outcome}: {snippet['verdict']}")
            print(f"\n{snippet['what']} ({snippet['name']})\n{text.replace(outcome, coloured(outcome), 1)}")
            print(wrapped(f"  {snippet['proof']}; the program found its page {snippet['page']}"))
            print("".join(f"  printk: {text}\n" for text in logged), end="")
        elif line.startswith("["):
            logged.append(re.sub(r"^\[ *[0-9.]+\] ", "", line))
    return count


def try_snippets(name, pan):
    """A kernel with the file's snippets in it runs them, one after another."""
    machine, result = boot(name, f"{pan} init=/bin/compare", name, image=f"{DIRECTORY}/Image")
    good = print_snippets(result.output) and result.status == 0
    print(flush=True)
    if not good:  # without what the program says to this one
        print(re.sub(r"^@.*\n", "", result.output, flags=re.MULTILINE), end="", flush=True)
    story.show(machine, f"{story.BUILD}/user/compare", "--kernel")
    path = os.environ["FILE"]
    if good and os.path.relpath(os.path.dirname(path) or ".") != os.path.join("src", "trespass"):
        print(f"For a row in `make compare`, save it as src/trespass/{os.path.basename(path)}.")
    sys.exit(0 if good else 1)


def try_program(pan):
    """The file's program is process 1. A person may take his time."""
    archive = f"{DIRECTORY}/initrd.cpio"
    mkinitrd.write_archive(archive, {"init": f"{DIRECTORY}/program"})
    limit = 0 if sys.stdin.isatty() else LIMIT
    machine, result = boot("program", f"quiet {pan}", os.environ.get("ARGS"), limit, False, initrd=archive)
    story.show(machine, f"{DIRECTORY}/program", "--signals", "--kernel")
    sys.exit(0 if result.status == 0 else 1)


def main():
    if os.environ.get("DO"):
        try_access(os.environ["DO"])
    pan = {"": "", "0": "pan=off", "1": "pan=on"}[choice("PAN")]
    kind = os.environ.get("FILE_KIND")  # as tools/file.sh has found it
    if kind == "snippets":
        try_snippets(os.environ["FILE_NAME"], pan)
    if kind == "program":
        try_program(pan)
    usage()


if __name__ == "__main__":
    ending.run(main)
