#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test.py [WORD ...] - `make test`: runs what tests/system/*.py declare.

JUNIT=FILE keeps the results for hosted CI, too (tools/junit.py).

With words, only the tests whose names contain one of them. One line a test,
and under it what failed or was skipped, and why; the whole output of each is
in build/test/NAME.log. The last line: N passed, N failed, N skipped.

Each file has a TIER (or 1), and a test may have its own: 1 depends on the compiler,
QEMU, gdb or the system; 2 does not, so that it says nothing new on a second
system. TIER=1 leaves the others out, and says how many.
"""

import collections
import contextlib
import glob
import importlib.util
import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import ending
import junit
import known
from harness import BUILD, Outcome, Test
from terminal import columns, wrapped

AT_ONCE = min(2, os.cpu_count() or 1)
LAST_LINES = 10  # of a failed test's output, shown with it


def declared_tests():
    """The tests of all files, in the order of their names."""
    tests = []
    for path in sorted(glob.glob("tests/system/*.py")):
        spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for test in module.TESTS:
            test.tier = test.tier or getattr(module, "TIER", 1)
        tests += module.TESTS
    return tests


def left_out(tests):
    """What TIER leaves out, as "boot 4, console 14"; the files are named by their tests."""
    counts = collections.Counter(test.name.partition(":")[0] for test in tests)
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def run_one(test):
    """Runs a test; returns it with its outcome and the seconds it took."""
    start = time.monotonic()
    try:
        outcome = test.run()
    except (Exception, SystemExit) as error:  # it must not end the others
        outcome = Outcome()
        outcome.fail(f"the test itself is broken: {error!r}")
    why, passes = known.excuse(test.name), known.passes(test.name)
    if outcome.failed and why:
        outcome.failed = 0
        outcome.excuse(why)
    elif passes:
        outcome.notes.append(passes)
    return test, outcome, time.monotonic() - start


def last_lines(test, outcome):
    """Of a failed test, the end of its output; a KTAP result has its own lines."""
    return outcome.output.splitlines()[-LAST_LINES:] if outcome.failed and not test.ktap else []


def report(test, outcome, seconds):
    """Prints the test's line, and keeps its output."""
    verdict = "FAIL" if outcome.failed else "ok" if outcome.passed else "skip"
    counts = f"{outcome.passed} passed"
    if outcome.failed:
        counts += f", {outcome.failed} failed"
    if outcome.skipped:
        counts += f", {outcome.skipped} skipped"
    head, tail = f"{verdict:5} {test.name}", f"{counts}  ({seconds:.1f} s)"
    room = columns() - len(tail) - 1
    print(f"{head:{min(56, room)}} {tail}" if len(head) <= room else f"{wrapped(head)}\n      {tail}")
    log = os.path.join(BUILD, "test", re.sub(r"[^A-Za-z0-9]+", "-", test.name) + ".log")
    with open(log, "w", encoding="utf-8", errors="replace") as file:
        file.write(outcome.output)
    for note in outcome.notes:
        print(wrapped(f"      {note}"))
    for line in last_lines(test, outcome):  # shown here, too: CI keeps no file
        print(wrapped(f"      | {line}"))
    if outcome.failed:
        print(f"      see {log}")
    sys.stdout.flush()


def run_all(tests, total, done):
    """Runs and reports them, adds their counts to total, and keeps each in done."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for test, outcome, seconds in pool.map(run_one, tests):
            report(test, outcome, seconds)
            total.passed += outcome.passed
            total.failed += outcome.failed
            total.skipped += outcome.skipped
            done.append((test, outcome, seconds, last_lines(test, outcome)))


class NoTest(Test):
    """What stands for words that no test's name has."""

    def run(self):
        outcome = Outcome()
        outcome.fail("there is no test of that name")
        return outcome


def junit_file():
    """The file of JUNIT, opened now: that it cannot be is said before the tests run."""
    path = os.environ.get("JUNIT")
    try:
        return open(path, "wb") if path else contextlib.nullcontext()
    except OSError as error:
        sys.exit(f"make test: JUNIT={path}: {error.strerror}")


def main():
    words = sys.argv[1:]
    tests = [t for t in declared_tests() if not words or any(w in t.name for w in words)]
    most = int(os.environ.get("TIER") or 2)
    others = [test for test in tests if test.tier > most]
    tests = [test for test in tests if test.tier <= most]
    os.makedirs(os.path.join(BUILD, "test"), exist_ok=True)
    total, done = Outcome(), []
    with junit_file() as file:
        try:
            run_all(tests or [NoTest(" ".join(words))], total, done)
        finally:  # Ctrl-C keeps what there is
            if file:
                junit.write(file, done)
    if others:
        print(wrapped(f"left out, because TIER={most}: {len(others)} tests ({left_out(others)})"))
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    sys.exit(1 if total.failed else 0)


if __name__ == "__main__":
    ending.run(main)
