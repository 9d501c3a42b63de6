#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run.py - boots the kernel in QEMU: `make run`, and every tool that boots it.

What may be chosen comes from the environment, as make sets it: CPU QEMU SMP
MEM APPEND INITRD GIC ENTRY_EL TIMEOUT INIT ARGS, and B (the build directory)
and CC.
The exit status is the machine's. Other tools use class Machine:

    result = Machine.from_environment(append="quiet").run()
    result.status, result.output, result.timed_out
"""

import functools
import os
import re
import shlex
import subprocess
import sys
import threading
from dataclasses import dataclass

import ending
import mkinitrd

TIMED_OUT = 124  # as timeout(1)
END_OF_FILE = b"\x04"


@dataclass
class Result:
    """How one run of a machine ended."""

    status: int
    output: str  # console and QEMU's own messages; empty if not captured
    timed_out: bool = False


@dataclass
class Machine:
    """One QEMU `virt` machine with the kernel in it. Paths as the caller sees them."""

    image: str
    initrd: str
    directory: str  # QEMU works here: the kernel's portcullis.trace appears in it
    cpu: str = "max"
    qemu: str = os.environ.get("QEMU") or "qemu-system-aarch64"
    smp: str = "1"
    mem: str = "256M"
    append: str = ""
    gic: str = "3"
    el: str = "1"
    timeout: float = 0  # seconds; 0 means no limit
    extra: tuple = ()  # more arguments for QEMU

    @classmethod
    def from_environment(cls, **changes):
        """The machine that make's variables describe, with these changes."""
        env, build = os.environ, os.environ.get("B", "build")
        values = {"image": f"{build}/Image", "initrd": f"{build}/initrd.cpio", "directory": f"{build}/run"}
        for name in ("cpu", "qemu", "smp", "mem", "append", "gic", "initrd", "timeout"):
            if env.get(name.upper()):
                values[name] = env[name.upper()]
        values["el"] = one_of("ENTRY_EL", "1", "2") or "1"
        values.update(changes)
        values["timeout"] = float(values.get("timeout", 0))
        return cls(**values)

    def take_program(self):
        """Makes an initrd with one program, INIT or the tour, as process 1; returns
        the program's path. An INITRD is left as it is."""
        env = os.environ
        program = env.get("INIT") or os.path.join(env.get("B", "build"), "user/tour")
        if env.get("INITRD") and env.get("INIT"):
            sys.exit("INIT=FILE makes an initrd of its own; in INITRD=, choose with APPEND=init=PATH")
        if not env.get("INITRD"):
            self.initrd = os.path.join(self.directory, "initrd.cpio")
            mkinitrd.write_archive(self.initrd, {"init": program})
        return program

    def command(self, interactive=False):
        """QEMU's command line."""
        machine = f"virt,gic-version={self.gic},virtualization={'on' if self.el == '2' else 'off'}"
        qemu = os.path.abspath(self.qemu) if "/" in self.qemu else self.qemu
        command = [qemu, "-M", machine, "-cpu", self.cpu, "-smp", self.smp, "-m", self.mem]
        command += ["-kernel", os.path.abspath(self.image), "-append", self.append]
        if self.initrd:
            command += ["-initrd", os.path.abspath(self.initrd)]
        command += ["-display", "none", "-nic", "none", "-no-reboot"]
        # Semihosting carries the exit status and the trace out; it must not
        # be a way to run commands on the host.
        command += ["-semihosting-config", "enable=on,target=native", "-sandbox", "on,spawn=deny"]
        if interactive:  # Ctrl-C is for the program; Ctrl-A X leaves
            command += ["-chardev", "stdio,id=console,mux=on,signal=off", "-mon", "console"]
        else:
            command += ["-chardev", "stdio,id=console", "-monitor", "none"]
        return command + ["-serial", "chardev:console", *self.extra]

    def run(self, capture=True, dialogue=(), typing=False):
        """Boots it and waits for its end.

        capture=False leaves the terminal to it; where there is none, what it
        prints is passed on. dialogue: pairs of a regular expression, and the
        bytes to type when the output has come to match it. typing: it is given
        what stdin has; a terminal that is not its own has nothing but an end.
        """
        os.makedirs(self.directory, exist_ok=True)
        keys = not capture and sys.stdin.isatty()
        screen = not capture and sys.stdout.isatty()
        pipes = {} if keys else {"stdin": subprocess.PIPE if dialogue or typing else subprocess.DEVNULL}
        if not screen:
            pipes |= {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        try:
            process = subprocess.Popen(self.command(keys), cwd=self.directory, **pipes)
        except OSError as error:
            sys.exit(f"{self.qemu}: {error.strerror}; `make deps run` installs it")
        if typing and process.stdin:
            threading.Thread(target=self._type_stdin, args=[process], daemon=True).start()
        with process:
            return self._wait(process, list(dialogue), echo=not capture)

    def _wait(self, process, dialogue, echo):
        """Waits for its end, or kills it when its time is over."""
        late = threading.Event()
        timer = threading.Timer(self.timeout or threading.TIMEOUT_MAX, lambda: (late.set(), process.kill()))
        timer.daemon = True
        timer.start()
        output = b""
        try:
            while process.stdout:
                chunk = process.stdout.read1(65536)
                output += chunk
                if echo:
                    sys.stdout.buffer.write(chunk.replace(b"\r", b""))
                    sys.stdout.flush()
                while dialogue and re.search(dialogue[0][0], output.decode(errors="replace").replace("\r", "")):
                    self._type(process, dialogue.pop(0)[1])
                if not chunk:
                    break
            process.wait()
        except BaseException:
            process.kill()
            raise
        finally:
            timer.cancel()
        text = output.decode(errors="replace").replace("\r\n", "\n")
        return Result(TIMED_OUT if late.is_set() else process.returncode, text, late.is_set())

    @classmethod
    def _type_stdin(cls, process):
        """Types what stdin has. At its end, ^D: alone in its line it is an end of file."""
        chunk = last = b"\n"
        while chunk and not sys.stdin.isatty():
            chunk = os.read(sys.stdin.fileno(), 1024)
            cls._type(process, chunk)
            last = chunk[-1:] or last
        cls._type(process, END_OF_FILE if last == b"\n" else 2 * END_OF_FILE)

    @staticmethod
    def _type(process, text):
        try:
            os.write(process.stdin.fileno(), text)
        except (BrokenPipeError, ValueError):  # it has ended; its output will say why
            pass

    def title(self):
        """What is printed with every result: "cpu max, QEMU 7.2.22, gcc 12.2.0"."""
        cpus = "" if self.smp == "1" else f" x {self.smp} (the kernel uses one)"
        return f"cpu {self.cpu}{cpus}, QEMU {qemu_version(self.qemu)}, {compiler_version()}"


def one_of(name, *values):
    """The variable's value, which is one of these; "" where it is not given."""
    value = os.environ.get(name, "")
    if value and value not in values:
        sys.exit(f'make: {name} is {" or ".join(values)}, and not "{value}"')
    return value


def first_match(command, pattern):
    """What the pattern's group matches in the command's output, or "?"."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "?"
    match = re.search(pattern, done.stdout)
    return match.group(1) if match else "?"


@functools.lru_cache(maxsize=None)
def qemu_version(qemu):
    return first_match([qemu, "--version"], r"version (\d+(?:\.\d+)*)")


@functools.lru_cache(maxsize=None)
def compiler_version():
    """Of the compiler that make used for the kernel (its CC)."""
    compiler = os.environ.get("CC", "aarch64-linux-gnu-gcc").split()
    if "clang" in compiler[0]:
        return "clang " + first_match([*compiler, "--version"], r"version (\d+(?:\.\d+)*)")
    return "gcc " + first_match([*compiler, "-dumpfullversion"], r"(\d+(?:\.\d+)*)")


def with_arguments(append, arguments):
    """The kernel command line with arguments for process 1 after `--`.

    arguments are words and quotes as in a shell. The kernel knows "…" alone.
    """
    try:
        words = shlex.split(arguments or "")
    except ValueError as error:
        sys.exit(f"ARGS={arguments}: {error}".lower().replace("args", "ARGS", 1))
    if '"' in "".join(words):
        sys.exit(f"ARGS={arguments}: the kernel's command line cannot hold a double quote")
    quoted = (f'"{word}"' if " " in word or not word else word for word in words)
    separator = ["--"] if words and " -- " not in f" {append} " else []
    return " ".join([*append.split(" "), *separator, *quoted]).strip()


def arguments_of_process_1(env, append):
    """ARGS; and on a terminal the tour waits for Enter."""
    tour = not env.get("INIT") and "init=" not in append
    if tour and not env.get("ARGS") and sys.stdin.isatty() and sys.stdout.isatty():
        return "-i"
    return env.get("ARGS")


def main():
    env = os.environ
    machine = Machine.from_environment()
    machine.append = with_arguments(machine.append, arguments_of_process_1(env, machine.append))
    machine.take_program()
    print(f"leave: Ctrl-A X        {machine.title()}", flush=True)
    result = machine.run(capture=False, typing=True)
    if result.timed_out:
        print(f"\nmake run: stopped after {machine.timeout:g} seconds (TIMEOUT=)", file=sys.stderr)
    sys.exit(result.status if result.status >= 0 else 128 - result.status)


if __name__ == "__main__":
    ending.run(main)
