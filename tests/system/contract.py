# SPDX-License-Identifier: MIT
"""contract.py - what crosses between src/ and arch/ undeclared is a complaint.

In a copy of the tree one declaration at a time is taken away or made up, and
tools/contract.py says what is wrong now; unchanged, it says nothing.
"""

from harness import BUILD, Command

SCRIPT = f"""
copy=$(mktemp -d) && trap 'rm -rf "$copy"' EXIT
export B=$PWD/{BUILD}
cp -r --parents tools src arch "$copy" && cd "$copy" || exit 1
""" + r"""
# try TITLE FILE SED: what is said while FILE is changed so
try() {
	cp "$2" saved && sed -i "$3" "$2" && cmp -s "$2" saved && echo "$1: nothing was changed"
	echo "$1: $(python3 tools/contract.py || :)"
	cp saved "$2"
}
echo "as it is: $(python3 tools/contract.py && echo nothing)"
try down src/arch.h '/^void arch_timer_ack(/d'
try lab src/arch_lab.h '/^void arch_window_leak(/d'
try up src/arch.h '/^void irq_dispatch(/d'
try listed src/arch.h 's/\tprintk printk_always$/\tprintk/'
try stale src/arch_lab.h 's/\tksyms_lookup$/\tksyms_lookup ksyms_count/'
try elsewhere src/arch_lab.h 's/ksyms.h\tksyms_lookup$/spinlock.h\tksyms_lookup/'
try register src/cpu.h 's/A register of that CPU/TPIDR_EL1/'
B=/nowhere
try unbuilt src/arch.h 's/^#pragma once$/#pragma once /'
"""

TESTS = [
    Command(
        "contract: what is not declared is a complaint",
        argv=("sh", "-c", SCRIPT),
        expect=(
            r"^as it is: nothing$",
            r"^down: src/main\.c: arch_timer_ack of arch/aarch64/timer\.c is not in src/arch\.h or src/arch_lab\.h$",
            r"^lab: src/trespass/span_set\.c: arch_window_leak of ",
            r"^up: arch/aarch64/vectors\.S: irq_dispatch of src/dev/irq\.c is not declared at the end of ",
            r"^listed: arch/aarch64/[\w/]+\.c: printk_always of src/dev/printk\.c is not declared ",
            r"^stale: src/ksyms\.h: ksyms_count is said to be called by arch/, and is not$",
            r"^elsewhere: src/spinlock\.h: ksyms_lookup is not declared there$",
            r"^register: src/cpu\.h:3: TPIDR_EL1 is a register: only arch/ names those$",
            r"^unbuilt: there are no objects to look at: make$",
        ),
        reject=(r": nothing was changed$",),
        limit=60,
    ),
]
