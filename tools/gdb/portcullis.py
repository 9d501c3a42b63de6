# SPDX-License-Identifier: MIT
"""portcullis.py - gdb's commands for this kernel, loaded by `make debug`.

    user              runs to the first instruction of the program at EL0
    into-kernel       runs until EL0's next exception is in C
    back-to-user      runs until the current task is at EL0 again
    where-am-i        exception level, PAN, and the function of the PC
    border            the same, and both tables, the method, the current task
    walk ADDRESS      the table walk of an address, level by level
    tables            all that both halves map; `help tables` has its filters
    who PHYSICAL      every virtual address of a physical one
    tcr, sctlr, mair  what TCR_EL1, SCTLR_EL1 and MAIR_EL1 say, field by field
    esr [VALUE]       a syndrome in words; without VALUE, ESR_EL1
    syndrome          ESR, FAR, ELR and SPSR of the last exception to EL1
    extable ADDRESS   the exception-table entry of an instruction
    ps                all tasks

An ADDRESS or a VALUE is any expression; plain digits are hexadecimal, as in an oops.

stepi crosses the border: on `svc` it lands on the vector, on `eret` on the
instruction that EL0 goes on with.
"""

import os
import subprocess
import sys

import gdb
from gdb.FrameDecorator import FrameDecorator

sys.path.insert(0, os.path.dirname(__file__))
# These lie beside this file:
import tables  # noqa: E402
import walker  # noqa: E402
from machine import AsKernel, Command, current_task, hexadecimal, number  # noqa: E402
from machine import register, show_place, symbol, tasks as all_tasks  # noqa: E402
from tables import current_walk  # noqa: E402,F401  (tests/system/walks.gdb)

BUILD = os.environ.get("B", "build")


def attach(argument):
    """To SOCKET, with the symbols of PROGRAM, too."""
    socket, User.program = gdb.string_to_argv(argument)
    gdb.execute("set confirm off")
    # Text comes from the files: a page that is not there yet can be shown.
    gdb.execute("set trust-readonly-sections on")
    gdb.execute(f"add-symbol-file {User.program}", to_string=True)
    gdb.execute(f"target remote {socket}", to_string=True)
    if hasattr(gdb.events, "gdb_exiting"):  # else quitting would let it run on
        gdb.events.gdb_exiting.connect(kill_machine)


class Attach(Command):
    """portcullis-attach SOCKET PROGRAM: connects, and loads both symbol tables."""

    name = "portcullis-attach"

    def run(self, argument):
        attach(argument)
        print("stopped at the first instruction. Try: break syscall_dispatch, continue, backtrace")
        print("of this project: user border walk tables who esr extable ps into-kernel back-to-user")
        print("(help user-defined says what they do); stepi crosses svc and eret")


class Vmcore(Command):
    """portcullis-vmcore SOCKET PROGRAM: the same for a vmcore (tools/gdb/vmcore.py).

    Its registers do not say how memory was translated. The kernel's memory does."""

    name = "portcullis-vmcore"

    def run(self, argument):
        Command.vmcore = True
        attach(argument)
        boot = gdb.parse_and_eval("boot")
        for name, value in (("SCTLR", boot["sctlr"]), ("MAIR", boot["mair"]), ("TTBR1", boot["ttbr_kernel"])):
            gdb.execute(f"set ${name}_EL1 = {int(value)}")
        gdb.execute(f"set $TTBR0_EL1 = {int(boot['ttbr_reserved'])}")
        gdb.execute(f"set $TCR_EL1 = {int(boot['tcr'])}")  # last: from here on all of it is used
        gdb.execute("maintenance flush dcache", to_string=True)
        if int(boot["tcr"]):
            self.current()
        print("what a vmcore holds. Try: backtrace, border, ps, tables, walk $sp, info registers")

    @staticmethod
    def current():
        """The address space of the CPU that runs the kernel's task."""
        cpu = gdb.parse_and_eval("&boot_cpu")
        gdb.execute(f"set $TPIDR_EL1 = {int(cpu)}")
        gdb.execute(f"set $TTBR0_EL1 = {int(cpu['user_ttbr0'])}")


def kill_machine(event):
    try:
        gdb.execute("kill", to_string=True)
    except gdb.error:  # it is gone before it could answer
        pass


class User(Command):
    """user: runs until the program at EL0 executes its first instruction."""

    name = "user"
    runs_machine = True
    program = ""

    def run(self, argument):
        gdb.execute(f"thbreak *{elf_entry(self.program):#x}")
        gdb.execute("continue")


def elf_entry(path):
    """e_entry of an ELF64 file."""
    with open(path, "rb") as file:
        return int.from_bytes(file.read(32)[24:32], "little")


# ---- Where we are ---------------------------------------------------------


class WhereAmI(Command):
    """where-am-i: the exception level, PSTATE.PAN, and the function of the PC."""

    name = "where-am-i"

    def run(self, argument):
        show_place()


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
    runs_machine = True

    def run(self, argument):
        stops = [gdb.Breakpoint(name, internal=True) for name in ("trap_el0_sync",)]
        gdb.execute("continue")
        for stop in stops:
            stop.delete()
        show_place()


class BackToUser(Command):
    """back-to-user: runs until the current task is at EL0 again."""

    name = "back-to-user"
    runs_machine = True

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


class Ps(Command):
    """ps: all tasks, with their state, the call they are in, and the ASID."""

    name = "ps"
    reads_kernel = True

    def run(self, argument):
        for task in all_tasks():
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
    Attach, Vmcore, User, IntoKernel, BackToUser, WhereAmI, Border, *tables.COMMANDS, ExtableCommand, Esr, Syndrome, Ps
):
    command()
