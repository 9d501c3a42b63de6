#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""debug.py - `make debug`: QEMU stopped at its first instruction, and gdb.

They talk through sockets in the build directory, so that several can run at
once. The console's output appears between gdb's lines. GDB names another gdb;
GDB_SCRIPT=FILE runs gdb's commands in FILE and ends. GDB_SERVER=PORT starts no
gdb: another one (an editor's: .vscode/launch.json) connects to that port.
CORE=FILE starts no QEMU: gdb looks at what its `dump-guest-memory FILE` wrote.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading

import ending
from run import Machine, with_arguments

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "gdb"))
import vmcore  # noqa: E402  (it is for gdb, and lies there)


def find_gdb():
    for name in (os.environ.get("GDB"), "gdb-multiarch", "gdb"):
        if name and shutil.which(name):
            return name
    sys.exit("make debug: no gdb; `make deps debug` installs gdb-multiarch")


def listen(address):
    """A socket where gdb can come from now on, though QEMU is not there yet."""
    kind = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    listening = socket.socket(kind)
    if kind == socket.AF_UNIX and os.path.exists(address):
        os.remove(address)
    if kind == socket.AF_INET:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
    except (OSError, OverflowError) as error:
        sys.exit(f"make debug: no gdb can come to {address}: {error}")
    listening.listen()
    return listening


def accept_all(listening, serve):
    """Gives each gdb that comes to serve(connection), in a thread of its own."""

    def accept():
        while True:
            connection = listening.accept()[0]
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def pass_on(source, sink):
    """What source says, to its end, also when sink has gone; then sink hears that it is the end."""
    heard = True
    while True:
        try:
            data = source.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            break
        try:
            heard = heard and sink.sendall(data) is None
        except OSError:
            heard = False
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def relay(connection, path):
    """Between gdb and QEMU. QEMU ends without reading gdb's last answer: alone, gdb would find a broken pipe."""
    with connection, socket.socket(socket.AF_UNIX) as qemu:
        try:
            qemu.connect(path)
        except OSError:  # it has ended already
            return
        back = threading.Thread(target=pass_on, args=(qemu, connection), daemon=True)
        back.start()
        pass_on(connection, qemu)
        back.join()


def start_qemu(machine, outer):
    """QEMU, stopped, for the gdb that comes to outer. A session of its own: Ctrl-C is gdb's."""
    path = os.path.join(machine.directory, "qemu.socket")
    with listen(path) as inner:
        channel = f"socket,fd={inner.fileno()},server=on,wait=off,id=gdb"
        machine.extra = ("-S", "-chardev", channel, "-gdb", "chardev:gdb")
        try:
            qemu = subprocess.Popen(
                machine.command(),
                cwd=machine.directory,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=[inner.fileno()],
            )
        except OSError as error:
            sys.exit(f"{machine.qemu}: {error.strerror}; `make deps debug` installs it")
    accept_all(outer, lambda connection: relay(connection, path))
    return qemu


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


def run_gdb(attach):
    """gdb, with the command that connects it."""
    command = [find_gdb(), "-q", "-ex", "source tools/gdb/portcullis.py", "-ex", attach]
    if os.environ.get("GDB_SCRIPT"):
        command += ["-batch", "-x", os.environ["GDB_SCRIPT"]]
    return run_in_foreground([*command, os.path.join(os.environ.get("B", "build"), "portcullis.elf")])


def debug(machine, program):
    find_gdb()  # or say that there is none before QEMU starts
    path = os.path.join(machine.directory, "gdb.socket")
    with listen(path) as listening:
        qemu = start_qemu(machine, listening)
        try:
            print(f"leave: quit        {machine.title()}", flush=True)
            return run_gdb(f"portcullis-attach {path} {program}")
        finally:
            qemu.kill()
            qemu.wait()


def look_at(path, machine, program):
    """gdb with a vmcore instead of a machine."""
    try:
        core = vmcore.Vmcore(path, os.path.join(os.environ.get("B", "build"), "portcullis.elf"))
    except vmcore.Unreadable as why:
        sys.exit(f"make debug: {why}")
    channel = os.path.join(machine.directory, "gdb.socket")
    with listen(channel) as listening:
        accept_all(listening, lambda connection: vmcore.Server(core, connection).serve())
        print(f"leave: quit        vmcore {path}", flush=True)
        return run_gdb(f"portcullis-vmcore {channel} {program}")


def main():
    machine = Machine.from_environment(directory=os.path.join(os.environ.get("B", "build"), "debug"))
    machine.append = with_arguments(machine.append, os.environ.get("ARGS"))
    os.makedirs(machine.directory, exist_ok=True)
    program = machine.take_program()
    if os.environ.get("CORE"):
        sys.exit(look_at(os.environ["CORE"], machine, program))
    if os.environ.get("GDB_SERVER"):
        serve(machine, os.environ["GDB_SERVER"])
    sys.exit(debug(machine, program))


if __name__ == "__main__":
    ending.run(main)
