#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""debug.py - `make debug`: QEMU stopped at its first instruction, and gdb.

They talk through a socket in the build directory, so that several can run at
once. The console's output appears between gdb's lines. GDB names another gdb;
GDB_SCRIPT=FILE runs gdb's commands in FILE and ends. GDB_SERVER=PORT starts no
gdb: another one (an editor's: .vscode/launch.json) connects to that port.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys

import ending
from run import Machine, with_arguments


def find_gdb():
    for name in (os.environ.get("GDB"), "gdb-multiarch", "gdb"):
        if name and shutil.which(name):
            return name
    sys.exit("make debug: no gdb; `make deps debug` installs gdb-multiarch")


def listen(address):
    """A socket where gdb can come from now on, though QEMU is not there yet."""
    kind = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    listening = socket.socket(kind)
    if kind == socket.AF_INET:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
    except (OSError, OverflowError) as error:
        sys.exit(f"make debug: no gdb can come to {address}: {error}")
    listening.listen()
    return listening


def start_qemu(machine, listening):
    """QEMU, stopped. A session of its own: Ctrl-C is gdb's."""
    channel = f"socket,fd={listening.fileno()},server=on,wait=off,id=gdb"
    machine.extra = ("-S", "-chardev", channel, "-gdb", "chardev:gdb")
    try:
        return subprocess.Popen(
            machine.command(),
            cwd=machine.directory,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[listening.fileno()],
        )
    except OSError as error:
        sys.exit(f"{machine.qemu}: {error.strerror}; `make deps debug` installs it")


def run_in_foreground(command):
    """Runs it alone in the terminal's foreground, so that Ctrl-C does not end us and make."""
    terminal = sys.stdin.fileno()
    try:
        ours = os.tcgetpgrp(terminal)
    except OSError:  # no terminal, or one that sends us no signals
        return subprocess.run(command, check=False).returncode
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # we give the terminal away, and take it back
    process = subprocess.Popen(command, process_group=0)
    try:
        os.tcsetpgrp(terminal, process.pid)
        while True:  # there is no shell that would wake it after a stop
            os.kill(process.pid, signal.SIGCONT)
            _, status = os.waitpid(process.pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                return os.waitstatus_to_exitcode(status)
    finally:
        os.tcsetpgrp(terminal, ours)


def serve(machine, port):
    """Waits for the machine's end; another program runs gdb."""
    if not port.isdigit():
        sys.exit(f'make debug: GDB_SERVER is a port, and not "{port}"')
    with listen(("127.0.0.1", int(port))) as listening:
        qemu = start_qemu(machine, listening)
    print(f"gdb: target remote 127.0.0.1:{port}        leave: Ctrl-C        {machine.title()}", flush=True)
    try:
        sys.exit(qemu.wait())
    finally:
        qemu.kill()
        qemu.wait()


def debug(machine, program):
    gdb, path = find_gdb(), os.path.join(machine.directory, "gdb.socket")
    if os.path.exists(path):
        os.remove(path)
    with listen(path) as listening:
        qemu = start_qemu(machine, listening)
    try:
        print(f"leave: quit        {machine.title()}", flush=True)
        attach = f"portcullis-attach {path} {program}"
        command = [gdb, "-q", "-ex", "source tools/gdb/portcullis.py", "-ex", attach]
        if os.environ.get("GDB_SCRIPT"):
            command += ["-batch", "-x", os.environ["GDB_SCRIPT"]]
        return run_in_foreground([*command, os.path.join(os.environ.get("B", "build"), "portcullis.elf")])
    finally:
        qemu.kill()
        qemu.wait()


def main():
    machine = Machine.from_environment(directory=os.path.join(os.environ.get("B", "build"), "debug"))
    machine.append = with_arguments(machine.append, os.environ.get("ARGS"))
    os.makedirs(machine.directory, exist_ok=True)
    program = machine.take_program()
    if os.environ.get("GDB_SERVER"):
        serve(machine, os.environ["GDB_SERVER"])
    sys.exit(debug(machine, program))


if __name__ == "__main__":
    ending.run(main)
