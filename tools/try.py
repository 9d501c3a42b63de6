#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""try.py - `make try`: your own question, answered by one boot.

    DO="ldr user.data" [EL=0|1] [PAN=0|1]    one access to one place
    FILE=my.c                                a program for EL0, or EL1_SNIPPETs

make has built what FILE needs: the program in try/program, or a kernel with
the snippets in try/Image. The story of each fault that counts comes from the
kernel's own records, told by the host's copy of its decoder.
"""

import json
import os
import re
import subprocess
import sys

import mkinitrd
from run import Machine, with_arguments

OPS = ("ldr", "str", "ldtr", "sttr", "fetch")
PLACES = (
    "null user.text user.ro user.rw user.data user.xonly user.none "
    "kernel.text kernel.rodata kernel.data kernel.none device noncanonical"
).split()
BUILD = os.environ.get("B", "build")
LIMIT = 60  # seconds, unless TIMEOUT says otherwise


def boot(append, arguments="", **changes):
    """Boots with trace=faults; returns the machine and how it ended."""
    changes.setdefault("directory", f"{BUILD}/try")
    machine = Machine.from_environment(timeout=os.environ.get("TIMEOUT") or LIMIT, **changes)
    words = f"{os.environ.get('APPEND', '')} {append} trace=faults"
    machine.append = with_arguments(words.strip(), arguments)
    records = os.path.join(machine.directory, "portcullis.trace")
    if os.path.exists(records):
        os.remove(records)
    result = machine.run()
    if result.timed_out:
        print(result.output, end="")
        sys.exit(f"make try: stopped after {machine.timeout:g} seconds (TIMEOUT=)")
    return machine, result


def story(machine, *options):
    """What the host's story tool tells about the faults of this boot."""
    records = os.path.join(machine.directory, "portcullis.trace")
    if not os.path.exists(records):
        return ""
    command = [f"{BUILD}/host/story", *options, records]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def programs_lines(output):
    """The console without the kernel's log lines."""
    return [line for line in output.splitlines() if not re.match(r"\[ *\d+\.\d+\]", line)]


def pan_word(default=""):
    """The kernel's pan= as the variable PAN asks for it."""
    pan = os.environ.get("PAN", default)
    if pan not in ("", "0", "1"):
        sys.exit(f"make try: PAN is 0 or 1, not {pan}")
    return {"": "", "0": "pan=off", "1": "pan=on"}[pan]


# ---- DO= -------------------------------------------------------------------------


def try_access(access):
    words = access.split()
    level = os.environ.get("EL", "") or "1"
    if len(words) != 2 or words[0] not in OPS or words[1] not in PLACES or level not in ("0", "1"):
        print(f'make try: DO="OP PLACE" [EL=0|1] [PAN=0|1]\n  OP     {" ".join(OPS)}')
        print(f"  PLACE  {' '.join(PLACES[:7])}\n         {' '.join(PLACES[7:])}")
        sys.exit(2)
    pan_word()
    pan = os.environ.get("PAN", "") or "1"
    machine, result = boot("quiet init=/bin/try", f"{words[0]} {words[1]} {level} {pan}", el="1")
    print(machine.title())
    print("\n".join(programs_lines(result.output)))
    if level == "0":
        print(story(machine, "--signals"), end="")
    sys.exit(0 if result.status == 0 else 1)


# ---- FILE= -----------------------------------------------------------------------


def try_snippets(name):
    """A kernel with the file's snippets in it runs them, one after another."""
    machine, result = boot(
        f"quiet {pan_word()} init=/bin/compare", name, image=f"{BUILD}/try/Image"
    )
    print(machine.title())
    lines = programs_lines(result.output)
    found = [json.loads(line.split(" ", 1)[1]) for line in lines if line.startswith("@trespass ")]
    for line in lines:
        if line.startswith("@settings "):
            settings = json.loads(line.split(" ", 1)[1])
            print(f"pan={settings['pan']}, uaccess={settings['uaccess']}")
    for snippet in found:
        print(f"\n{snippet['name']}: {snippet['what']}")
        print(f"  {snippet['outcome']}: {snippet['verdict']}")
        print(f"  {snippet['proof']}; the program's page is {snippet['page']}")
    if not found or result.status != 0:
        print(result.output, end="")
    print(story(machine, "--kernel"), end="")
    print("\nSaved in src/trespass/, it joins `make compare` by itself.")
    sys.exit(0 if found and result.status == 0 else 1)


def try_program(path):
    """The file's program is process 1."""
    archive = f"{BUILD}/try/initrd.cpio"
    mkinitrd.write_archive(archive, {"init": f"{BUILD}/try/program"})
    machine, result = boot(pan_word(), os.environ.get("ARGS", ""), initrd=archive)
    print(f"{path}    {machine.title()}")
    print("\n".join(programs_lines(result.output)))
    told = story(machine, "--signals")
    if told:
        print(f"\n{told}", end="")
    last = [line for line in result.output.splitlines() if "process 1 " in line]
    print(last[-1].split("] ", 1)[-1] if last else f"the machine ended with status {result.status}")
    sys.exit(0 if result.status == 0 else 1)


def main():
    access, path = os.environ.get("DO"), os.environ.get("FILE")
    if access:
        try_access(access)
    if not path:
        sys.exit('make try: FILE=my.c, or DO="ldr user.data" [EL=0|1] [PAN=0|1]')
    with open(path, encoding="utf-8", errors="replace") as file:
        snippets = re.search(r"^\s*EL1_SNIPPET", file.read(), re.MULTILINE)
    if snippets:
        stem = os.path.splitext(os.path.basename(path))[0]
        try_snippets(re.sub(r"\W", "_", stem))
    try_program(path)


if __name__ == "__main__":
    main()
