# What `walk` and `tables` say of a table that fork has shared (try_fork.c).
set pagination off
hbreak change
continue
echo -- the child has ended\n
walk 40000000
tables 40000000
continue
echo -- the next child will write\n
where-am-i
walk 40000000
tables 40000000
finish
echo -- it has written\n
walk 40000000
tables 40000000
