#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""contract.py - whether all that crosses between src/ and arch/ is declared.

The objects say what crosses: a symbol that one side uses and the other one
defines. Down, it must be declared in src/arch.h or src/arch_lab.h (or in
arch_types.h and arch_inline.h, which these include). Up, it must stand at the
end of one of the two, below "What arch/ calls in src/": as a declaration, or in
the list of names by header ("trace_emit_*" is a family). src/lib/ is below arch/ and free. What stands there
and is not called is a complaint, too. And src/ names no system register, in its
comments neither. `make check` runs this.
"""

import glob
import os
import re
import subprocess
import sys
from fnmatch import fnmatchcase as fnmatch

CONTRACTS = ("src/arch.h", "src/arch_lab.h")
INCLUDED = ("arch/aarch64/arch_types.h", "arch/aarch64/arch_inline.h")
UPWARD = "/* ---- What arch/ calls in src/"
LISTED = re.compile(r"^ \*\t([\w/]+\.h)\t([\w* ]+)$", re.MULTILINE)
REGISTER = re.compile(r"\b(\w+_EL[0-3]|(?:TTBR|TPIDR|SCTLR|TCR|MAIR|VBAR|CPACR|CNT\w+)\d?)\b")
DECLARED = re.compile(r"\b((?!__)\w+)\((?!\*)|\bextern\b[^;(]*?(\w+)(?:\[\])?;")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def bare(text):
    """Without comments and preprocessor lines."""
    return re.sub(r"^#.*$", "", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL), flags=re.MULTILINE)


def declared(text):
    return {function or variable for function, variable in DECLARED.findall(bare(text))}


def declared_down():
    return set().union(*(declared(read(path).split(UPWARD)[0]) for path in (*CONTRACTS, *INCLUDED)))


def declared_up():
    """{name: where it is declared}"""
    names = {}
    for path in CONTRACTS:
        section = read(path).partition(UPWARD)[2]
        names.update(dict.fromkeys(declared(section), path))
        for header, listed in LISTED.findall(section):
            names.update(dict.fromkeys(listed.split(), f"src/{header}"))
    return names


def objects(root):
    """{source: (defined, used)}: the global symbols of what is built from root."""
    build, nm = os.environ.get("B") or "build", os.environ.get("NM") or "aarch64-linux-gnu-nm"
    sources = [path for ending in "cS" for path in glob.glob(f"{root}/**/*.{ending}", recursive=True)]
    built = {f"{build}/obj/{os.path.splitext(path)[0]}.o": path for path in sorted(sources)}
    built = {path: source for path, source in built.items() if os.path.exists(path)}
    found = {source: (set(), set()) for source in built.values()}
    if built:
        text = subprocess.run([nm, "-A", *built], stdout=subprocess.PIPE, text=True, check=True).stdout
        for path, kind, name in re.findall(r"^(.*?):.* (\w) (\S+)$", text, re.MULTILINE):
            found[built[path]][kind == "U"].update([name] if kind.isupper() else [])
    return found


def crossings(users, owners):
    """Yields (name, who uses it, who defines it)."""
    home = {name: path for path, (defined, _) in owners.items() for name in defined}
    for path, (_, used) in users.items():
        yield from ((name, path, home[name]) for name in sorted(used) if name in home)


def complaints():
    arch, src = objects("arch/aarch64"), objects("src")
    if not arch or not src:
        return ["there are no objects to look at: make\n"]
    down, up, called = declared_down(), declared_up(), set()
    found = []
    for name, user, owner in crossings(src, arch):
        if name not in down:
            found.append(f"{user}: {name} of {owner} is not in {CONTRACTS[0]} or {CONTRACTS[1]}\n")
    for name, user, owner in crossings(arch, src):
        called.add(name)
        if not any(fnmatch(name, each) for each in up) and not owner.startswith("src/lib/"):
            found.append(f"{user}: {name} of {owner} is not declared at the end of {CONTRACTS[0]} or {CONTRACTS[1]}\n")
    for name, path in up.items():
        if not any(fnmatch(each, name) for each in called):
            found.append(f"{path}: {name} is said to be called by arch/, and is not\n")
        elif not re.search(rf"\b{name.rstrip('*')}", re.sub(r"/\*.*?\*/", "", read(path), flags=re.DOTALL)):
            found.append(f"{path}: {name} is not declared there\n")
    return found + named_registers()


def named_registers():
    """What src/ says of a register that only arch/ knows."""
    return [
        f"{path}:{number}: {name} is a register: only arch/ names those\n"
        for path in sorted(glob.glob("src/**/*.[chS]", recursive=True))
        for number, line in enumerate(read(path).splitlines(), 1)
        for name in REGISTER.findall(line)
    ]


if __name__ == "__main__":
    said = complaints()
    print("".join(said), end="")
    sys.exit(1 if said else 0)
