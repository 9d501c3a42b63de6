#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qemu_at_clean_page.sh - QEMU 11.1.2: AT S1E1W says that a store to a clean
# page would fault, and the store goes through.
#
# The page is read-only with DBM, while TCR_EL1.HD is 1: writable, but clean.
# The hardware makes it dirty at the first store (Arm ARM DDI 0487, D8.5,
# hardware management of the dirty state). AT S1E1W translates as a store would
# (C5.5), so one expects it to succeed.
#
#   QEMU 10.0.13  AT succeeds, and marks the page dirty itself (AP[2] becomes 0)
#   QEMU 11.1.2   AT fails with a permission fault (PAR_EL1 0x81b) and marks
#                 nothing; the store right after it goes through, and marks it
#
# Of a page without access flag (HA is 1) AT S1E1R succeeds on both, but
# 10.0.13 sets the flag and 11.1.2 does not.
#
# Printed, 32 bits of each: PAR_EL1 and the descriptor after AT S1E1W; the
# store's syndrome (0: none) and the descriptor after it; PAR_EL1 and the
# descriptor of the page without access flag after AT S1E1R.
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
	mov	x0, #0xff		// attribute 0 is Normal, 1 is Device
	msr	mair_el1, x0
	ldr	x0, =0x18200803519	// 39-bit addresses, TTBR0 alone; HA, HD
	msr	tcr_el1, x0
	adr	x20, table
	msr	ttbr0_el1, x20
	isb
	mrs	x0, sctlr_el1
	mov	x1, #0x1005		// I, C, M
	orr	x0, x0, x1
	msr	sctlr_el1, x0
	isb

	mov	x10, #0x80000000	// clean: read-only, with DBM
	at	s1e1w, x10
	isb
	mrs	x0, par_el1
	bl	print
	ldr	x0, [x20, #16]
	bl	print
	str	xzr, [x10]
	mov	x0, x19			// 0: no fault
	bl	print
	ldr	x0, [x20, #16]
	bl	print
	mov	x10, #0xc0000000	// without access flag
	at	s1e1r, x10
	isb
	mrs	x0, par_el1
	bl	print
	ldr	x0, [x20, #24]
	bl	print
	ldr	x0, =0x84000008		// PSCI SYSTEM_OFF
	hvc	#0
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
	mov	x19, #0			// no fault yet
	ret
	.balign	2048
vectors:
	.space	0x200
	mrs	x19, esr_el1		// a fault at EL1: on to the next one
	mrs	x21, elr_el1
	add	x21, x21, #4
	msr	elr_el1, x21
	eret
	.balign	4096
table:	.quad	0x0000000000000405	// a block of 1 GiB: Device
	.quad	0x0000000040000701	// Normal memory, where this is
	.quad	0x0008000040000781	// the same, clean: AP[2] and DBM
	.quad	0x0000000040000301	// the same, without access flag
	.balign	4096, 0
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

expect "40000b80 40000701 00000000 40000701 40000b80 40000701" trixie 1
expect "0000081b 40000781 00000000 40000701 40000b80 40000301" testing 1

exit "$failed"
