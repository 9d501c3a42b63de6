# Everything that needs no running machine: its memory down to the kernel's stacks, and its tasks.
set pagination off
echo -- look\n
backtrace
up 2
info locals
border
ps
tables
tables p
walk $sp
walk 401000
walk 8
x/32gx $sp
x/4i $pc
who 40200000
extable ldtr_get_user_8
tcr
sctlr
mair
esr 96000045
python print(current_task().dereference())
print tasks
info registers sp pc x0 x1 x19 x29 x30 TCR_EL1 MAIR_EL1 TTBR0_EL1 TTBR1_EL1 TPIDR_EL1
