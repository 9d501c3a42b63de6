# What a dump cannot do, it says.
continue
python
for command in ("user", "into-kernel", "back-to-user", "esr"):
    try:
        gdb.execute(command)
    except gdb.error as error:
        print(error if "vmcore" in str(error) else f"{command}: {error}")
end
