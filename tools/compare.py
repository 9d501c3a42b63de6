#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""compare.py - `make compare`: every deliberate kernel bug, in every column.

A column is one boot of user/compare.c under one choice of pan= and uaccess=,
with QEMU counting instructions. Prints the table, writes compare.json to the
build directory, and fails when an outcome is not the one that
tests/compare.json expects. A bug without an expectation is shown as new.
"""

import json
import os
import sys

import ending
from run import Machine, compiler_version, qemu_version
from terminal import columns as terminal_columns
from terminal import coloured, wrapped

COLUMNS = (("off", "plain"), ("off", "ldtr"), ("on", "pan"), ("on", "ldtr"))
MORE_COLUMNS = (("off", "sw_ttbr0"), ("on", "mops"), ("on", "softwalk"))  # printed below the first
EXPECTATIONS = os.path.join(os.path.dirname(__file__), "..", "tests", "compare.json")
WIDE = 100  # columns that the wide tables need
LIMIT = 120  # seconds for one boot, unless TIMEOUT says otherwise
VA_BITS = {"4k": 48, "16k": 47, "64k": 42}  # by GRANULE, as the Makefile has it


class Column:
    """One boot, and what it said."""

    def __init__(self, pan, uaccess):
        self.pan, self.uaccess = pan, uaccess
        self.key = f"{pan}/{uaccess}"
        self.settings, self.results, self.costs = {}, {}, {}
        self.running = None  # the bug that had begun when the output ended
        self.skipped = None  # why the column cannot be had
        self.broken = None  # why it did not come to its end

    def boot(self):
        """Boots this column's kernel and reads what user/compare.c reports."""
        append = f"{os.environ.get('APPEND', '')} quiet pan={self.pan} uaccess={self.uaccess} init=/bin/compare"
        build = os.environ.get("B", "build")
        machine = Machine.from_environment(
            append=append.strip(),
            directory=f"{build}/compare/{self.key.replace('/', '-')}",
            timeout=os.environ.get("TIMEOUT") or LIMIT,
            extra=("-icount", "shift=0,sleep=off"),
        )
        result = machine.run()
        ended = False
        try:
            for line in result.output.splitlines():
                ended = ended or line == "@end"
                self.read_line(line)
        except ValueError:
            ended = False  # a line that is no JSON: the program itself is hurt
        if not ended or result.status != 0:
            how = "was stopped after its time" if result.timed_out else f"ended with status {result.status}"
            where = f" while {self.running} ran" if self.running and not ended else ""
            tail = "\n".join(f"      {line}" for line in result.output.splitlines()[-12:])
            self.broken = f"the machine {how}{where}; its last lines:\n{tail}"
        if self.settings and (self.settings["pan"], self.settings["uaccess"]) != (self.pan, self.uaccess):
            self.not_in_force()

    def read_line(self, line):
        word, _, rest = line.partition(" ")
        if word == "@settings":
            self.settings = json.loads(rest)
        elif word == "@run":
            self.running = rest
        elif word == "@trespass":
            result = json.loads(rest)
            self.results[result["name"]] = result
        elif word == "@cost":
            cost = json.loads(rest)
            self.costs[cost["name"]] = round(cost["instructions"])

    def not_in_force(self):
        """The kernel refused the choice: for want of a feature it may, otherwise not."""
        if self.pan == "on" and self.settings.get("cpu_pan") == "no":
            self.skipped = "this CPU has no PAN"
        elif self.uaccess == "mops" and self.settings.get("cpu_mops") == "no":
            self.skipped = "this CPU has no MOPS"
        else:
            chosen = f"pan={self.settings.get('pan')}, uaccess={self.settings.get('uaccess')}"
            self.broken = f"the kernel chose {chosen} instead"

    def outcome(self, name):
        """As the table and the expectations name it; None if there is none."""
        if self.skipped:
            return "n/a"
        result = self.results.get(name)
        if result is None:
            return None
        error = result["proof"].split()[0] if result["proof"].startswith("-E") else None
        return error or result["outcome"]


def expectations():
    with open(EXPECTATIONS, encoding="utf-8") as file:
        return json.load(file)


def problems(column, names, tests):
    """Every way in which a column is not as it must be, one sentence each."""
    if column.broken:
        yield f"{column.key}: {column.broken}"
    if column.skipped:
        return
    for name in names:
        wanted = tests["expected"].get(name, {}).get(column.key)
        if column.settings.get(f"cpu_{tests['needs'].get(name)}") == "no":
            wanted = "n/a"
        got = column.outcome(name)
        if wanted is None or (got is None and column.broken):
            continue
        if got != wanted:
            verdict = column.results.get(name, {}).get("verdict", "it did not run")
            yield f"{column.key}: {name}: expected {wanted}, got {got or 'nothing'}: {verdict}"
        if name in column.results:
            changes = name in tests["page_changed_when_through"] and got == "THROUGH"
            page = column.results[name]["page"]
            if page != ("changed" if changes else "unchanged"):
                yield f"{column.key}: {name}: {got}, but the program found its page {page}"


# ---- Printing ------------------------------------------------------------------


def print_rows(columns, widths, bugs, last):
    """A row for each bug: what it is, a cell for each column, and what last(name) says."""
    for name, bug in bugs.items():
        cells = [coloured((column.outcome(name) or "-").replace("STOPPED", "stopped"), width) for column, width in zip(columns, widths)]
        print(f"  {bug['what'][:35]:36}{''.join(cells)}{last(name)}".rstrip())


def wide_tables(columns, bugs, decided):
    print(f"{'':38}---- PAN off ----    ---- PAN on -----")
    print(f"  {'bug':36}{'plain':10}{'ldtr':11}{'pan':10}{'ldtr':11}decided by")
    print_rows(columns[:4], (10, 11, 10, 11), bugs, decided)
    print(f"\n{'':38}- PAN off -    ----- PAN on -----")
    print(f"  {'':36}{'sw_ttbr0':15}{'mops':11}softwalk")
    print_rows(columns[4:], (15, 11, 10), bugs, lambda name: "")


def narrow_tables(columns, bugs, decided):
    """The same in 80 columns: what PAN off is first, and then PAN on."""
    print(f"{'':38}------- PAN off -------- --- PAN on ----")
    print(f"  {'bug':36}{'plain':8}{'ldtr':8}{'sw_ttbr0':9}{'pan':8}ldtr")
    print_rows(narrow_order(columns)[:5], (8, 8, 9, 8, 7), bugs, lambda name: "")
    print(f"\n{'':38}----- PAN on -----")
    print(f"  {'':36}{'mops':10}{'softwalk':10}decided by")
    print_rows(narrow_order(columns)[5:], (10, 10), bugs, decided)


def narrow_order(columns):
    """The first five, and the two below them."""
    off = [column for column in columns if column.pan == "off"]
    return off + [column for column in columns if column not in off]


def print_tables(columns, bugs, tests, machine):
    granule, bits = machine["granule"].upper(), machine["va_bits"]
    print(wrapped(f"Deliberate kernel bugs, committed at EL1.   {machine['title']}, {granule}/{bits}-bit"))
    new = {name: "" if name in tests["expected"] else "  new" for name in bugs}
    tables = wide_tables if terminal_columns() >= WIDE else narrow_tables
    tables(columns, bugs, lambda name: bugs[name]["decided_by"][:20] + new[name])
    print("\n  PAN stops what the kernel does outside uaccess; the method plays no part.")
    print(wrapped("  LDTR stops what it does inside uaccess; PAN cannot: its window has EL1's rights."))
    print(wrapped("  sw_ttbr0 is PAN in software; mops has EL0's rights as ldtr; softwalk asks the tables first."))


def print_missing(columns, machine):
    """Why there are cells without a result, and which QEMU would have one."""
    newer = " QEMU=new has it." if machine["cpu"] == "max" else ""
    for column in columns:
        if column.skipped:
            print(f"  n/a: {column.key}: {column.skipped}.{newer}")
    if any(column.settings.get("cpu_epan") == "no" for column in columns):
        print(f"  n/a: EPAN=1: this CPU has no EPAN.{newer}")


def print_costs(columns, costs):
    order = columns if terminal_columns() >= WIDE else narrow_order(columns)
    step = len(order) if terminal_columns() >= WIDE else 5
    title = "Instructions, from EL0 and back:"
    for first in range(0, len(order), step):
        print_some_costs(title, order[first : first + step], costs)
        title = ""


def print_some_costs(title, columns, costs):
    print(f"\n{title:35}{''.join(f'  PAN {column.pan:3}' for column in columns)}".rstrip())
    print(f"{'':35}{''.join(f'{column.uaccess:>9}' for column in columns)}")
    for name in costs:
        cells = [f"{'n/a' if column.skipped else column.costs.get(name, '-')!s:>9}" for column in columns]
        print(f"  {name:33}{''.join(cells)}")


def report(columns, bugs, costs, machine):
    """build/compare.json: what the table shows, with verdicts and proofs."""
    not_run = {"outcome": "n/a", "verdict": "it did not run", "proof": "none"}
    trespasses = []
    for name, bug in bugs.items():
        results = {}
        for column in columns:
            result = column.results.get(name, not_run)
            if column.skipped:
                result = {"outcome": "n/a", "verdict": column.skipped, "proof": "none"}
            results[column.key] = {key: result[key] for key in ("outcome", "verdict", "proof")}
        trespasses.append({key: bug[key] for key in ("name", "what", "invariant", "decided_by")} | {"results": results})
    return {
        "machine": machine,
        "columns": [{"pan": column.pan, "uaccess": column.uaccess} for column in columns],
        "trespasses": trespasses,
        "costs": [
            {
                "name": name,
                "unit": "instructions",
                "results": {c.key: c.costs[name] for c in columns if name in c.costs and not c.skipped},
            }
            for name in costs
        ],
    }


def describe_machine():
    machine = Machine.from_environment()
    granule = os.environ.get("GRANULE", "4k")
    return {
        "title": machine.title(),
        "cpu": machine.cpu,
        "qemu": qemu_version(machine.qemu),
        "compiler": compiler_version(),
        "granule": granule,
        "va_bits": int(os.environ.get("VA_BITS", VA_BITS[granule])),
        "memory": machine.mem,
        "entry": f"EL{machine.el}",
        "gic": machine.gic,
    }


def main():
    tests, columns = expectations(), [Column(*choice) for choice in COLUMNS + MORE_COLUMNS]
    for column in columns:
        column.boot()
    found = {name: result for column in columns for name, result in column.results.items()}
    known = [name for name in tests["expected"] if name in found]
    bugs = {name: found[name] for name in known + sorted(set(found) - set(known))}
    costs = list(dict.fromkeys(name for column in columns for name in column.costs))
    machine = describe_machine()

    print_tables(columns, bugs, tests, machine)
    print_missing(columns, machine)
    print_costs(columns, costs)
    path = os.path.join(os.environ.get("B", "build"), "compare.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(report(columns, bugs, costs, machine), file, indent=2)
        file.write("\n")
    print(f"\nEvery verdict and proof: {path}")

    wrong = [problem for column in columns for problem in problems(column, tests["expected"], tests)]
    for problem in wrong:
        print(f"NOT AS EXPECTED  {problem}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    ending.run(main)
