# SPDX-License-Identifier: MIT
"""deps.py - a tool that cannot be had gives one line, and nothing changes:
`make deps`, QEMU=, tools/qemu.sh and tools/bare.sh, with the real apt-get.

It gets other package sources, a list without installed packages, and folders of
its own, so that it changes nothing here. PATH lacks the QEMU, gdb and sudo."""

import os
import shutil

from harness import Command

# Sources: a port where nobody listens, a server that does not answer, and an
# archive that is there and has no package.
PREPARE = r"""
here=$PWD
cd "$(mktemp -d)" && chmod 755 . && trap 'kill $server; rm -rf "$PWD"' EXIT
mkdir bin lists cache empty && touch status empty/Packages
for folder in $(echo "$PATH" | tr : ' '); do
	ln -s "$folder"/* bin/ 2>/dev/null
done
rm -f bin/qemu-system-aarch64 bin/gdb* bin/sudo
python3 -c '
import socket
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
kept = [server.accept() for _ in range(100)]' >port 2>/dev/null &
server=$!
while ! [ -s port ]; do sleep 0.1; done
sources() {
	echo "deb [trusted=yes] $1" >sources.list
	cat >apt.conf <<-END
		Dir::Etc::SourceList "$PWD/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::State::Lists "$PWD/lists";
		Dir::State::status "$PWD/status";
		Dir::Cache "$PWD/cache";
	END
}
unreachable="http://127.0.0.1:9/debian stable main"
late="http://127.0.0.1:$(cat port)/debian stable main"
empty="file:$PWD/empty ./"
try() {
	sources "$1"
	shift
	PATH=$PWD/bin APT_CONFIG=$PWD/apt.conf APT_TIMEOUT=1 "$@" 2>&1
	echo "status $?"
}
"""

NO_APT = "" if shutil.which("apt-get") and os.geteuid() == 0 else "it needs apt-get, and root"
MISSING = r"make deps: missing: qemu-system-aarch64; "
BOOTS = "run compare bench truth trace predict try test debug walk times".split()


def script(name, text, *expect, **changes):
    argv = ("sh", "-c", PREPARE + text)
    return Command(f"deps: {name}", argv=argv, expect=expect, limit=120, **{"skip": NO_APT, **changes})


def deps(name, source, why, goals="run", **changes):
    """`make deps GOALS`: what it says, all of it."""
    said = (
        r"\Amake deps: missing: .*\nmake deps: apt-get installs .*\n"
        rf"Makefile:\d+: \*\*\* make deps: missing: .*; {why}\.  Stop\.\nstatus 2\n\Z"
    )
    return script(name, f'try "${source}" make --no-print-directory -C "$here" deps {goals}', said, **changes)


def qemu(name, program, why):
    """Every command says of this QEMU why it cannot be used, and nothing else."""
    text = f"""
printf '#!/bin/sh\\necho QEMU emulator version 6.2.0\\n' >old && chmod +x old
for goal in {" ".join(BOOTS)}; do make --no-print-directory -C "$here" $goal QEMU={program} 2>&1; done
"""
    return script(
        f"QEMU= {name}", text, rf"\A(Makefile:\d+: \*\*\* {why}\.  Stop\.\n){{{len(BOOTS)}}}\Z", skip="", status=2
    )


# In a tree of their own, whose build/ has nothing in it afterwards.
FETCH = r"""
mkdir -p tree/tools && cp "$here"/tools/*.sh tree/tools
try "$unreachable" env QEMU=new tree/tools/qemu.sh
try "$late" env QEMU=new tree/tools/qemu.sh
find tree/build -mindepth 1
"""

TIER = 1
BARE = r"""
mkdir -p tree/tools && cp "$here"/tools/*.sh tree/tools
try "$unreachable" tree/tools/bare.sh trixie make deps run
try "$late" tree/tools/bare.sh trixie make deps run
try "$empty" setpriv --reuid=65534 --regid=65534 --clear-groups tree/tools/bare.sh trixie make deps run
! [ -d tree/build/bare ] || find tree/build/bare -mindepth 1
"""

TESTS = [
    deps(
        "no network", "unreachable", r"apt-get: .*Failed to fetch http://127\.0\.0\.1:9/.*(refused|Unable to connect).*"
    ),
    deps("an archive that does not answer", "late", r"apt-get: .*Failed to fetch http://127\.0\.0\.1:\d+/.*"),
    deps("a package that this release lacks", "empty", r"apt-get: E: Unable to locate package qemu-system-arm"),
    deps(
        "each missing tool once",
        "empty",
        r"apt-get: E: .*",
        goals="",
        reject=(r"missing: .*(qemu-system-aarch64|gdb-multiarch).*\1",),
    ),
    script(
        "no root, and no sudo",
        'try "$empty" setpriv --reuid=65534 --regid=65534 --clear-groups sh -s run <"$here/tools/deps.sh"',
        r"\Amissing: .*qemu-system-aarch64.*; "
        r"without sudo, root must: apt-get install .*qemu-system-arm.*\nstatus 1\n\Z",
    ),
    qemu("that is not there", "nowhere", r"there is no program nowhere; `make deps run` installs Debian's QEMU"),
    qemu("that is none", "/bin/true", r"/bin/true is no QEMU 7\.2 or newer: true .*"),
    qemu("that is too old", '"$PWD/old"', r"/\S+/old is no QEMU 7\.2 or newer: QEMU emulator version 6\.2\.0"),
    script(
        "QEMU=new, and no archive",
        FETCH,
        r"\A(QEMU=new: fetching .*\nno newer QEMU: the archive: .*Failed to fetch .*\nstatus 1\n){2}\Z",
    ),
    script(
        "a bare system, and no archive, no root",
        BARE,
        r"\A(no bare trixie: (the archive: .*Failed to fetch .*|no mounts can be made here)\nstatus 1\n){2}"
        r"no bare trixie: it needs root, for chroot\nstatus 1\n\Z",
    ),
]
