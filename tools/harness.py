# SPDX-License-Identifier: MIT
"""harness.py - what tests/system/*.py are made of: boots and commands.

Each of those files defines a list TESTS of Boot and Command. A test that
speaks KTAP counts as many results as it prints, any other as one. Nothing
here can pass by silence: no KTAP result, a plan that was not kept, a status
or a line that did not come are failures. tools/test.py runs them.
"""

import fcntl
import os
import pty
import re
import signal
import subprocess
import termios
import threading
from dataclasses import dataclass, field

import known
from run import TIMED_OUT, Machine, Result

BUILD = os.environ.get("B", "build")
ONE_MAKE = threading.Lock()  # two in one tree would build over each other


@dataclass
class Outcome:
    """How a test ended: counts, and a line for each thing to be said about it."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    notes: list = field(default_factory=list)
    output: str = ""
    excused: int = 0  # of the skipped: known failures
    cases: list = field(default_factory=list)  # (name, "passed"|"failed"|"skipped", why) of each that is counted

    def fail(self, why, name=""):
        """name: of a result; without, it is about the run as a whole."""
        self.failed += 1
        self.notes.append(f"{name}: {why}" if name else why)
        self.cases.append((name or why, "failed", why))

    def excuse(self, why, name=""):
        self.skipped += 1
        self.excused += 1
        why = f"a known failure: {name}: {why}" if name else f"a known failure: {why}"
        self.notes.append(why)
        self.cases.append((name or why, "skipped", why))

    def read_ktap(self, text, test):
        """Counts the results in text, one KTAP document, which are those of the test of that name."""
        plans, results = [], 0
        comments, skips = [], {}
        for line in text.splitlines():
            plan = re.fullmatch(r"1\.\.(\d+)", line)
            result = re.fullmatch(r"(not )?ok (\d+) (.*?)(?: # SKIP (.*))?", line)
            if plan:
                plans.append(int(plan.group(1)))
            elif line.startswith("# "):
                comments.append(line[2:])
            elif result:
                results += 1
                failed, number, name, why = result.groups()
                if int(number) != results:
                    self.fail(f"result {results} has the number {number}: {name}")
                self._count(failed, name, why, comments, skips, test)
                comments = []
        for why, names in skips.items():
            self.notes.append(f"{names[0] if len(names) == 1 else len(names)} skipped: {why}")
        if results == 0:
            self.fail("it printed no test result")
        elif len(plans) != 1:
            self.fail(f"{len(plans)} plans: it is not one KTAP document")
        elif plans[0] != results:
            self.fail(f"its plan was {plans[0]} tests, and {results} came")

    def _count(self, failed, name, why_skipped, comments, skips, test):
        why, passes = known.excuse(test, name), known.passes(test, name)
        if failed and why:
            self.excuse(why, name)
        elif failed:
            self.fail("; ".join(comments) or "failed", name)
        elif why_skipped:
            self.skipped += 1
            self.cases.append((name, "skipped", why_skipped))
            skips.setdefault(why_skipped, []).append(name)
        else:
            self.passed += 1
            self.cases.append((name, "passed", ""))
            self.notes += [passes] if passes else []


@dataclass
class Test:
    """What every test has: its name, and the result that it must have."""

    name: str
    status: int = 0  # the exit status that is right
    expect: tuple = ()  # regular expressions that the output must match
    reject: tuple = ()  # and those that it must not
    ktap: bool = False
    limit: float = 60  # seconds; TIMEOUT in the environment replaces it
    skip: str = ""  # why it cannot run here
    tier: int = 0  # its file's TIER, if it names none: tools/test.py

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
            outcome.read_ktap(result.output, self.name)
        self._judge(result, limit, outcome)
        if not self.ktap:
            outcome.passed, outcome.failed = int(not outcome.failed), int(outcome.failed > 0)
        return outcome

    def start(self, limit):
        raise NotImplementedError

    def _judge(self, result, limit, outcome):
        if result.timed_out:
            outcome.fail(f"stopped after {limit:g} seconds (TIMEOUT=)")
        elif outcome.excused and not outcome.failed and result.status == 1:
            pass  # as it is with a failure in it
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
    """A boot of the kernel.

    machine: what differs from Machine's defaults. dialogue: pairs of a regular
    expression to wait for in the output, and the bytes that are typed then.
    """

    machine: dict = field(default_factory=dict)
    dialogue: tuple = ()

    def start(self, limit):
        values = {"image": f"{BUILD}/Image", "initrd": f"{BUILD}/test/initrd.cpio"}
        values["directory"] = f"{BUILD}/test/{re.sub(r'[^A-Za-z0-9]+', '-', self.name)}"
        values.update(self.machine)
        return Machine(timeout=limit, **values).run(dialogue=self.dialogue)


@dataclass
class Command(Test):
    """A command of the host, in the project's directory. env: added variables."""

    argv: tuple = ()
    env: dict = field(default_factory=dict)

    def start(self, limit):
        with ONE_MAKE:
            return self._start(limit)

    def environment(self):
        """The make that runs the tests is not the one that is tested, nor are its results."""
        its_own = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "JUNIT")
        env = {name: value for name, value in os.environ.items() if name not in its_own}
        return {**env, **self.env}

    def _start(self, limit):
        try:
            process = subprocess.Popen(
                self.argv,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            return Result(127, f"{self.argv[0]}: {error.strerror}\n")
        late = False
        try:
            output = process.communicate(timeout=limit)[0]
        except subprocess.TimeoutExpired:
            late = True
            os.killpg(process.pid, signal.SIGKILL)  # what it has started, too
            output = process.communicate()[0]
        status = TIMED_OUT if late else process.returncode
        return Result(status, output.decode(errors="replace").replace("\r\n", "\n"), late)


@dataclass
class Terminal(Command):
    """A command on a terminal of its own, as a person has it. dialogue: as Boot's."""

    dialogue: tuple = ()

    @staticmethod
    def _take_terminal():
        """Ctrl-C on it is a signal, also where a background job may ignore that."""
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    def _start(self, limit):
        master, slave = pty.openpty()
        process = subprocess.Popen(
            self.argv,
            env=self.environment(),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=self._take_terminal,
        )
        os.close(slave)
        timer = threading.Timer(limit, lambda: os.killpg(process.pid, signal.SIGKILL))
        timer.start()
        output, typed = "", 0
        try:
            while True:
                output += os.read(master, 65536).decode(errors="replace").replace("\r", "")
                while typed < len(self.dialogue) and re.search(self.dialogue[typed][0], output):
                    os.write(master, self.dialogue[typed][1])
                    typed += 1
        except OSError:  # EIO: the last process has closed the terminal
            pass
        timed_out = not timer.is_alive()
        timer.cancel()
        os.close(master)
        return Result(TIMED_OUT if timed_out else process.wait(), output, timed_out)
