# At each of the first faults: walks the tables by hand, with what the registers
# hold at that moment, and compares with what the kernel recorded.
set pagination off
hbreak at_ask
python
ENDS = {0: "page", 1: "block", 2: "invalid", 3: "reserved encoding", 4: "the table is not in memory",
        5: "the address is in neither half", 6: "TCR_EL1 says that this half is not walked"}
SAMPLES = 120

def levels(record):
    """The kernel's walk, in the form of walker.py's."""
    first, count = int(record["first"]), int(record["levels"])
    return [(level, int(record["addr"][level]), int(record["desc"][level])) for level in range(first, first + count)]

def compare():
    fault = gdb.parse_and_eval("(struct fault *)$x0").dereference()
    mine = current_walk(int(fault["far"]))
    theirs = levels(fault["walk"])
    seen = [(l.level, l.address, l.descriptor) for l in mine.levels]
    end = ENDS.get(int(fault["walk"]["end"]), "?")
    if theirs != seen or end != mine.end or mine.half != int(fault["walk"]["half"]):
        print(f"DIFFERENT at {int(fault['far']):#x}: the kernel {theirs} {end}, by hand {seen} {mine.end}")
    return mine.end, len(seen)

kinds = {}
for number_of_fault in range(SAMPLES):
    gdb.execute("continue", to_string=True)
    kind = compare()
    kinds[kind] = kinds.get(kind, 0) + 1
for (end, count), times in sorted(kinds.items()):
    print(f"walks: {times} ended after {count} levels with: {end}")
print(f"walks compared: {sum(kinds.values())}")
end
