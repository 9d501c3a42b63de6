#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench.py - `make bench`: what things cost, in instructions.

Seen from EL0 (tests/user/measure.c, in the normal kernel) and inside the kernel
(tests/kernel/bench.c, once for each method of user access), under QEMU's
-icount: the figures repeat exactly, and say nothing of time. Prints tables with
the limits beside them, and writes bench.json to the build directory:

    {"portcullis": {name: instructions}, "linux": {...}, "linux newest": {...}}

With LINUX=1 the same program is process 1 of two of Debian's Linux kernels on the
same machine (tools/linux.sh fetches them); otherwise the figures of one such run
stand in bench_linux.json. A limit that is missed is shown, and fails nothing. What
grows with the regions, the processes or the RAM, and should not, fails.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass

import ending
import mkinitrd
from methods import METHODS
from run import Machine

LIMIT = 300  # seconds for one boot, unless TIMEOUT says otherwise
LINUX_LIMIT = 2400
MEM = "1G"  # for tests/user/measure.c: thousands of processes, and of regions with a page each
# Limits are for pages of 4 KiB, as Linux's are here; with others nothing passes or fails.
JUDGED = os.environ.get("GRANULE") in (None, "", "4k")
COUNTED = ("-icount", "shift=0,sleep=off")

# The releases of Debian whose Linux stands beside: that of Debian 12, and the newest that is no release candidate.
RELEASES = ("bookworm", "trixie-backports")
# What `make bench LINUX=1` measured with CPU=max and QEMU 7.2.22: {version: {name: instructions}}.
LINUX = os.path.join(os.path.dirname(__file__), "bench_linux.json")

# Seen from EL0: at most.
FROM_EL0 = {
    "getppid, in the kernel": 95,
    "uname into an unmapped page": 520,
    "uname into a kernel address": 140,
    "first touch of an anonymous page": 560,
    "mmap + munmap of 16 untouched pages": 1500,
    "fork + exit + wait, 300 pages": 15000,
    "fork + exit + wait, 2300 pages": 20000,
    "fork + exit + wait, 16384 pages": 25000,
    # What it cost when fork shared pages and no tables.
    "fork, write 300 of 300, exit, wait": 563552,
}


@dataclass(frozen=True)
class Growth:
    """A cost that is to stay flat while something else grows."""

    row: str  # a name of measure.c's, with {} for each size
    sizes: tuple
    most: float  # so many times the smallest is the largest of them

    def title(self):
        return self.row.format("…")

    def name(self, size):
        return self.row.format(size)

    def ratio(self, costs):
        """None where one was not measured."""
        values = [costs.get(self.name(size)) for size in self.sizes]
        return max(values) / min(values) if all(values) else None

    def is_flat(self, costs):
        ratio = self.ratio(costs)
        return ratio is not None and ratio <= self.most


# For a fault: 65,400 regions (each that is touched has another one beside it) are a
# tree of 16 levels, and 32 are one of 5. The processes are such a tree, too, and a switch
# looks at none but two. Nothing at boot is proportional to RAM; but where things lie
# depends on its size.
REGIONS, PROCESSES, RAM = (16, 512, 16384, 32700), (1, 64, 512, 4096), ("64M", "256M", "1G", "8G")
GROWTH = (
    Growth("random touch among {} regions", REGIONS, 1.2),
    Growth("fork + exit + wait, process {}", PROCESSES, 1.2),
    Growth("context switch, process {}", PROCESSES, 1.05),
    Growth("reset to EL0, {}", RAM, 1.05),
    Growth("first touch of an anonymous page, {}", RAM, 1.05),
)


def steep(costs):
    """The titles of what is not flat."""
    return [growth.title() for growth in GROWTH if not growth.is_flat(costs)]


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
        append=f"{os.environ.get('APPEND', '')} quiet init=/bin/{program} {append}".strip(),
        directory=f"{build}/bench/{name}",
        timeout=os.environ.get("TIMEOUT") or LIMIT,
        extra=COUNTED,
        **changes,
    )
    result = machine.run()
    if result.status != 0:
        sys.exit(f"make bench: {name}: the machine ended with status {result.status}:\n{result.output}")
    return result.output


def boot_linux(kernel, words, mem):
    """The output of one boot of a Linux with measure.c as its process 1."""
    build = os.environ.get("B", "build")
    initrd = f"{build}/linux/initrd.cpio"
    mkinitrd.write_archive(initrd, {"init": f"{build}/user/measure"})
    machine = Machine.from_environment(
        image=kernel,
        initrd=initrd,
        # When process 1 ends it panics and reboots, which -no-reboot ends. Pages have
        # 4 KiB, as here.
        append=f"console=ttyAMA0 panic=-1 transparent_hugepage=never -- {words}",
        directory=f"{build}/bench/linux",
        timeout=os.environ.get("TIMEOUT") or LINUX_LIMIT,
        extra=COUNTED,
        mem=mem,
    )
    return machine.run().output


def measured(boot_with):
    """{name: instructions} of tests/user/measure.c; boot_with(words, mem) runs it.
    None where the kernel did not get through with all its memory."""
    costs = {}
    for words, mem, suffix in (("-reset", MEM, ""), *(("reset anonymous", size, f", {size}") for size in RAM)):
        output = boot_with(words, mem)
        found = re.findall(r"^@cost (\{.*\})$", output, re.MULTILINE) if "\n@end\n" in output else []
        costs.update({cost["name"] + suffix: cost["instructions"] for cost in map(json.loads, found)})
    return costs


def on_linux(release):
    """(the kernel's version, what measure.c measured)."""
    build = os.environ.get("B", "build")
    command = ["tools/linux.sh", f"{build}/linux/{release}", release]
    fetched = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if fetched.returncode != 0:
        sys.exit(f"make bench LINUX=1: {fetched.stdout.strip()}")
    outputs = []

    def boot_with(words, mem):
        # Its fork takes too long to wait for when 4,096 processes are each the last one's child.
        outputs.append(boot_linux(fetched.stdout.strip(), f"{words} -4096", mem))
        return outputs[-1]

    costs = measured(boot_with)
    version = re.search(r"Linux version (\S+)", outputs[0])
    if not version or "\n@end\n" not in outputs[0]:
        sys.exit(f"make bench LINUX=1: Linux did not get through:\n{outputs[0][-2000:]}")
    return version.group(1), costs


def in_kernel(method):
    """{name: instructions} of one method; None where this CPU does not have it."""
    pan = "auto" if method.on == "WORKS" else "off"
    output = boot(method.name, "bench", f"pan={pan} uaccess={method.name}", "test/Image")
    if "is refused" in output:
        return None
    return {name: float(value) for name, value in re.findall(r"^([a-z].*): (\d+\.\d+)$", output, re.MULTILINE)}


def verdict(value, most):
    return "" if most is None else "pass" if value is not None and value <= most else "MISS"


def short(version):
    return ".".join(version.split(".")[:2])


def number(value, form=".0f"):
    return "-" if value is None else f"{value:{form}}"


def print_from_el0(el0, linux):
    """A line a row. linux: {version: {name: instructions}}, the one to compare with first."""
    first, *others = linux
    grown = {growth.name(size) for growth in GROWTH for size in growth.sizes}
    versions = "".join(f"{short(version):>8}" for version in others)
    print(f"\n{'Instructions, seen from EL0':35}{'ours':>8}{'at most':>8}{'Linux ' + short(first):>13} ratio{versions}")
    for name in dict.fromkeys([*el0, *linux[first]]):
        if name in grown:
            continue
        ours, theirs = el0.get(name), linux[first].get(name)
        most = FROM_EL0.get(name) if JUDGED else None
        limit = number(most) if most else ""
        ratio = f"{theirs / ours:.1f}" if ours and theirs else ""
        line = f"{name:35}{number(ours):>8}{limit:>8} {verdict(ours, most):4}{number(theirs):>8}{ratio:>6}"
        print(line + "".join(f"{number(linux[version].get(name)):>8}" for version in others))
    print(f"Linux: {', '.join(linux)}.")
    print("The ratio is the first one's to ours; what has no figure, that kernel cannot do.")


def print_growth(el0, linux):
    print("\nInstructions that are to stay the same while something else grows")
    kernels = {"ours": el0} | {f"Linux {short(version)}": costs for version, costs in linux.items()}
    for growth in GROWTH:
        sizes = "".join(f"{size:>11}" for size in growth.sizes)
        print(f"{growth.title()}\n{'':12}{sizes}  ratio at most")
        for name, costs in kernels.items():
            cells = "".join(f"{number(costs.get(growth.name(size))):>11}" for size in growth.sizes)
            ratio = growth.ratio(costs)
            end = f"{growth.most:8} {verdict(ratio, growth.most)}" if JUDGED and name == "ours" else ""
            print(f"  {name:10}{cells}{number(ratio, '.2f'):>7}{end}")


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
    el0 = measured(lambda words, mem: boot("el0", "measure", f"-- {words}", mem=mem))
    if os.environ.get("LINUX"):
        linux = dict(map(on_linux, RELEASES))
    else:
        with open(LINUX, encoding="utf-8") as file:
            linux = json.load(file)
    kernel = {method.name: in_kernel(method) for method in METHODS}
    print(f"{Machine.from_environment().title()}, one instruction is one nanosecond")
    print_from_el0(el0, linux)
    print_growth(el0, linux)
    print_in_kernel(kernel)
    report = dict(el0)
    for method, column in kernel.items():
        report.update({f"{method}: {name}": value for name, value in (column or {}).items()})
    path = os.path.join(os.environ.get("B", "build"), "bench.json")
    first, newest = linux.values()
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"portcullis": report, "linux": first, "linux newest": newest}, file, indent=2)
        file.write("\n")
    print(f"\nAll of it: {path}")
    if JUDGED and steep(el0):
        sys.exit(f"make bench: not flat: {'; '.join(steep(el0))}")


if __name__ == "__main__":
    ending.run(main)
