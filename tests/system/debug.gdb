# What `make debug` promises: from reset to EL0, across the border and back.
where-am-i
user
where-am-i
border
python
def run_to(insn, function):
    """Runs to the first instruction of this value from the function's start on."""
    at = number(f"&{function}")
    while number(f"*(unsigned int *){at}") != insn:
        at += 4
    gdb.execute(f"thbreak *{at:#x}", to_string=True)
    gdb.execute("continue", to_string=True)

run_to(0xd4000001, "printf")
end
echo -- svc\n
where-am-i
set $after = $pc + 4
stepi
where-am-i
into-kernel
thbreak syscall_dispatch
continue
where-am-i
backtrace 2
syndrome
esr
esr 0x9600000f
esr 96000045
border
ps
extable $pc
extable ldtr_get_user_8
walk $sp
walk 0x8
walk 404000
walk ffff800000000000
walk 0x0001000000000000
tables
python run_to(0xd69f03e0, "return_to_user")
echo -- eret\n
where-am-i
stepi
where-am-i
print $pc == $after
into-kernel
back-to-user
where-am-i
