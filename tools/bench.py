#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench.py - `make bench`: what things cost, in instructions.

Seen from EL0 (tests/user/measure.c, in the normal kernel) and inside the kernel
(tests/kernel/bench.c, once for each method of user access), under QEMU's
-icount: the figures repeat exactly, and say nothing of time. Prints a table
with the targets beside it, and writes bench.json to the build directory:

    {"portcullis": {name: instructions}, "linux": {name: instructions}}

With LINUX=1 the same program is process 1 of Debian's Linux on the same machine
(tools/linux.sh fetches it); otherwise the figures of one such run stand here. A
target that is missed is shown, and fails nothing.
"""

import json
import os
import re
import subprocess
import sys

import ending
import mkinitrd
from methods import METHODS
from run import Machine

LIMIT = 120  # seconds for one boot, unless TIMEOUT says otherwise
LINUX_LIMIT = 1200
MEM = "1G"  # for tests/user/measure.c: thousands of processes, and of regions with a page each

# Seen from EL0: at most.
FROM_EL0 = {
    "first touch of an anonymous page": 640,
    "mmap + munmap of 16 untouched pages": 1500,
    "fork + exit + wait, 300 pages": 90000,
}
# What `make bench LINUX=1` printed with CPU=max, QEMU 7.2.22 and this kernel.
LINUX_KERNEL = "6.1.0-50-arm64"
LINUX = {
    "getppid": 443,
    "first touch of an anonymous page": 3142,
    "first touch, inside a copy": 3116,
    "touch among 16 regions": 4118,
    "touch among 512 regions": 4387,
    "touch among 16384 regions": 5076,
    "write to a page shared by fork": 4264,
    "mmap + munmap of 16 untouched pages": 12809,
    "mmap, touch, munmap of 16 pages": 81335,
    "mprotect of 16 pages, twice": 8148,
    "fork + exit + wait": 74740,
    "fork + exit + wait, 300 pages": 186454,
}
TOUCHES = "touch among {} regions"
REGIONS = (16, 512, 16384)
MOST_RATIO = 1.5

# Inside the kernel: the figures that the calls of a method aim at.
COPY, CLEAR = {"ldtr": 0.22, "pan": 0.145}, {"ldtr": 0.15, "pan": 0.06}
AIMS = {
    "copy_from_user 65536": {method: 65536 * each for method, each in COPY.items()},
    "copy_to_user 65536": {method: 65536 * each for method, each in COPY.items()},
    "copy_from_user 4096": {method: 4096 * each for method, each in COPY.items()},
    "copy_to_user 4096": {method: 4096 * each for method, each in COPY.items()},
    "clear_user 4096": {method: 4096 * each for method, each in CLEAR.items()},
    "copy_from_user 8, constant": {"ldtr": 36, "pan": 38, "mops": 30},
    "copy_to_user 8, constant": {"ldtr": 36, "pan": 38, "mops": 30},
    "copy_from_user 64, constant": {"ldtr": 45, "pan": 47},
    "copy_to_user 64, constant": {"ldtr": 45, "pan": 47},
    "copy_from_user 4096, constant": {method: 4096 * each for method, each in COPY.items()},
    "copy_to_user 4096, constant": {method: 4096 * each for method, each in COPY.items()},
    "get_user 8": {"ldtr": 10, "pan": 12, "mops": 10},
    "put_user 8": {"ldtr": 10, "pan": 12, "mops": 10},
    "strncpy_from_user 64": {"ldtr": 128, "pan": 128, "mops": 128},
}


# What a byte more costs, without what a call costs anyway: from one size to the other.
BY_BYTE = {"copy_from_user": COPY, "copy_to_user": COPY, "clear_user": CLEAR}
SMALLER, LARGER = 4096, 65536


def boot(name, program, append="", image="Image", **changes):
    """The output of one boot that counts instructions."""
    build = os.environ.get("B", "build")
    machine = Machine.from_environment(
        image=f"{build}/{image}",
        initrd=f"{build}/test/initrd.cpio",
        append=f"{os.environ.get('APPEND', '')} quiet {append} init=/bin/{program}".strip(),
        directory=f"{build}/bench/{name}",
        timeout=os.environ.get("TIMEOUT") or LIMIT,
        extra=("-icount", "shift=0,sleep=off"),
        **changes,
    )
    result = machine.run()
    if result.status != 0:
        sys.exit(f"make bench: {name}: the machine ended with status {result.status}:\n{result.output}")
    return result.output


def measured(output):
    """{name: instructions}, as tests/user/measure.c says it."""
    lines = re.findall(r"^@cost (\{.*\})$", output, re.MULTILINE)
    return {cost["name"]: cost["instructions"] for cost in map(json.loads, lines)}


def on_linux():
    """(the kernel's version, {name: instructions}) of measure.c as its process 1."""
    build = os.environ.get("B", "build")
    fetched = subprocess.run(["tools/linux.sh", f"{build}/linux"], stdout=subprocess.PIPE, text=True, check=False)
    if fetched.returncode != 0:
        sys.exit(f"make bench LINUX=1: {fetched.stdout.strip()}")
    mkinitrd.write_archive(f"{build}/linux/initrd.cpio", {"init": f"{build}/user/measure"})
    machine = Machine.from_environment(
        image=fetched.stdout.strip(),
        initrd=f"{build}/linux/initrd.cpio",
        # When process 1 ends it panics and reboots, which -no-reboot ends. Pages have
        # 4 KiB, as here. Among 4,096 processes its fork takes too long to wait for.
        append="console=ttyAMA0 kaslr.disabled=1 panic=-1 transparent_hugepage=never -- -4096",
        mem=MEM,
        directory=f"{build}/bench/linux",
        timeout=os.environ.get("TIMEOUT") or LINUX_LIMIT,
        extra=("-icount", "shift=0,sleep=off"),
    )
    output = machine.run().output
    version = re.search(r"Linux version (\S+)", output)
    if not version or "\n@end\n" not in output:
        sys.exit(f"make bench LINUX=1: Linux did not get through:\n{output[-2000:]}")
    return version.group(1), measured(output)


def in_kernel(method):
    """{name: instructions} of one method; None where this CPU does not have it."""
    pan = "auto" if method.on == "WORKS" else "off"
    output = boot(method.name, "bench", f"pan={pan} uaccess={method.name}", "test/Image")
    if "is refused" in output:
        return None
    return {name: float(value) for name, value in re.findall(r"^([a-z].*): (\d+\.\d+)$", output, re.MULTILINE)}


def verdict(value, most):
    return "" if most is None else "pass" if value <= most else "MISS"


def print_from_el0(costs, kernel, linux):
    print(f"\n{'Instructions, seen from EL0':49}at most{f'Linux {kernel}':>24}")
    for name, value in costs.items():
        most = FROM_EL0.get(name)
        limit = "" if most is None else f"{most:,}"
        beside = f"{linux[name]:17,.0f}" if name in linux else ""
        print(f"  {name:36}{value:10,.0f}{limit:>8}  {verdict(value, most):5}{beside}".rstrip())
    touches = [costs[TOUCHES.format(count)] for count in REGIONS]
    ratio = max(touches) / min(touches)
    print(f"  {'touches, from least to most':36}{ratio:10.2f}{MOST_RATIO:>8}  {verdict(ratio, MOST_RATIO)}")


def by_byte(column, name):
    return column and (column[f"{name} {LARGER}"] - column[f"{name} {SMALLER}"]) / (LARGER - SMALLER)


def print_row(name, methods, value_of, form, aims=()):
    """A cell for each method; without a form, its name."""
    cells = ""
    for method in methods:
        value = value_of(method)
        missed = method in aims and value is not None and value > aims[method]
        text = method if not form else "n/a" if value is None else f"{value:{form}}" + "+" * missed
        cells += f"{text:>{max(7, len(method) + 1)}}"
    print(f"  {name:29}{cells}")


def print_in_kernel(costs):
    print("\nInstructions in the kernel (+ where more than was aimed at)")
    print_row("of one whole call", costs, costs.__contains__, "")
    for name in next(filter(None, costs.values())):
        print_row(name, costs, lambda method: costs[method] and costs[method][name], ".0f", AIMS.get(name, {}))
    print("  of each byte more")
    for name, aims in BY_BYTE.items():
        print_row(f"{name}, {SMALLER} to {LARGER}", costs, lambda method: by_byte(costs[method], name), ".3f", aims)
    if costs.get("mops"):
        print("  Under emulation a CPY* or SET* counts as one instruction, whatever it moves.")


def main():
    el0 = measured(boot("el0", "measure", mem=MEM))
    linux_kernel, linux = on_linux() if os.environ.get("LINUX") else (LINUX_KERNEL, LINUX)
    kernel = {method.name: in_kernel(method) for method in METHODS}
    print(f"{Machine.from_environment().title()}, one instruction is one nanosecond")
    print_from_el0(el0, linux_kernel, linux)
    print_in_kernel(kernel)
    report = dict(el0)
    for method, column in kernel.items():
        report.update({f"{method}: {name}": value for name, value in (column or {}).items()})
    path = os.path.join(os.environ.get("B", "build"), "bench.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"portcullis": report, "linux": linux}, file, indent=2)
        file.write("\n")
    print(f"\nAll of it: {path}")


if __name__ == "__main__":
    ending.run(main)
