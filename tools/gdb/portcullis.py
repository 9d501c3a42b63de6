# SPDX-License-Identifier: MIT
"""portcullis.py - gdb's commands for this kernel, loaded by `make debug`.

    user            runs to the first instruction of the program at EL0
    syndrome        what the last exception taken to EL1 says
    where-am-i      exception level, PAN, and the function of the PC
"""

import gdb


def register(name):
    """A register's value, also of those that only QEMU's stub knows."""
    return int(gdb.parse_and_eval(f"(unsigned long)${name}"))


def symbol(address):
    """The function that address lies in, with the offset."""
    text = gdb.execute(f"info symbol {address:#x}", to_string=True)
    return text.split(" in section")[0].strip() if "in section" in text else "no symbol"


class Attach(gdb.Command):
    """portcullis-attach SOCKET PROGRAM: connects, and loads both symbol tables."""

    def __init__(self):
        super().__init__("portcullis-attach", gdb.COMMAND_SUPPORT)

    def invoke(self, argument, from_tty):
        socket, program = gdb.string_to_argv(argument)
        gdb.execute("set confirm off")
        gdb.execute(f"add-symbol-file {program}", to_string=True)
        gdb.execute(f"target remote {socket}", to_string=True)
        User.program = program
        if hasattr(gdb.events, "gdb_exiting"):  # else quitting would let it run on
            gdb.events.gdb_exiting.connect(lambda event: gdb.execute("kill"))
        print("stopped at the first instruction. Try: break syscall_dispatch, continue, backtrace")
        print("of this project: user, syndrome, where-am-i (help user-defined lists them)")


class User(gdb.Command):
    """user: runs until the program at EL0 executes its first instruction."""

    program = ""

    def __init__(self):
        super().__init__("user", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        gdb.execute(f"thbreak *{elf_entry(self.program):#x}")
        gdb.execute("continue")


def elf_entry(path):
    """e_entry of an ELF64 file."""
    with open(path, "rb") as file:
        return int.from_bytes(file.read(32)[24:32], "little")


class Syndrome(gdb.Command):
    """syndrome: ESR, FAR, ELR and SPSR of the last exception taken to EL1."""

    def __init__(self):
        super().__init__("syndrome", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        for name in ("ESR_EL1", "FAR_EL1", "ELR_EL1", "SPSR_EL1"):
            value = register(name)
            note = f"  {symbol(value)}" if name == "ELR_EL1" else ""
            print(f"{name:9} {value:#018x}{note}")
        print(f"decoded: make esr ESR={register('ESR_EL1'):#x}")


class WhereAmI(gdb.Command):
    """where-am-i: the exception level, PSTATE.PAN, and the function of the PC."""

    def __init__(self):
        super().__init__("where-am-i", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        cpsr = register("cpsr")
        level, pan, pc = cpsr >> 2 & 3, cpsr >> 22 & 1, register("pc")
        print(f"EL{level}, PAN={pan}, {pc:#x} {symbol(pc)}")


Attach()
User()
Syndrome()
WhereAmI()
