# What `tables`, `who`, `walk`, `tcr`, `sctlr` and `mair` say, of a machine at EL0.
set pagination off
user
python
import os
import re
from machine import Physical
from tables import regimes

def said(command):
    return gdb.execute(command, to_string=True).splitlines()

def rights(line):
    """What EL0 and what EL1 may do in a line of `tables`."""
    return re.search(r"EL0 (\w+|-), EL1 (\w+)", line).groups()

def only(predicate):
    """The lines of `tables` that have these rights; the headings stay."""
    return [line for line in said("tables") if line.startswith("TTBR") or predicate(*rights(line))]

gdb.execute("hbreak at_ask", to_string=True)
for stop in range(3):
    gdb.execute("continue", to_string=True)
FILTERS = {
    "x": lambda el0, el1: "X" in el0 + el1,
    "w": lambda el0, el1: "W" in el0 + el1,
    "u": lambda el0, el1: el0 != "-",
    "s": lambda el0, el1: el0 == "-",
    "r": lambda el0, el1: not set("WX") & set(el0 + el1),
    "u x": lambda el0, el1: "X" in el0,
    "s w": lambda el0, el1: el0 == "-" and "W" in el1,
    "u r": lambda el0, el1: el0 != "-" and not set("WX") & set(el0),
}
for letters, predicate in FILTERS.items():
    shown, wanted = said(f"tables {letters}"), only(predicate)
    print(f"filter {letters}: {'as it must be' if shown == wanted else 'WRONG'}, {len(shown) - 2} ranges")

# One read a table: as many as there are tables.
reads = []
read, Physical.read = Physical.read, staticmethod(lambda at, size: reads.append(at) or read(at, size))
said("tables")
Physical.read = staticmethod(read)
page = 1 << regimes()[1].page
print(f"reads: {len(reads)}, of tables: {len({at // page for at in reads})}")

# Nothing of a program's file is taken for physical memory: at 0x401000 is the program's text, and flash.
text = bytes(gdb.selected_inferior().read_memory(0x401000, 64))
with Physical() as look:
    print("physical:", "the file's" if look(0x401000, 64) == text else "the memory's")
print("text from the file again:", gdb.parameter("trust-readonly-sections"))

# With u, x asks about EL0 alone: no page of the kernel's shows it, since user pages are PXN.
import tables
import walker
page_of_el1 = walker.Range(0, 4096, 0, walker.Rights("R", "RX", (), ""))
print("u x and EL1's X:", tables.Filter("u x").shows(page_of_el1), tables.Filter("x").shows(page_of_el1))

path = os.path.join(BUILD, "debug", "tables.txt")
said(f"tables w u > {path}")
with open(path) as file:
    print("file:", file.read().splitlines() == said("tables u w"))
os.remove(path)
end
echo -- range\n
tables ffff800000001000 ffff800000003000
tables ffff800000002345
tables p ffff800000002345
tables 8
echo -- walk\n
walk 401000
python gdb.execute(f"who {current_walk(0x401000).output + 8:x}")
echo -- device\n
walk 0xffffc00040000000
echo -- words\n
tcr
sctlr
mair
python
import registers
for name, register_fields in (("tcr", registers.TCR_EL1), ("sctlr", registers.SCTLR_EL1)):
    words = []
    for field, high, low, _, _ in registers.fields(register_fields, 0):
        for value in range(1 << high - low + 1):
            shown = {f[0]: f for f in registers.fields(register_fields, value << low)}
            words.append(shown[field][4] if shown[field][3] == value else "")
    print(f"each value of each field of {name}: {len(list(filter(None, words)))} with words, {words.count('')} without")
end
tcr ffffffffffffffff
sctlr ffffffffffffffff
mair 0044f00c08f5e301
echo -- refused\n
python
for command in ("tables q", "tables u s", "tables >", "tables 2000 1000", "tables x > /nowhere/at/all",
                "who", "who ffff000040200000", "who zzz", "tcr zzz", "walk"):
    try:
        gdb.execute(command)
    except gdb.error as error:
        print(f"{command}: {error}")
end
who 7ffffffff000
