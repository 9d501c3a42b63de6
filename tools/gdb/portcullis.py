# SPDX-License-Identifier: MIT
"""portcullis.py - gdb's commands for this kernel, loaded by `make debug`.

    user              runs to the first instruction of the program at EL0
    into-kernel       runs until EL0's next exception is in C
    back-to-user      runs until the current task is at EL0 again
    where-am-i        exception level, PAN, and the function of the PC
    border            the same, and both tables, the method, the current task
    walk ADDRESS      the table walk of an address, level by level
    tables            all that both halves map
    esr [VALUE]       a syndrome in words; without VALUE, ESR_EL1
    syndrome          ESR, FAR, ELR and SPSR of the last exception to EL1
    extable ADDRESS   the exception-table entry of an instruction
    ps                all tasks

An ADDRESS or a VALUE is any expression; plain digits are hexadecimal, as in an oops.

stepi crosses the border: on `svc` it lands on the vector, on `eret` on the
instruction that EL0 goes on with.
"""

import os
import re
import subprocess
import sys

import gdb
from gdb.FrameDecorator import FrameDecorator

sys.path.insert(0, os.path.dirname(__file__))
import walker  # noqa: E402  (it lies beside this file)

BUILD = os.environ.get("B", "build")


def register(name):
    """A register's value, also of those that only QEMU's stub knows.

    Without a cast: from gdb 18 on, cpsr is a set of flags, which has none.
    """
    value = gdb.parse_and_eval(f"${name}")
    return int(value) & (1 << 8 * value.type.sizeof) - 1


def number(text):
    return int(gdb.parse_and_eval(f"(unsigned long)({text})"))


def hexadecimal(text):
    """An address or a syndrome: any expression, but 404000 is what an oops means by it."""
    digits = re.fullmatch(r"[0-9a-fA-F]{1,16}", text.strip())
    if digits and text.strip()[0].isdigit():
        return int(text, 16)
    try:
        return number(text)
    except gdb.error:
        if digits:  # and no symbol is called so
            return int(text, 16)
        raise


def symbol(address):
    """The function that address lies in, with the offset."""
    text = gdb.execute(f"info symbol {address:#x}", to_string=True)
    return text.split(" in section")[0].strip() if "in section" in text else "no symbol"


class Physical:
    """Reads physical memory through QEMU's stub, while it is entered."""

    def __enter__(self):
        gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
        gdb.execute("maintenance flush dcache", to_string=True)
        return self.read

    def __exit__(self, *error):
        gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)
        gdb.execute("maintenance flush dcache", to_string=True)

    @staticmethod
    def read(address):
        try:
            return int.from_bytes(bytes(gdb.selected_inferior().read_memory(address, 8)), "little")
        except gdb.MemoryError:
            return None


class AsKernel:
    """Lets gdb read the kernel's memory while EL0 runs.

    The stub translates an address as the CPU would now, and from EL0 the
    kernel's half is not seen. So PSTATE says EL1 for a moment; nothing is
    executed meanwhile.
    """

    at_el0 = False

    def __enter__(self):
        self.cpsr = register("cpsr")
        AsKernel.at_el0 = self.cpsr >> 2 & 3 == 0
        if AsKernel.at_el0:
            self.set(self.cpsr & ~0xF | 0x5)  # EL1h

    def __exit__(self, *error):
        if AsKernel.at_el0:
            self.set(self.cpsr)
        AsKernel.at_el0 = False

    @staticmethod
    def set(cpsr):
        gdb.execute(f"set $cpsr = {cpsr:#x}", to_string=True)
        gdb.execute("maintenance flush dcache", to_string=True)


def current_walk(va):
    with Physical() as read:
        return walker.walk(va, register("TCR_EL1"), register("TTBR0_EL1"), register("TTBR1_EL1"), read)


class Command(gdb.Command):
    """A command whose help is its class's text; run(argument) does it."""

    name = ""
    reads_kernel = False  # run() needs the kernel's memory

    def __init__(self):
        super().__init__(self.name, gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        if self.reads_kernel:
            if self.reads_kernel == "place":
                show_place()
            with AsKernel():
                self.run(argument)
        else:
            self.run(argument)


class Attach(Command):
    """portcullis-attach SOCKET PROGRAM: connects, and loads both symbol tables."""

    name = "portcullis-attach"

    def run(self, argument):
        socket, program = gdb.string_to_argv(argument)
        gdb.execute("set confirm off")
        # Text comes from the files: a page that is not there yet can be shown.
        gdb.execute("set trust-readonly-sections on")
        gdb.execute(f"add-symbol-file {program}", to_string=True)
        gdb.execute(f"target remote {socket}", to_string=True)
        User.program = program
        if hasattr(gdb.events, "gdb_exiting"):  # else quitting would let it run on
            gdb.events.gdb_exiting.connect(kill_machine)
        print("stopped at the first instruction. Try: break syscall_dispatch, continue, backtrace")
        print("of this project: user border walk tables esr extable ps into-kernel back-to-user")
        print("(help user-defined says what they do); stepi crosses svc and eret")


def kill_machine(event):
    try:
        gdb.execute("kill", to_string=True)
    except gdb.error:  # it is gone before it could answer
        pass


class User(Command):
    """user: runs until the program at EL0 executes its first instruction."""

    name = "user"
    program = ""

    def run(self, argument):
        gdb.execute(f"thbreak *{elf_entry(self.program):#x}")
        gdb.execute("continue")


def elf_entry(path):
    """e_entry of an ELF64 file."""
    with open(path, "rb") as file:
        return int.from_bytes(file.read(32)[24:32], "little")


# ---- Where we are ---------------------------------------------------------


def show_place():
    cpsr = register("cpsr")
    level, pan, pc = cpsr >> 2 & 3, cpsr >> 22 & 1, register("pc")
    print(f"EL{level}, PAN={pan}, {pc:#x} {symbol(pc)}")


class WhereAmI(Command):
    """where-am-i: the exception level, PSTATE.PAN, and the function of the PC."""

    name = "where-am-i"

    def run(self, argument):
        show_place()


def current_task():
    """The task of the CPU that is looked at, or None before there is one."""
    cpu = register("TPIDR_EL1")
    if cpu == 0:
        return None
    task = gdb.Value(cpu).cast(gdb.lookup_type("struct cpu").pointer())["task"]
    return task if int(task) else None


class Border(Command):
    """border: everything that decides what an access may reach, just now."""

    name = "border"
    reads_kernel = "place"

    def run(self, argument):
        ttbr0, ttbr1 = register("TTBR0_EL1"), register("TTBR1_EL1")
        reserved = ttbr0 == number("boot.ttbr_reserved")
        note = "the reserved, empty table" if reserved else f"ASID {ttbr0 >> 48}"
        print(f"TTBR0_EL1 {ttbr0:#018x}  user half: table at {ttbr0 & walker.OUTPUT & ~1:#x}, {note}")
        print(f"TTBR1_EL1 {ttbr1:#018x}  kernel half: table at {ttbr1 & walker.OUTPUT & ~1:#x}")
        method = gdb.parse_and_eval("uaccess_method")["name"].string()
        pan = bool(gdb.parse_and_eval("pan_enabled"))
        print(f"uaccess={method}, pan={'on' if pan else 'off'}")
        task = current_task()
        print(describe_task(task.dereference()) if task else "no current task yet")


class IntoKernel(Command):
    """into-kernel: runs until EL0's next system call or fault is in C."""

    name = "into-kernel"

    def run(self, argument):
        stops = [gdb.Breakpoint(name, internal=True) for name in ("trap_el0_sync",)]
        gdb.execute("continue")
        for stop in stops:
            stop.delete()
        show_place()


class BackToUser(Command):
    """back-to-user: runs until the current task is at EL0 again."""

    name = "back-to-user"

    def run(self, argument):
        if register("cpsr") >> 2 & 3 == 0:
            raise gdb.GdbError("this is EL0")
        task = current_task()
        if task is None or int(task["vm"]) == 0:
            raise gdb.GdbError("the current task has no program at EL0")
        gdb.execute(f"thbreak *{int(user_frame(task)['elr']):#x}", to_string=True)
        gdb.execute("continue")
        show_place()


# ---- Addresses -----------------------------------------------------------------


class WalkCommand(Command):
    """walk ADDRESS: the table walk of an address (any expression) as it is now."""

    name = "walk"

    def run(self, argument):
        if not argument:
            raise gdb.GdbError("walk ADDRESS")
        va = hexadecimal(argument)
        done = current_walk(va)
        print(f"walk of {va:#x}: TTBR{done.half}_EL1")
        for level in done.levels:
            last = level is done.levels[-1]
            value = "not read" if level.descriptor is None else f"{level.descriptor:#018x}"
            print(
                f"  L{level.level}  va[{level.high:2}:{level.low:2}]={level.index:4}   @{level.address:#010x}"
                f"  {value}  {done.end if last else 'table'}"
            )
        if done.output is not None:
            print(f"      {walker.rights(done.levels[-1].descriptor, done.attributes)} -> physical {done.output:#x}")
        elif not done.levels:
            print(f"  no walk: {done.end}")


class Tables(Command):
    """tables: all that both halves map, with the rights; neighbours are joined."""

    name = "tables"

    def run(self, argument):
        tcr = register("TCR_EL1")
        with Physical() as read:
            for half in (0, 1):
                print(f"TTBR{half}_EL1")
                for start, end, text in walker.mapped(tcr, register(f"TTBR{half}_EL1"), half, read):
                    print(f"  {start:#018x} - {end - 1:#018x}  {(end - start) >> 10:8} KiB  {text}")


KINDS = {1: "a load of EL0's memory", 2: "a store to EL0's memory", 3: "an atomic on EL0's memory"}
OWN = {8: "AT", 16: "HLT, semihosting", 32: "a careful read of kernel memory"}


class ExtableCommand(Command):
    """extable ADDRESS: what happens if the instruction there faults at EL1."""

    name = "extable"
    reads_kernel = True

    def run(self, argument):
        address = hexadecimal(argument or "$pc")
        start, end = number("&extable_start[0]"), number("&extable_end[0]")
        entries = bytes(gdb.selected_inferior().read_memory(start, end - start))
        for at in range(0, len(entries), 12):
            insn, fixup, kind = (int.from_bytes(entries[at + i : at + i + 4], "little") for i in (0, 4, 8))
            if start + at + signed(insn) == address:
                target = start + at + 4 + signed(fixup)
                what = KINDS.get(kind & 3) or next((text for bit, text in OWN.items() if kind & bit), "?")
                window = ", needs the window open" if kind & 4 else ""
                print(f"{address:#x} {symbol(address)}: {what}{window}; fixup {target:#x} {symbol(target)}")
                return
        print(f"{address:#x} {symbol(address)}: no entry: a fault there is a kernel bug")


def signed(word):
    return word - (1 << 32) if word >> 31 else word


# ---- Syndromes --------------------------------------------------------------------


class Esr(Command):
    """esr [VALUE]: a syndrome in words; without VALUE, ESR_EL1 as it is now."""

    name = "esr"

    def run(self, argument):
        value = hexadecimal(argument) if argument else register("ESR_EL1")
        tool = os.path.join(BUILD, "host", "esr")
        if os.path.exists(tool):
            print(subprocess.run([tool, f"{value:#x}"], capture_output=True, text=True, check=False).stdout, end="")
        else:
            print(f"decoded: make esr ESR={value:#x}")


class Syndrome(Command):
    """syndrome: ESR, FAR, ELR and SPSR of the last exception taken to EL1."""

    name = "syndrome"

    def run(self, argument):
        for name in ("ESR_EL1", "FAR_EL1", "ELR_EL1", "SPSR_EL1"):
            value = register(name)
            note = f"  {symbol(value)}" if name == "ELR_EL1" else ""
            print(f"{name:9} {value:#018x}{note}")
        print(f"decoded: esr, or make esr ESR={register('ESR_EL1'):#x}")


# ---- Tasks --------------------------------------------------------------------------


def user_frame(task):
    """What EL0's last exception has saved: always at the top of the stack."""
    return task["stack"].cast(gdb.lookup_type("struct frame").pointer()) - 1


def describe_task(task):
    state = str(task["state"]).replace("TASK_", "").lower()
    text = f"pid {int(task['pid']):5}  {task['name'].string():15} {state:9} "
    if int(task["vm"]) == 0 or int(task["stack"]) == 0:
        return text + "kernel only"
    frame = user_frame(task)
    call = f"call {int(frame['x'][8])}" if int(frame["esr"]) >> 26 == 0x15 else "no call"
    if AsKernel.at_el0 and int(current_task()) == int(task.address):
        call = "at EL0"
    return f"{text}{call}, ASID {int(task['vm']['arch']['asid']) & 0xffff}"


def nodes(node):
    """The nodes of a struct tree, in order of their keys."""
    if int(node):
        yield from nodes(node["child"][0])
        yield node
        yield from nodes(node["child"][1])


class Ps(Command):
    """ps: all tasks, with their state, the call they are in, and the ASID."""

    name = "ps"
    reads_kernel = True

    def run(self, argument):
        kind = gdb.lookup_type("struct task")
        offset = next(field.bitpos // 8 for field in kind.fields() if field.name == "node")
        for node in nodes(gdb.parse_and_eval("tasks")["root"]):
            task = gdb.Value(int(node) - offset).cast(kind.pointer()).dereference()
            print(describe_task(task))


# ---- Backtraces ---------------------------------------------------------------------


class TakenException(FrameDecorator):
    """A vector by its name: gdb itself calls every such frame "<signal handler called>"."""

    def function(self):
        return self.inferior_frame().name() + " <exception taken>"


class Exceptions:
    """The frame filter: arch/aarch64/vectors.S:CFI_FRAME says which frames are meant."""

    name, priority, enabled = "exceptions", 100, True

    def filter(self, frames):
        for frame in frames:
            taken = frame.inferior_frame().type() == gdb.SIGTRAMP_FRAME
            yield TakenException(frame) if taken else frame


gdb.frame_filters[Exceptions.name] = Exceptions()
for command in (
    Attach, User, IntoKernel, BackToUser, WhereAmI, Border, WalkCommand, Tables, ExtableCommand, Esr, Syndrome, Ps
):
    command()
