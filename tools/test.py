#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test.py [WORD ...] - `make test`: runs what tests/system/*.py declare.

With words, only the tests whose names contain one of them. One line a test,
and under it what failed or was skipped, and why; the whole output of each is
in build/test/NAME.log. The last line: N passed, N failed, N skipped.
"""

import glob
import importlib.util
import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import ending
from harness import BUILD, Outcome

AT_ONCE = min(2, os.cpu_count() or 1)


def declared_tests():
    """The tests of all files, in the order of their names."""
    tests = []
    for path in sorted(glob.glob("tests/system/*.py")):
        spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        tests += module.TESTS
    return tests


def run_one(test):
    """Runs a test; returns it with its outcome and the seconds it took."""
    start = time.monotonic()
    try:
        outcome = test.run()
    except (Exception, SystemExit) as error:  # it must not end the others
        outcome = Outcome()
        outcome.fail(f"the test itself is broken: {error!r}")
    return test, outcome, time.monotonic() - start


def report(test, outcome, seconds):
    """Prints the test's line, and keeps its output."""
    verdict = "FAIL" if outcome.failed else "ok" if outcome.passed else "skip"
    counts = f"{outcome.passed} passed"
    if outcome.failed:
        counts += f", {outcome.failed} failed"
    if outcome.skipped:
        counts += f", {outcome.skipped} skipped"
    print(f"{verdict:5} {test.name:50} {counts}  ({seconds:.1f} s)")
    log = os.path.join(BUILD, "test", re.sub(r"[^A-Za-z0-9]+", "-", test.name) + ".log")
    with open(log, "w", encoding="utf-8", errors="replace") as file:
        file.write(outcome.output)
    for note in outcome.notes:
        print(f"      {note}")
    if outcome.failed:
        print(f"      see {log}")
    sys.stdout.flush()


def main():
    words = sys.argv[1:]
    tests = [t for t in declared_tests() if not words or any(w in t.name for w in words)]
    os.makedirs(os.path.join(BUILD, "test"), exist_ok=True)
    total = Outcome()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for test, outcome, seconds in pool.map(run_one, tests):
            report(test, outcome, seconds)
            total.passed += outcome.passed
            total.failed += outcome.failed
            total.skipped += outcome.skipped
    if not tests:
        total.fail("no test")
        print("FAIL  there is no test of that name")
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    sys.exit(1 if total.failed else 0)


if __name__ == "__main__":
    ending.run(main)
