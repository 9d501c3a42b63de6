# SPDX-License-Identifier: MIT
"""method.py - a method of user access is one file and one row: in a copy of the
tree ldtr is added once more, as `mine`, and must appear wherever methods do.
"""

from harness import BUILD, Command

COPY = f"{BUILD}/method"
ADD_IT = rf"""
rm -rf {COPY} && mkdir -p {COPY}/{BUILD} &&
cp -a Makefile link.ld arch src tests tools user {COPY} &&
cp -a {BUILD}/obj {BUILD}/asm_offsets.h {BUILD}/flags {BUILD}/link.ld {COPY}/{BUILD} &&
cd {COPY}/arch/aarch64/uaccess &&
sed 's/METHOD ldtr/METHOD mine/' ldtr.S >mine.S &&
sed -i '/M(ldtr,/{{p;s/ldtr/mine/g}}' methods.h && cd - >/dev/null && cd {COPY} || exit 1
"""

# Its cells of each row of the table, beside ldtr's.
SAME_CELLS = f"""
import json
report = json.load(open("{BUILD}/compare.json"))
print("columns", *(f"{{column['pan']}}/{{column['uaccess']}}" for column in report["columns"]))
for bug in report["trespasses"]:
    for pan in ("off", "on"):
        mine, ldtr = (bug["results"][f"{{pan}}/{{method}}"]["outcome"] for method in ("mine", "ldtr"))
        print("same" if mine == ldtr and mine in ("THROUGH", "STOPPED", "n/a") else "other", bug["name"], pan, mine)
"""

SHOW = """
#include "rt.h"

int main(void)
{
	char text[2048];

	file_read("/proc/uaccess", text, sizeof(text));
	printf("%s", text);
	return 0;
}
"""

# The searches of the linked kernel, which know its functions by the rows.
SEARCHES = """
import sys
sys.path[:0] = ["tools", "tests/system"]
import extable, window
for test in extable.TESTS + window.TESTS:
    outcome = test.run()
    print(test.name, outcome.passed, outcome.output, *outcome.notes)
"""

TESTS = [
    Command(
        "method: one file and one row, and it is everywhere",
        argv=(
            "sh",
            "-c",
            f"{ADD_IT}"
            'make compare || exit 1; python3 -c "$SAME_CELLS" && python3 -c "$SEARCHES"\n'
            'printf "%s" "$SHOW" >show.c && make try FILE=show.c APPEND="quiet pan=on uaccess=mine"\n'
            'make run APPEND="uaccess=mine nonsense"',
        ),
        env={"SAME_CELLS": SAME_CELLS, "SEARCHES": SEARCHES, "SHOW": SHOW, "COLUMNS": "100"},
        limit=400,
        expect=(
            # Compare's columns, the judgement of each, and what is said below them.
            r"^columns off/plain off/ldtr on/pan on/ldtr off/mine off/sw_ttbr0 on/mine on/mops on/softwalk$",
            r"^ +mine +sw_ttbr0 +mine +mops +softwalk$",
            r"^  A copy has EL0's rights under ldtr, mine, mops, softwalk\.$",
            r"^same read_user on (THROUGH|STOPPED)$",
            r"^extable: .* 1 \d+ instructions, .*'mine': \d\d\d",
            r"^window: .* 1 \d+ windows",
            # /proc/uaccess, the help of the command line, the boot log; and its code is what runs.
            r"^method: mine$",
            r"^choices: auto\|plain\|pan\|ldtr\|mine\|mops\|sw_ttbr0\|softwalk$",
            r"^\[.*\]     uaccess=auto\|plain\|pan\|ldtr\|mine\|mops\|sw_ttbr0\|softwalk$",
            r"^\[.*\] in force: pan=on, uaccess=mine; all invariants",
            r"^     EL1 read of 0x0 in mine_copy_from_user, inside uaccess",
            r"^\[.*\] process 1 exited with status 0$",
        ),
        reject=(r"^other ", r"is refused"),
    ),
]
