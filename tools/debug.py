#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""debug.py - `make debug`: QEMU stopped at its first instruction, and gdb.

They talk through a socket in the build directory, so that several can run at
once. The console's output appears between gdb's lines. GDB names another gdb;
GDB_SCRIPT=FILE runs gdb's commands in FILE and ends.
"""

import os
import shutil
import subprocess
import sys
import time

from run import Machine, with_arguments


def find_gdb():
    for name in (os.environ.get("GDB"), "gdb-multiarch", "gdb"):
        if name and shutil.which(name):
            return name
    sys.exit("make debug: no gdb; `make deps debug` installs gdb-multiarch")


def wait_for_socket(path, process):
    """QEMU makes the socket before it stops at the first instruction."""
    while not os.path.exists(path):
        if process.poll() is not None:
            sys.exit(f"make debug: QEMU ended with status {process.returncode}")
        time.sleep(0.01)


def main():
    build = os.environ.get("B", "build")
    gdb = find_gdb()
    machine = Machine.from_environment(directory=f"{build}/debug")
    machine.append = with_arguments(machine.append, os.environ.get("ARGS"))
    os.makedirs(machine.directory, exist_ok=True)
    program = machine.take_program()
    gdb_socket = os.path.join(machine.directory, "gdb.socket")
    if os.path.exists(gdb_socket):
        os.remove(gdb_socket)
    # Relative to the machine's directory: a socket's path must be short.
    machine.extra = ("-S", "-chardev", "socket,path=gdb.socket,server=on,wait=off,id=gdb", "-gdb", "chardev:gdb")
    qemu = subprocess.Popen(
        machine.command(), cwd=machine.directory, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_for_socket(gdb_socket, qemu)
        print(f"leave: quit        {machine.title()}", flush=True)
        attach = f"portcullis-attach {machine.directory}/gdb.socket {program}"
        command = [gdb, "-q", "-ex", "source tools/gdb/portcullis.py", "-ex", attach]
        if os.environ.get("GDB_SCRIPT"):
            command += ["-batch", "-x", os.environ["GDB_SCRIPT"]]
        status = subprocess.run([*command, f"{build}/portcullis.elf"], check=False).returncode
    finally:
        qemu.kill()
        qemu.wait()
    sys.exit(status)


if __name__ == "__main__":
    main()
