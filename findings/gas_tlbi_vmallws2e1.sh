#!/bin/sh
# SPDX-License-Identifier: MIT
#
# gas_tlbi_vmallws2e1.sh - GNU as, 2.47.50: TLBI VMALLWS2E1 and its NXS form
# have op2 = 3; the Arm ARM and LLVM have 2.
#
# FEAT_TLBIW has an instruction that invalidates only the writable entries of
# stage 2: TLBI VMALLWS2E1, SYS #4, C8, C6, #2 (Arm ARM DDI 0487, C5.1), with an
# IS and an OS form for other CPUs. The assembler writes C6, #3 for the local
# one; its IS and OS forms are right. The disassembler has the same number, and
# shows the right instruction as a SYS without a name.
#
#   expected  tlbi vmallws2e1 = 0xd50c865f
#   GNU as                      0xd50c867f
#
# So what a hypervisor assembles by this name is not the instruction that the
# name stands for, and no other than the assembler's own disassembler tells.
#
# Printed: what each assembler makes of each name.
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
}

# in_release RELEASE PROGRAM...: by the loader and the libraries of that release
in_release() {
	files=$work/$1/files program=$work/$1/files/usr/bin/$2
	loader=$(find "$files" -name 'ld-linux*' -type f)
	libraries=$files/usr/lib/x86_64-linux-gnu:$files/usr/lib/llvm-21/lib
	shift 2
	timeout 30 "$loader" --library-path "$libraries" "$program" "$@"
}

get testing binutils-aarch64-linux-gnu=2.47.50.20261021-1 llvm-21=1:21.1.8-13

# gnu NAME, llvm NAME: the instruction's word
gnu() {
	echo "tlbi $1" >"$work/program.s"
	in_release testing aarch64-linux-gnu-as -march=armv9.5-a \
		-o "$work/program.o" "$work/program.s" &&
		in_release testing aarch64-linux-gnu-objdump -d \
			"$work/program.o" | awk '$1 == "0:" { print $2 }'
}
llvm() {
	echo "tlbi $1" >"$work/program.s"
	in_release testing llvm-mc-21 --triple=aarch64 -mattr=+tlbiw,+xs \
		-show-encoding "$work/program.s" |
		sed -n 's/.*\[0x\(..\),0x\(..\),0x\(..\),0x\(..\)\].*/\4\3\2\1/p'
}

failed=0
# expect NAME GNU LLVM: what each must make of it
expect() {
	got="$(gnu "$1") $(llvm "$1")"
	echo "tlbi $1: GNU as, LLVM: $got"
	[ "$got" = "$2 $3" ] || { echo "  expected: $2 $3"; failed=1; }
}

expect vmallws2e1 d50c867f d50c865f
expect vmallws2e1nxs d50c967f d50c965f
expect vmallws2e1is d50c825f d50c825f
expect vmallws2e1os d50c855f d50c855f

exit "$failed"
