# A device tree where no memory can be: an exception, long before the console.
set pagination off
hbreak *0x40200000
continue
set $x0 = 0xffff000000000008
continue
