#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qemu_ldxr_alignment.sh - QEMU 10.0.13 and 11.1.2: the syndrome of a
# misaligned LDXR says that it is a write.
#
# LDXR only reads. Across a 16-byte boundary it is an alignment fault also with
# FEAT_LSE2, and WnR (Arm ARM DDI 0487, ESR_EL1, ISS of a data abort) is 0 for
# an instruction that reads.
#
#   LDXR  ESR_EL1 0x96000061: alignment fault, WnR=1
#   LDAR  ESR_EL1 0x96000021: alignment fault, WnR=0, at the same address
#
# 7.2.22 says WnR=0 for both.
#
# Printed: the syndromes of LDXR and LDAR of an address 12 bytes past a
# multiple of 16.
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
	ldr	x0, =0x200803519	// 39-bit addresses, TTBR0 alone
	msr	tcr_el1, x0
	adr	x20, table
	msr	ttbr0_el1, x20
	isb
	mrs	x0, sctlr_el1
	mov	x1, #0x1005		// I, C, M
	orr	x0, x0, x1
	msr	sctlr_el1, x0
	isb

	add	x10, x20, #12
	ldxr	x1, [x10]
	mov	x0, x19
	bl	print
	ldar	x1, [x10]
	mov	x0, x19
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

for release in trixie testing; do
	expect "96000061 96000021" "$release" 1
	expect "96000061 96000021" "$release" 2
done

exit "$failed"
