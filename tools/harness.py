# SPDX-License-Identifier: MIT
"""harness.py - what tests/system/*.py are made of: boots and commands.

Each of those files defines a list TESTS of Boot and Command. A test that
speaks KTAP counts as many results as it prints, any other as one. Nothing
here can pass by silence: no KTAP result, a plan that was not kept, a status
or a line that did not come are failures. tools/test.py runs them.
"""

import os
import re
import subprocess
from dataclasses import dataclass, field

from run import TIMED_OUT, Machine, Result

BUILD = os.environ.get("B", "build")


@dataclass
class Outcome:
    """How a test ended: counts, and a line for each thing to be said about it."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    notes: list = field(default_factory=list)
    output: str = ""

    def fail(self, why):
        self.failed += 1
        self.notes.append(why)

    def read_ktap(self, text):
        """Counts the results in text."""
        planned = results = 0
        comments = []
        for line in text.splitlines():
            plan = re.fullmatch(r"1\.\.(\d+)", line)
            result = re.fullmatch(r"(not )?ok \d+ (.*?)(?: # SKIP (.*))?", line)
            if plan:
                planned += int(plan.group(1))
            elif line.startswith("# "):
                comments.append(line[2:])
            elif result:
                results += 1
                self._count(*result.groups(), comments)
                comments = []
        if results == 0:
            self.fail("it printed no test result")
        elif planned != results:
            self.fail(f"its plan was {planned} tests, and {results} came")

    def _count(self, failed, name, why_skipped, comments):
        if failed:
            self.fail(f"{name}: {'; '.join(comments) or 'failed'}")
        elif why_skipped:
            self.skipped += 1
            self.notes.append(f"{name} was skipped: {why_skipped}")
        else:
            self.passed += 1


@dataclass
class Test:
    """What every test is told: its name, and what must come of it."""

    name: str
    status: int = 0  # the exit status that is right
    expect: tuple = ()  # regular expressions that the output must match
    reject: tuple = ()  # and those that it must not
    ktap: bool = False
    limit: float = 60  # seconds; TIMEOUT in the environment replaces it
    skip: str = ""  # why it cannot run here

    def run(self):
        """Runs it; never raises for what the tested thing does."""
        outcome = Outcome()
        if self.skip:
            outcome.skipped = 1
            outcome.notes.append(f"skipped: {self.skip}")
            return outcome
        limit = float(os.environ.get("TIMEOUT") or self.limit)
        result = self.start(limit)
        outcome.output = result.output
        if self.ktap:
            outcome.read_ktap(result.output)
        self._judge(result, limit, outcome)
        if not self.ktap and not outcome.failed:
            outcome.passed = 1
        return outcome

    def start(self, limit):
        raise NotImplementedError

    def _judge(self, result, limit, outcome):
        if result.timed_out:
            outcome.fail(f"stopped after {limit:g} seconds (TIMEOUT=)")
        elif result.status != self.status:
            outcome.fail(f"exit status {result.status} instead of {self.status}")
        for pattern in self.expect:
            if not re.search(pattern, result.output, re.MULTILINE):
                outcome.fail(f"the output has no {pattern!r}")
        for pattern in self.reject:
            found = re.search(pattern, result.output, re.MULTILINE)
            if found:
                outcome.fail(f"the output has {found.group(0)!r}")


@dataclass
class Boot(Test):
    """A boot of the kernel. machine: what differs from Machine's defaults."""

    machine: dict = field(default_factory=dict)
    stdin: bytes = b""

    def start(self, limit):
        values = {"image": f"{BUILD}/Image", "initrd": f"{BUILD}/initrd.cpio"}
        values["directory"] = f"{BUILD}/test/{re.sub(r'[^A-Za-z0-9]+', '-', self.name)}"
        if os.environ.get("QEMU"):
            values["qemu"] = os.environ["QEMU"]
        values.update(self.machine)
        return Machine(timeout=limit, **values).run()


@dataclass
class Command(Test):
    """A command of the host, in the project's directory. env: added variables."""

    argv: tuple = ()
    env: dict = field(default_factory=dict)

    def start(self, limit):
        try:
            done = subprocess.run(
                self.argv,
                env={**os.environ, **self.env},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=limit,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            return Result(TIMED_OUT, (late.stdout or b"").decode(errors="replace"), True)
        except OSError as error:
            return Result(127, f"{self.argv[0]}: {error.strerror}\n")
        return Result(done.returncode, done.stdout.decode(errors="replace"))
