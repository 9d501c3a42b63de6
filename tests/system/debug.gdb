# What `make debug` promises: from reset to EL0, across the border and back.
where-am-i
user
where-am-i
border
python
def step_to(insn, limit=20000):
    """Single steps until the next instruction is this one."""
    for _ in range(limit):
        if number("*(unsigned int *)$pc") == insn:
            return
        gdb.execute("stepi", to_string=True)
    raise gdb.GdbError("that instruction did not come")

step_to(0xd4000001)
end
echo -- svc\n
where-am-i
set $after = $pc + 4
stepi
where-am-i
into-kernel
backtrace 1
thbreak syscall_dispatch
continue
where-am-i
backtrace 2
syndrome
esr
border
ps
extable $pc
extable &ldtr_get_user_8
walk $sp
walk 0x8
walk 0x0001000000000000
tables
python step_to(0xd69f03e0, 200000)
echo -- eret\n
where-am-i
stepi
where-am-i
print $pc == $after
into-kernel
back-to-user
where-am-i
