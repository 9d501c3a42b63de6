# What `make debug` promises: from reset to EL0, and from there into EL1.
where-am-i
user
where-am-i
thbreak syscall_dispatch
continue
where-am-i
backtrace 2
syndrome
