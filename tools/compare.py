#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""compare.py - `make compare`: every deliberate kernel bug, in every column.

A column is one boot of user/compare.c under one choice of pan= and uaccess=
(the rows of tools/methods.py say which), with QEMU counting instructions; as
many boot at once as there are CPUs. Prints the table, writes compare.json to
the build directory, and fails when an outcome is not the one that
tests/compare.json expects. A bug without an expectation is shown as new.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import ending
from methods import METHODS
from run import Machine, compiler_version, qemu_version
from terminal import columns as terminal_columns
from terminal import coloured, wrapped

EXPECTATIONS = os.path.join(os.path.dirname(__file__), "..", "tests", "compare.json")
WIDE, NARROW = 100, 80  # columns of the terminal that the tables need
TITLE, DECIDED = 38, 20  # and those of a bug's name, and of what decided
LIMIT = 120  # seconds for one boot, unless TIMEOUT says otherwise
VA_BITS = {"4k": 48, "16k": 47, "64k": 42}  # by GRANULE, as the Makefile has it


class Column:
    """One boot, and what it said."""

    def __init__(self, pan, method):
        self.pan, self.method, self.uaccess = pan, method, method.name
        self.key = f"{pan}/{method.name}"
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
        if self.settings and (self.settings["pan"], self.settings["method"]) != (self.pan, self.uaccess):
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
        needs = ("PAN" if self.pan == "on" else "", self.method.needs)
        missing = [feature for feature in needs if self.settings.get(f"cpu_{feature.lower()}") == "no"]
        if missing:
            self.skipped = f"this CPU has no {missing[0]}"
        else:
            chosen = f"pan={self.settings.get('pan')}, uaccess={self.settings.get('method')}"
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


def expected(tests, name, column):
    """What the bug must come to; a method that no column was written for must do as one that is like it."""
    wanted = tests["expected"].get(name, {})
    alike = (f"{column.pan}/{method.name}" for method in METHODS if method.is_like(column.method))
    return next((wanted[key] for key in (column.key, *alike) if key in wanted), None)


def problems(column, names, tests):
    """Every way in which a column is not as it must be, one sentence each."""
    if column.broken:
        yield f"{column.key}: {column.broken}"
    if column.skipped:
        return
    for name in names:
        wanted = expected(tests, name, column)
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


def off_first(columns):
    return sorted(columns, key=lambda column: column.pan != "off")


def by_pan(columns, wide):
    """(pan, its columns, their widths), for those that stand side by side."""
    for pan in ("off", "on"):
        here = [column for column in columns if column.pan == pan]
        widths = [max(8 if wide else 7, len(column.uaccess)) + 1 + wide for column in here]
        if here:
            widths[-1] += max(int(wide), 12 - sum(widths))  # room for a line of its own above
            yield pan, here, widths


def width_of(columns, wide):
    return TITLE + sum(sum(widths) for _, _, widths in by_pan(columns, wide))


def by_method(columns):
    """All of a method's columns in one list, in the order of the rows."""
    lists = ([column for column in columns if column.method == method] for method in METHODS)
    return [list_ for list_ in lists if list_]


def side_by_side(units, wide):
    """The columns, table by table. A unit stays together; what decided is in the first of wide tables, in the last of
    narrow ones."""
    tables, limit = [[]], WIDE if wide else NARROW
    for unit in units:
        decided = DECIDED if wide and len(tables) == 1 else 0
        if tables[-1] and width_of(tables[-1] + unit, wide) + decided > limit:
            tables.append([])
        tables[-1] += unit
    if not wide and width_of(tables[-1], wide) + DECIDED > limit:
        tables.append([])
    return [off_first(table) for table in tables]


def print_table(columns, wide, bugs, title, decided):
    """A row for each bug: what it is, a cell for each column, and what decided(name) says."""
    heads, names, widths = "", "", []
    for pan, here, each in by_pan(columns, wide):
        total = sum(each)
        head = f" PAN {pan} "
        heads += f"{head:-^{max(11, total - 4) if wide else total - 1}}".ljust(total)
        names += "".join(column.uaccess.ljust(width) for column, width in zip(here, each))
        widths += each
    print(f"{'':{TITLE}}{heads}".rstrip())
    print(f"  {title:{TITLE - 2}}{names}{decided and 'decided by' or ''}".rstrip())
    for name, bug in bugs.items():
        cells = [
            coloured((column.outcome(name) or "-").replace("STOPPED", "stopped"), width)
            for column, width in zip(columns, widths)
        ]
        print(f"  {bug['what'][: TITLE - 3]:{TITLE - 2}}{''.join(cells)}{decided(name) if decided else ''}".rstrip())


def print_tables(columns, bugs, tests, machine):
    granule, bits = machine["granule"].upper(), machine["va_bits"]
    print(wrapped(f"Deliberate kernel bugs, committed at EL1.   {machine['title']}, {granule}/{bits}-bit"))
    wide = terminal_columns() >= WIDE
    units = by_method(columns) if wide else [[column] for column in off_first(columns)]
    tables = side_by_side(units, wide)
    for number, table in enumerate(tables):
        has_decided = number == (0 if wide else len(tables) - 1)
        new = {name: "" if name in tests["expected"] else "  new" for name in bugs}
        decided = (lambda name: bugs[name]["decided_by"][:DECIDED] + new[name]) if has_decided else None
        print_table(table, wide, bugs, "" if number else "bug", decided)
        print()
    print("  PAN stops what the kernel does outside uaccess, with every method.")
    print(wrapped("  LDTR stops what it does inside uaccess; PAN cannot: its window has EL1's rights."))
    for rights in ("EL0", "EL1"):
        names = ", ".join(method.name for method in METHODS if method.rights == rights)
        print(wrapped(f"  A copy has {rights}'s rights under {names}."))


def print_missing(columns, machine):
    """Why there are cells without a result, and which QEMU would have one."""
    newer = " QEMU=new has it." if machine["cpu"] == "max" else ""
    for column in columns:
        if column.skipped:
            print(f"  n/a: {column.key}: {column.skipped}.{newer}")
    if any(column.settings.get("cpu_epan") == "no" for column in columns):
        print(f"  n/a: EPAN=1: this CPU has no EPAN.{newer}")


def print_costs(columns, costs):
    wide = terminal_columns() >= WIDE
    order, step = (columns, (WIDE - 35) // 9) if wide else (off_first(columns), (NARROW - 35) // 9)
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
    tests = expectations()
    columns = [Column(pan, method) for method in METHODS for pan in method.columns]
    columns = sum(side_by_side(by_method(columns), True), [])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(Column.boot, columns))
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
