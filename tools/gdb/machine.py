# SPDX-License-Identifier: MIT
"""machine.py - what all of gdb's commands need: registers, numbers, physical memory,
the kernel's memory while EL0 runs, the tasks, and class Command."""

import re

import gdb

def register(name):
    """A register's value, also of those that only QEMU's stub knows.

    Without a cast: from gdb 18 on, cpsr is a set of flags, which has none.
    """
    names = (name, name.removesuffix("_EL1"))  # QEMU before 11 says SCTLR
    values = (gdb.parse_and_eval(f"${known}") for known in names)
    value = next((value for value in values if value.type.code != gdb.TYPE_CODE_VOID), None)
    if value is None:
        raise gdb.GdbError(f"{name} is not known here")
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
    except gdb.error as error:
        if digits:  # and no symbol is called so
            return int(text, 16)
        raise gdb.GdbError(str(error)) from None


def symbol(address):
    """The function that address lies in, with the offset."""
    text = gdb.execute(f"info symbol {address:#x}", to_string=True)
    return text.split(" in section")[0].strip() if "in section" in text else "no symbol"


class Physical:
    """Reads physical memory through QEMU's stub, while it is entered.

    A program's file says nothing of a physical address, so no text comes from it.
    """

    trust = "off"

    def __enter__(self):
        Physical.trust = "on" if gdb.parameter("trust-readonly-sections") else "off"
        self.switch(1, "off")
        return self.read

    def __exit__(self, *error):
        self.switch(0, Physical.trust)

    @staticmethod
    def switch(on, trust):
        gdb.execute(f"set trust-readonly-sections {trust}")
        gdb.execute(f"maintenance packet Qqemu.PhyMemMode:{on}", to_string=True)
        gdb.execute("maintenance flush dcache", to_string=True)

    @staticmethod
    def read(address, size):
        try:
            return bytes(gdb.selected_inferior().read_memory(address, size))
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


class Command(gdb.Command):
    """A command whose help is its class's text; run(argument) does it."""

    name = ""
    reads_kernel = False  # run() needs the kernel's memory
    runs_machine = False  # and the machine: a vmcore does not run
    vmcore = False

    def __init__(self):
        super().__init__(self.name, gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        if self.runs_machine and Command.vmcore:
            raise gdb.GdbError(f"{self.name}: this is a vmcore: nothing runs")
        if self.reads_kernel:
            if self.reads_kernel == "place":
                show_place()
            with AsKernel():
                self.run(argument)
        else:
            self.run(argument)


def show_place():
    cpsr = register("cpsr")
    level, pan, pc = cpsr >> 2 & 3, cpsr >> 22 & 1, register("pc")
    print(f"EL{level}, PAN={pan}, {pc:#x} {symbol(pc)}")


def current_task():
    """The task of the CPU that is looked at, or None before there is one."""
    cpu = register("TPIDR_EL1")
    if cpu == 0:
        return None
    task = gdb.Value(cpu).cast(gdb.lookup_type("struct cpu").pointer())["task"]
    return task if int(task) else None


def page_references(frame):
    """What the kernel has counted for a page, by its frame; None where it knows of none."""
    try:
        with AsKernel():
            bank = gdb.parse_and_eval("page_banks")
            while int(bank):
                index = frame - int(bank["first"])
                if 0 <= index < int(bank["carved"]):
                    return int(bank["pages"][index]["refs"])
                bank = bank["next"]
    except gdb.error:  # it has not mapped itself yet
        pass
    return None


def nodes(node):
    """The nodes of a struct tree, in order of their keys."""
    if int(node):
        yield from nodes(node["child"][0])
        yield node
        yield from nodes(node["child"][1])


def tasks():
    """All tasks, by pid."""
    kind = gdb.lookup_type("struct task")
    offset = next(field.bitpos // 8 for field in kind.fields() if field.name == "node")
    for node in nodes(gdb.parse_and_eval("tasks")["root"]):
        yield gdb.Value(int(node) - offset).cast(kind.pointer()).dereference()
