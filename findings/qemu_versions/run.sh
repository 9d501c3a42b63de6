#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh [QEMU...] - what QEMU's versions do differently at EL1 and EL0, for the
# table in docs/what-qemu-hides.md. It builds main.c, a program without any
# kernel, and boots it on each QEMU: with one CPU and with two, because the
# emulator differs in that, too. Outside CI: nothing here is Portcullis's.

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

# -mstrict-align: it runs with the MMU off, where all memory is Device memory.
"${CROSS_COMPILE-aarch64-linux-gnu-}gcc" -Wall -Wextra -O1 -ffreestanding \
	-fno-pie -fno-stack-protector -mgeneral-regs-only -mstrict-align \
	-mno-outline-atomics -nostdlib -static -no-pie \
	-Wl,-Ttext=0x40080000,--build-id=none,-z,max-page-size=4096 \
	-o "$work/main" "$here/start.S" "$here/main.c" || exit 1

for qemu in "${@:-qemu-system-aarch64}"; do
	for cpus in 1 2; do
		"$qemu" --version | sed -n "1s/.*version \([^ ]*\).*/QEMU \1, -smp $cpus/p"
		timeout 60 "$qemu" -M virt -cpu "${CPU:-max}" -smp $cpus \
			-nographic -nic none -kernel "$work/main" </dev/null
	done
done
