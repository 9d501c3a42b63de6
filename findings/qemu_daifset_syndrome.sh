#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qemu_daifset_syndrome.sh - QEMU, 7.2.22 to 11.1.2: the syndrome of a trapped
# MSR DAIFSet has op1 and op2 exchanged.
#
# MSR DAIFSet at EL0 with SCTLR_EL1.UMA = 0 is trapped to EL1 with EC 0x18, and
# the ISS holds the fields of the instruction: Op0 [21:20], Op2 [19:17], Op1
# [16:14], CRn [13:10], Rt [9:5], CRm [4:1] (Arm ARM DDI 0487, ESR_EL1, ISS of
# EC 0x18). The instruction is 0xd50342df for #2: op1 (bits 18:16) is 3, op2
# (bits 7:5) is 6.
#
#   expected  op1 = 3, op2 = 6: ESR_EL1 0x620cd3e4
#   QEMU      op1 = 6, op2 = 3: 0x620793e4
#
# So a kernel or a hypervisor that looks the register up by its encoding finds
# another one, S0_6_C4_C2_3, that does not exist.
#
# Printed: ESR_EL1 and the instruction.
#
# Status: 0 all came as above, 1 something else did, 2 it could not be tried.
# It runs on Debian (amd64), takes packages from the archive that the machine
# uses, and unpacks them into a temporary folder. Nothing is installed.
# shellcheck disable=SC2086 # $apt is words

set -u
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# shellcheck disable=SC2016 # the dollars are apt-get's
site=$(apt-get indextargets --no-release-info --format '$(SITE) $(RELEASE)' |
	awk '$2 !~ /[-\/]/ { print $1; exit }')

# get RELEASE PACKAGE=VERSION...: with all that they need, below $work/RELEASE
get() {
	dir=$work/$1
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	: >"$dir/status" # so nothing counts as installed
	echo "deb [signed-by=$keyring] $site $1 main" >"$dir/sources"
	apt="apt-get -qq -oDir::Etc::SourceList=$dir/sources
		-oDir::Etc::SourceParts=/dev/null -oAPT::Sandbox::User=root
		-oDir::State::Lists=$dir/lists -oDir::State::status=$dir/status
		-oDir::Cache=$dir -oDir::Cache::Archives=$dir/archives
		-oDebug::NoLocking=1 -oAPT::Update::Error-Mode=any"
	shift
	if ! { $apt update && $apt --no-install-recommends --download-only \
		-y install "$@"; } >"$dir/log" 2>&1; then
		echo "cannot be tried: $(grep -m 1 '^[EW]: ' "$dir/log")"
		exit 2
	fi
	for package in "$dir"/archives/*.deb; do
		dpkg -x "$package" "$dir/files" && rm "$package"
	done
	libraries=$(dirname "$(find "$dir/files" -name 'ld-linux*' -type f)")
	mkdir -p "$libraries/qemu-bundle" # QEMU looks for its modules below it
	ln -sfn ../../.. "$libraries/qemu-bundle/usr"
}

# in_release RELEASE PROGRAM...: by the loader and the libraries of that release
in_release() {
	files=$work/$1/files program=$work/$1/files/usr/bin/$2
	loader=$(find "$files" -name 'ld-linux*' -type f)
	libraries=$files/usr/lib/x86_64-linux-gnu
	shift 2
	timeout 30 "$loader" --library-path "$libraries" "$program" "$@"
}

get trixie qemu-system-arm=1:10.0.13+ds-0+deb13u1 \
	binutils-aarch64-linux-gnu=2.44-3
get testing qemu-system-arm=1:11.1.2+ds-3

cat >"$work/program.s" <<'END'
	.text
	.globl	_start
_start:	adr	x0, vectors
	msr	vbar_el1, x0
	adr	x0, el0
	msr	elr_el1, x0
	mov	x0, #0x3c0		// EL0t, everything masked
	msr	spsr_el1, x0
	eret				// the MMU is off; SCTLR_EL1.UMA is 0
el0:	msr	daifset, #2
print:	mov	x1, #0x09000000		// w0 to the PL011, as 8 digits
	mov	x2, #28
1:	lsr	w3, w0, w2
	and	w3, w3, #15
	add	w4, w3, #'0'
	cmp	w3, #10
	add	w3, w3, #'a' - 10
	csel	w3, w4, w3, lo
	str	w3, [x1]
	subs	w2, w2, #4
	b.pl	1b
	mov	w3, #'\n'
	str	w3, [x1]
	ret
	.balign	2048
vectors:
	.space	0x400
	mrs	x0, esr_el1		// a fault at EL0
	bl	print
	ldr	w0, el0			// the instruction itself
	bl	print
	ldr	x0, =0x84000008		// PSCI SYSTEM_OFF
	hvc	#0
END

in_release trixie aarch64-linux-gnu-as -march=armv8.1-a \
	-o "$work/program.o" "$work/program.s" &&
	in_release trixie aarch64-linux-gnu-ld -Ttext=0x40080000 \
		-o "$work/program" "$work/program.o" || exit 2

# on RELEASE CPUS: what the program prints, in one line
on() {
	in_release "$1" qemu-system-aarch64 -M virt -cpu max -smp "$2" -m 64 \
		-nographic -nic none -kernel "$work/program" </dev/null |
		tr -s '\r\n' '  '
}

failed=0
# expect WORDS RELEASE CPUS: what must be printed
expect() {
	got=$(on "$2" "$3")
	echo "$2, $3 CPU: $got"
	[ "$got" = "$1 " ] || { echo "  expected: $1"; failed=1; }
}

for release in trixie testing; do
	expect "620793e4 d50342df" "$release" 1
done

exit "$failed"
