# A fault inside a copy: who called whom, from the handler to the program at EL0.
user
thbreak trap_el1_sync
continue
backtrace
