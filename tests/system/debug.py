# SPDX-License-Identifier: MIT
"""debug.py - gdb's commands of `make debug`, and the third witness of the trace:
at each of many faults the tables are walked by hand, through QEMU's gdb stub."""

import os
import shutil
import sys
from dataclasses import dataclass

from harness import BUILD, Command, Result

NO_GDB = "" if any(map(shutil.which, (os.environ.get("GDB") or "gdb-multiarch", "gdb"))) else "no gdb"


@dataclass
class Debugged(Command):
    """A run of gdb; a second one if it fails, and then the notes say so: see
    tools/checkdocs.py:run_and_judge."""

    def run(self):
        outcome = super().run()
        if outcome.failed:
            notes = outcome.notes
            outcome = super().run()
            outcome.notes += ["the first try:", *notes]
        return outcome


def debug(name, script, *variables, **changes):
    argv = ("make", "--no-print-directory", "debug", f"GDB_SCRIPT=tests/system/{script}", *variables)
    return Debugged(f"debug: {name}", argv=argv, limit=120, skip=NO_GDB, **changes)


def walks(name, *variables):
    """The walks of this run, compared."""
    return debug(
        f"walks by hand agree, {name}",
        "walks.gdb",
        *variables,
        expect=(r"^walks compared: 120$", r"^walks: \d+ ended after \d levels with: page$"),
        reject=(r"DIFFERENT",),
    )


MAPPINGS = f"INIT={BUILD}/user/mappings"
VMCORE = f"{BUILD}/debug/vmcore"


@dataclass
class Dumped(Debugged):
    """A machine is looked at, and then its dump: both say the same, word for word."""

    def _start(self, limit):
        if os.path.exists(VMCORE):
            os.remove(VMCORE)  # QEMU makes it read-only
        live = super()._start(limit)
        if live.status != 0:
            return live
        make = ("make", "--no-print-directory", "debug", MAPPINGS, f"CORE={VMCORE}")
        core = Command(self.name, argv=(*make, "GDB_SCRIPT=tests/system/look.gdb"))._start(limit)
        here, there = (
            [line for line in one.output.partition("-- look\n")[2].splitlines() if "Terminated" not in line]
            for one in (live, core)
        )
        differ = [f"DIFFERENT: {a!r}, in the dump {b!r}\n" for a, b in zip(here, there) if a != b]
        head = f"lines: {len(here)} of the machine, {len(there)} of its dump, {len(differ)} differ\n"
        return Result(core.status, head + "".join(differ) + core.output)


def no_core(name, make_it, why, tier=1):
    """A file that is no vmcore of this kernel: said in one line."""
    script = f"mkdir -p {BUILD}/debug && {make_it} && make --no-print-directory debug CORE={VMCORE}.bad"
    return Command(
        f"debug: {name}",
        argv=("sh", "-c", script),
        status=2,
        expect=(rf"^make debug: \S*vmcore\.bad: {why}",),
        reject=(r"Traceback",),
        skip=NO_GDB,
        limit=120,
        tier=tier,
    )


# A machine that ends as QEMU does: its last word, and no ear for the answer. What is
# said to the relay is read (then the socket holds nothing), and there is room for more.
LAST_WORD = """
import fcntl, socket, struct, sys, tempfile, termios
sys.path.insert(0, "tools")
import debug
def unread(of):
    return struct.unpack("i", fcntl.ioctl(of, termios.TIOCOUTQ, bytes(4)))[0]
with tempfile.TemporaryDirectory() as place, debug.listen(place + "/qemu") as qemu, debug.listen(place + "/gdb") as gdb:
    debug.accept_all(qemu, lambda c: (c.sendall(b"$W00#b7"), c.close()))
    debug.accept_all(gdb, lambda c: debug.relay(c, place + "/qemu"))
    for path in ("/qemu", "/gdb"):
        with socket.socket(socket.AF_UNIX) as me:
            me.connect(place + path)
            heard = b""
            while data := me.recv(100):
                heard += data
            try:
                me.sendall(b"+")
                while unread(me):
                    pass
                me.sendall(b"+")
                print(path, heard, "answered")
            except BrokenPipeError:
                print(path, heard, "broken pipe")
"""

# Tables that this kernel does not make: what each descriptor grants, after the Arm ARM (D8.4).
BY_HAND = """
import struct, sys
sys.path.insert(0, "tools/gdb")
import walker
T, H, PAGE = 25 | 2 << 30 | 25 << 16, 1 << 40, 0x40000403  # 39 bits, 4K; HD; a page of EL1's: AF, AP=0
def grants(descriptor, limits=0, tcr=T, sctlr=0):
    rights = walker.rights(descriptor, limits, walker.Regime(tcr, 0, sctlr))
    return f"{rights.el0}/{rights.el1}"
print("grants", *(grants(PAGE | ap << 6 | 1 << 53 | 1 << 54) for ap in range(4)))
print("UXN PXN", grants(PAGE | 0xC0), grants(PAGE | 0xC0 | 1 << 54), grants(PAGE | 0xC0 | 1 << 53), grants(PAGE | 0x40))
print("tables", *(grants(PAGE | 0x40, 1 << bit) for bit in (59, 60, 61, 62)))
def flags(page, half=0):
    return walker.rights(PAGE | page, 1 << 62, walker.Regime(T, half)).flags[-1]
print("shared", flags(0x40), flags(0xC0), flags(0x40, half=1))
print("HPD", grants(PAGE | 0x40, 15 << 59, T | 1 << 41), grants(PAGE | 0x40, 15 << 59, T | 1 << 42))
print("DBM", grants(PAGE | 0xC0 | 1 << 51), grants(PAGE | 0xC0 | 1 << 51, tcr=T | H), grants(PAGE | 0xC0, tcr=T | H))
print("WXN", grants(PAGE, sctlr=1 << 19), grants(PAGE | 0x40, sctlr=1 << 19), grants(PAGE | 0x80, sctlr=1 << 19))
# L1[0] a table; L1[1] a block; L2[0] a table; L3: two neighbours, one elsewhere, a reserved encoding.
memory = {0x1000: {0: 0x2003, 1: 0x80000401}, 0x2000: {0: 0x3003}}
memory[0x3000] = {0: PAGE, 1: PAGE + 0x1000, 2: PAGE + 0x9000, 3: PAGE - 2}
def read(at, size):
    return struct.pack("<512Q", *(memory[at].get(n, 0) for n in range(512))) if at in memory else None
def shown(contiguous):
    pages = walker.joined(walker.mapped(walker.Regime(T, 0), 0x1000, read), contiguous)
    return " ".join(f"{p.start:x}-{p.end:x}@{p.output:x}" for p in pages)
print("joined", shown(False))
print("contiguous", shown(True))
print("EPD", len(list(walker.mapped(walker.Regime(T | 1 << 7, 0), 0x1000, read))))
del memory[0x3000]
print("lost", shown(False))
"""

TIER = 1
TESTS = [
    debug(
        "from reset to EL0, and across the border",
        "debug.gdb",
        expect=(
            r"^EL[12], PAN=0, 0x40000000 ",
            r"^EL0, PAN=0, 0x[0-9a-f]+ _start$",
            # border, at EL0
            r"^TTBR0_EL1 0x0001[0-9a-f]{12}  user half: table at 0x[0-9a-f]+, ASID 1$",
            r"^uaccess=\w+, pan=on$",
            r"^pid +1  /init +ready +at EL0, ASID 1$",
            r"^pid +1  /init +ready +call 64, ASID 1$",
            # stepi on svc: the vector
            r"^-- svc\nEL0, PAN=0, 0x[0-9a-f]+ printf \+ \d+\n(.*\n)*?EL1, PAN=1, 0xffff[0-9a-f]+ v_el0_sync$",
            r"^EL1, PAN=1, 0xffff[0-9a-f]+ trap_el0_sync",
            r"^EL1, PAN=1, 0xffff[0-9a-f]+ syscall_dispatch$",
            r"^#1 .*trap_el0_sync",
            r"^ESR_EL1 +0x0000000056000000$",
            r"EC +0x15  SVC",
            r"data abort, same EL \| read \| permission fault, level 3",
            # as an oops prints them: hexadecimal, without 0x
            r"^ESR_EL1 = 0x0*96000045$",
            r"^walk of 0x404000: TTBR0_EL1\n  L0 .*  table, PXN$",
            r"^walk of 0xffff800000000000: TTBR1_EL1\n  L0 .*  table, not EL0, UXN$",
            r"^walk of 0xffff800000000000: TTBR1_EL1$",
            r"^0x[0-9a-f]+ syscall_dispatch: no entry: a fault there is a kernel bug$",
            r"^0x[0-9a-f]+ ldtr_get_user_8: a load of EL0's memory; fixup 0x[0-9a-f]+ ldtr_get_user_8 \+ \d+$",
            r"^walk of 0xffffc0[0-9a-f]+: TTBR1_EL1\n(  L.*\n)*  L3 .* page\n"
            r"      EL0 -, EL1 RW, UXN, PXN, AF=1, global -> physical 0x[0-9a-f]+\n      memory: Normal, write-back ",
            r"^walk of 0x8: TTBR0_EL1\n(  L.*\n)*  L\d .* invalid$",
            r"^  no walk: the address is in neither half$",
            r"^  0x0000000000401000 - .* EL0 RX, EL1 R, AF=1, nG$",
            r"^  0xffff800000000000 - .* EL0 -, EL1 RX, AF=1, global$",
            # stepi on eret: the instruction after the svc
            r"^-- eret\nEL1, PAN=1, 0xffff[0-9a-f]+ return_to_user \+ \d+\n(.*\n)*?"
            r"EL0, PAN=0, 0x[0-9a-f]+ printf \+ \d+\n\$1 = 1$",
            # into-kernel, back-to-user
            r"(?s)\$1 = 1\n.*^EL1, PAN=1, 0xffff[0-9a-f]+ trap_el0_sync.*^EL0, PAN=0, 0x[0-9a-f]+ printf",
        ),
        reject=(r"process 1 exited", r"Error", r"RWX"),
    ),
    debug(
        "a backtrace from a fault in a copy to EL0",
        "unwind.gdb",
        "APPEND=uaccess=ldtr",
        expect=(
            r"^#0 +trap_el1_sync .*\n"
            r"#1 .*\bel1_sync <exception taken>.*\n"
            r"#2 .*\bldtr_\w+ .*string_template\.S.*\n"
            r"(#.*\n)*#\d+ .*\bsys_openat .*\n"
            r"(#.* syscall_dispatch .*\n)?"  # it jumps there, if the compiler can
            r"#\d+ .*\btrap_el0_sync .*\n"
            r"#\d+ .*\bel0_sync <exception taken>.*\n"
            r"#\d+ .*\bfile_read \(path=.*/proc/uaccess.* user/lib/rt\.h:\d+$",
        ),
    ),
    debug(
        "an exception before the console is told",
        "early.gdb",
        expect=(
            r"Portcullis cannot start: unexpected exception, ESR_EL1 0x0{8}96000[0-9a-f]{3}"
            r" ELR_EL1 0x0{8}402[0-9a-f]{5} FAR_EL1 0xffff000000000008$",
            r"exited with code 0?175",
        ),
    ),
    debug("a second exception before the console waits", "early_again.gdb", expect=(r"^it waits$",)),
    debug(
        "tables, their filters, and registers in words",
        "tables.gdb",
        MAPPINGS,
        "ARGS=3 400",
        "APPEND=trace=faults",
        expect=(
            *(rf"^filter {letters}: as it must be, [1-9]" for letters in ("x", "w", "u", "s", "r", "u x", "s w")),
            r"^filter u r: as it must be, ",
            r"^reads: (\d+), of tables: \1$",
            r"^physical: the memory's$",
            r"^text from the file again: True$",
            r"^u x and EL1's X: False True$",
            r"^file: True$",
            r"^-- range\nTTBR0_EL1\nTTBR1_EL1\n"
            r"  0xffff800000001000 - 0xffff800000002fff         8 KiB  EL0 -, EL1 RX, .*\n"
            r"TTBR0_EL1\nTTBR1_EL1\n  0xffff800000002000 - 0xffff800000002fff         4 KiB  EL0 -, EL1 RX, .*\n"
            r"TTBR0_EL1\nTTBR1_EL1\n  0xffff800000002000 - 0xffff800000002fff  0x00004\w+ +4 KiB  EL0 -, EL1 RX, .*\n"
            r"TTBR0_EL1\nTTBR1_EL1\n-- walk$",
            # the program's text, and every address of its ninth byte: the linear map's, and its own
            r"^      EL0 RX, EL1 R, PXN, AF=1, nG -> physical 0x([0-9a-f]{8})\n.*inner shareable\n"
            r"  (?=0xffff0000)0x(?=\w{16}  )\w+8  EL0 -, EL1 RW, AF=1, global  \(TTBR1_EL1\)\n"
            r"  0x0000000000401008  EL0 RX, EL1 R, AF=1, nG  \(pid 1, /init\)\n-- device$",
            r"^      EL0 -, EL1 RW, UXN, PXN, AF=1, global -> physical 0x9000000\n"
            r"      memory: Device-nGnRE \(MAIR_EL1, attribute 1\), not shareable$",
            r"^    5:0  T0SZ      16  the user half: addresses of 48 bits$",
            r"^  15:14  TG0        0  4K pages$",
            r"^  31:30  TG1        2  4K pages$",
            r"^      0  M          1  EL1 and EL0 are translated$",
            r"^     23  SPAN       0  each exception to EL1 sets PSTATE\.PAN$",
            r"^  1  0x04  Device-nGnRE$",
            r"^each value of each field of tcr: \d{3,} with words, 0 without$",
            r"^each value of each field of sctlr: \d{3,} with words, 0 without$",
            # every bit of both has a name, but for those that have none
            r"^TCR_EL1 0xf{16}\n(.*\n){40}      6  - {10}1  RES0\n"
            r"(     (35|62|63)  - {10}1  RES0\n){3}SCTLR_EL1 0xf{16}$",
            r"^SCTLR_EL1 0xf{16}\n(.*\n){58}     17  - {10}1  RES0\nMAIR_EL1 ",
            r"^  0  0x01  Device-nGnRnE, XS=0\n"
            r"  1  0xe3  Normal, outer write-back, allocates on reads, inner write-through, transient\n"
            r"  2  0xf5  Normal, outer write-back, inner write-back, transient, allocates on writes\n"
            r"  3  0x08  Device-nGRE\n  4  0x0c  Device-GRE\n  5  0xf0  Normal, tagged, write-back\n"
            r"  6  0x44  Normal, non-cacheable\n",
            r"^tables q: No symbol \"q\" in current context\.$",
            r"^tables u s: tables \[x\]",
            r"^tables >: tables \[x\]",
            r"^tables 2000 1000: 0x1000 is not after 0x2000$",
            r"^tables x > /nowhere/at/all: /nowhere/at/all: No such file or directory$",
            r"^who ffff000040200000: 0xffff000040200000 is no physical address",
            r"^  no virtual address: nothing maps 0x7ffffffff000$",
        ),
        reject=(r"WRONG", r"Python Exception", r"Traceback"),
    ),
    debug(
        "tables that fork has shared",
        "fork.gdb",
        "FILE=tests/system/try_fork.c",
        expect=(
            r"^-- the child has ended\nwalk of 0x40000000: .*\n(  L.*\n)*"
            r"  L2  .*  0x480\w{13}  table, no write, PXN, no longer shared\n"
            r"  L3  .*  0x006\w{10}f43  page\n"
            r"      EL0 R, EL1 R, UXN, PXN, AF=1, nG, shared since fork -> physical 0x.*\n.*\n"
            r"TTBR0_EL1\n  0x0{8}40000000 - .* EL0 R, EL1 R, AF=1, nG, shared since fork\nTTBR1_EL1\n",
            # at EL0, which does not see what the kernel has counted
            r"^-- the next child will write\nEL0, PAN=0, 0x\w+ change\nwalk of 0x40000000: .*\n(  L.*\n)*"
            r"  L2  .*  0x480\w{13}  table, no write, PXN, shared by 2\n",
            r"^-- it has written\nwalk of 0x40000000: .*\n(  L.*\n)*"
            r"  L2  .*  0x080\w{13}  table, PXN\n"
            r"  L3  .*  page\n      EL0 RW, EL1 RW, UXN, PXN, AF=1, nG -> physical 0x.*\n.*\n"
            r"TTBR0_EL1\n  0x0{8}40000000 - .* EL0 RW, EL1 RW, AF=1, nG\nTTBR1_EL1\n",
        ),
        reject=(r"Python Exception", r"Traceback", r"Error"),
    ),
    Dumped(
        "debug: a dump says what the machine said",
        argv=(
            *("make", "--no-print-directory", "debug", "GDB_SCRIPT=tests/system/vmcore.gdb", MAPPINGS),
            *("ARGS=3 400", "APPEND=trace=faults", "MEM=64M"),
        ),
        limit=120,
        skip=NO_GDB,
        expect=(
            r"^lines: (\d{3}) of the machine, \1 of its dump, 0 differ$",
            r"^#\d+ +el0_sync <exception taken>.*\n#\d+ +0x0*40[0-9a-f]+ in main ",
            r"^0xffffc0[0-9a-f]+:\t0x[0-9a-f]+\t0x[0-9a-f]+$",  # a kernel stack
            r"^pid +1  /init +ready ",
        ),
        reject=(r"DIFFERENT", r"Python Exception", r"Cannot access memory"),
    ),
    debug(
        "a dump does not run",
        "still.gdb",
        f"CORE={VMCORE}",
        MAPPINGS,
        expect=(r"^this is a vmcore: nothing runs$", r"^user: this is a vmcore", r"^esr: ESR_EL1 is not known here$"),
    ),
    no_core("a dump that is cut off", f"head -c 1000000 {VMCORE} >{VMCORE}.bad", "it is cut off, "),
    no_core("a dump's first bytes", f"head -c 100 {VMCORE} >{VMCORE}.bad", "it is cut off in its program headers"),
    no_core("no file", f"rm -f {VMCORE}.bad", "No such file or directory"),
    no_core("a text", f"cp -f Makefile {VMCORE}.bad", r".* \(no 64-bit ELF file\)$"),
    no_core("a program", f"cp -f {BUILD}/portcullis.elf {VMCORE}.bad", r".* \(no core file of AArch64\)$"),
    no_core("a compressed dump", f"printf 'makedumpfile' >{VMCORE}.bad", "a compressed dump"),
    no_core(
        "another build's dump",
        f"sed 's/Portcullis: %/PORTCULLIS: %/' {VMCORE} >{VMCORE}.bad",
        r"its kernel is not \S+portcullis\.elf, but another build",
    ),
    Command(
        "debug: gdb's last answer breaks no pipe",
        argv=(sys.executable, "-c", LAST_WORD),
        expect=(r"^/qemu b'\$W00#b7' broken pipe\n/gdb b'\$W00#b7' answered$",),
    ),
    Command(
        "debug: tables that this kernel does not make",
        argv=(sys.executable, "-c", BY_HAND),
        expect=(
            r"^grants -/RW RW/RW -/R R/R$",
            r"^UXN PXN RX/RX R/RX RX/R RWX/RW$",
            r"^tables RWX/RW RW/RW X/RWX RX/RX$",
            r"^shared shared since fork global global$",
            r"^HPD RWX/RW -/R$",
            r"^DBM RX/RX RWX/RW RX/RX$",
            r"^WXN X/RW RW/RW X/RX$",
            r"^joined 0-3000@40000000 40000000-80000000@80000000$",
            r"^contiguous 0-2000@40000000 2000-3000@40009000 40000000-80000000@80000000$",
            r"^EPD 0$",
            r"^  0x0000000000000000: its table at 0x3000 is not in memory\nlost 40000000-80000000@80000000$",
        ),
    ),
    walks("PAN", MAPPINGS, "ARGS=3 400", "APPEND=trace=faults"),
    walks(
        "16K pages",
        MAPPINGS.replace(BUILD, f"{BUILD}/16k-47"),
        "ARGS=4 400",
        "APPEND=trace=faults",
        "GRANULE=16k",
        "VA_BITS=47",
    ),
]
