# A machine that is deep in the kernel: dumped, and then looked at as the dump is.
set pagination off
hbreak at_ask
continue
continue
continue
delete
stepi
stepi
monitor dump-guest-memory vmcore
source tests/system/look.gdb
