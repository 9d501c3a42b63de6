# An exception before the console, and one more on the way to tell it.
set pagination off
python
def physical(name):
    return int(gdb.parse_and_eval(f"(unsigned long)&{name}")) - 0xffff800000000000 + 0x40200000

def stop_at(address):
    gdb.execute(f"thbreak *{address:#x}")
    gdb.execute("continue")

stop_at(0x40200000)
gdb.execute("set $x0 = 0xffff000000000008")
stop_at(physical("boot_fault"))
wait = physical("boot_exception")
while gdb.parse_and_eval(f"*(unsigned int *){wait}") != 0xd503207f:  # wfi
    wait += 4
gdb.execute("set $pc = 0xffff000000000008")
gdb.execute(f"thbreak *{physical('boot_fault'):#x}")
stop_at(wait)
print("it waits" if int(gdb.parse_and_eval("$pc")) == wait else "it tells again")
end
kill
