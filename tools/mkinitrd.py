#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mkinitrd.py - writes an initrd: a cpio archive in the "newc" format.

    mkinitrd.py ARCHIVE NAME=FILE ...

The kernel turns it into memory files (src/fs/cpio.c reads it back). The same
files give the same bytes: no time, no owner and no inode of the host goes in.
"""

import os
import stat
import sys

import ending

DIRECTORY, PROGRAM, PLAIN = stat.S_IFDIR | 0o755, stat.S_IFREG | 0o755, stat.S_IFREG | 0o644


def padded(data):
    """data, filled up to a multiple of four bytes."""
    return data + bytes(-len(data) % 4)


def entry(number, name, mode, data):
    """One member: header, name and data, each aligned to four bytes."""
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
    header = "070701" + "".join(f"{field:08x}" for field in fields)
    return padded(header.encode() + name.encode() + b"\0") + padded(data)


def archive(files):
    """The bytes of an archive of files, a dict from name to contents."""
    parents = {os.path.dirname(name) for name in files} - {""}
    members = [(name, DIRECTORY, b"") for name in sorted(parents)]
    for name, data in files.items():
        program = data.startswith(b"\x7fELF")
        members.append((name, PROGRAM if program else PLAIN, data))
    blob = b"".join(entry(number, *member) for number, member in enumerate(members, 1))
    return blob + entry(0, "TRAILER!!!", 0, b"")


def write_archive(path, files):
    """Writes the archive of files, whose values name files of the host."""
    contents = {}
    for name, source in files.items():
        try:
            with open(source, "rb") as file:
                contents[name] = file.read()
        except OSError as error:
            sys.exit(f"mkinitrd: {source}: {error.strerror}")
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(archive(contents))


def main():
    if len(sys.argv) < 2 or not all("=" in pair for pair in sys.argv[2:]):
        sys.exit(__doc__)
    write_archive(sys.argv[1], dict(pair.split("=", 1) for pair in sys.argv[2:]))


if __name__ == "__main__":
    ending.run(main)
