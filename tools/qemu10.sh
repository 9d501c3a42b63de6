#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qemu10.sh DIR - puts a QEMU 10 into DIR, beside the system's own, and prints
# its path. It has what the older one lacks: MOPS and EPAN. The packages are
# Debian's backports. Where it cannot be had, says why and fails.

set -eu

what="QEMU 10"
. "$(dirname "$0")/debian.sh"

dir=$(mkdir -p "$1" && cd "$1" && pwd)
run=$dir/qemu-system-aarch64
if [ -x "$run" ]; then
	echo "$run"
	exit 0
fi

debian_open "$dir" -backports "$(dpkg --print-architecture)"
debian_unpack qemu-system-arm qemu-system-common qemu-system-data

# Beside a folder of this name it takes its modules and data from below that,
# and not from the system's, which belong to the older one.
bundle=$dir/files/usr/bin/qemu-bundle
mkdir -p "$bundle"
ln -sfn ../.. "$bundle/usr"

program=$dir/files/usr/bin/qemu-system-aarch64
said=$(echo quit | "$program" -M virt -cpu max -S -display none -nic none \
	-monitor stdio 2>&1) || fail "it does not start here"
case $said in
*" module"*) fail "it takes the older one's modules" ;;
esac
ln -sfn "$program" "$run"
echo "$run"
