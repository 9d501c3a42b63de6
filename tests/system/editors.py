# SPDX-License-Identifier: MIT
"""editors.py - what editors read: compile_commands.json, .vscode/, .devcontainer/."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass

from harness import ONE_MAKE, Command, Outcome, Test

NO_GDB = "" if shutil.which("gdb-multiarch") else "no gdb-multiarch"
HOUSE = os.getcwd()
# Of each kind: the kernel with and without registers, EL0, and the host.
FILES = (
    "src/main.c src/uaccess.c src/trespass/read_user.c arch/aarch64/fault.c arch/aarch64/vectors.S "
    "tests/kernel/test_pan.c "
    "user/tour.c tests/user/echo.c tests/host/elf_test.c tests/host/mm/vm_test.c tools/story.c"
).split()


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


@dataclass
class Compilations(Command):
    """Each of FILES is compiled as compile_commands.json says, and clangd (if there is one) finds no error in it."""

    def run(self):
        outcome = super().run()
        if outcome.failed:
            return outcome
        entries = {entry["file"]: entry for entry in read_json("compile_commands.json")}
        outcome.passed = 0
        for path in FILES:
            for command in self.commands(path, entries):
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                outcome.output += f"$ {' '.join(command)}\n{done.stdout}{done.stderr}"
                if done.returncode != 0:
                    outcome.fail(f"{path}: {command[0]} found an error")
        outcome.passed = int(not outcome.failed)
        return outcome

    @staticmethod
    def commands(path, entries):
        if path not in entries:
            return [["false"]]
        found = [[*entries[path]["arguments"], "-fsyntax-only"]]
        if shutil.which("clangd") and path.endswith(".c"):
            found.append(["clangd", f"--check={path}"])
        return found


@dataclass
class Launch(Test):
    """What an editor does with launch.json: the task, then gdb, which comes to its port."""

    def run(self):
        outcome = Outcome()
        if self.skip:
            outcome.skipped, outcome.notes = 1, [f"skipped: {self.skip}"]
            return outcome
        with ONE_MAKE:
            self.serve_and_attach(outcome)
        return outcome

    def serve_and_attach(self, outcome):
        launch = read_json(".vscode/launch.json")["configurations"][0]
        task = next(
            task for task in read_json(".vscode/tasks.json")["tasks"] if task["label"] == launch["preLaunchTask"]
        )
        port = free_port()  # two trees may be tested at once
        server = subprocess.Popen(
            ["sh", "-c", task["command"].replace("1234", port)],
            env=Command("").environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            self.attach_and_judge(launch, task, server, port, outcome)
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGINT)
            server.wait()

    @staticmethod
    def attach_and_judge(launch, task, server, port, outcome):
        ready = task["problemMatcher"]["background"]["endsPattern"]
        for line in server.stdout:
            outcome.output += line
            if re.search(ready, line):
                break
        else:
            outcome.fail(f"the task ended without {ready!r}")
            return
        outcome.output = attach(launch, launch["miDebuggerServerAddress"].replace("1234", port))
        for pattern in (r"^Breakpoint 1, syscall_dispatch", r"^#1 .*trap_el0_sync", r"^EL1, PAN=1, "):
            if not re.search(pattern, outcome.output, re.MULTILINE):
                outcome.fail(f"the output has no {pattern!r}")
        outcome.passed = int(not outcome.failed)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def attach(launch, address):
    """gdb's output: the editor's commands, and then its user's."""
    commands = [command["text"] for command in launch["setupCommands"]]
    commands += [f"target remote {address}", "break syscall_dispatch", "continue", "backtrace 3", "where-am-i", "kill"]
    words = [word for command in commands for word in ("-ex", command.replace("${workspaceFolder}", HOUSE))]
    program = launch["program"].replace("${workspaceFolder}", HOUSE)
    done = subprocess.run(
        [launch["miDebuggerPath"], "-q", "-batch", *words, program],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=float(os.environ.get("TIMEOUT") or 60),
        check=False,
    )
    return done.stdout


TIER = 1
TESTS = [
    Compilations(
        "editors: each file as the build compiles it",
        argv=("make", "--no-print-directory", "compile_commands.json"),
        limit=120,
    ),
    Launch("editors: gdb comes to make debug GDB_SERVER=", skip=NO_GDB),
    Command(
        "editors: a port that is none",
        argv=("make", "--no-print-directory", "debug", "GDB_SERVER=here"),
        status=2,
        expect=(r'^make debug: GDB_SERVER is a port, and not "here"$',),
        reject=(r"Traceback",),
    ),
]
