#!/bin/sh
# SPDX-License-Identifier: MIT
#
# linux.sh DIR - puts Debian 12's Linux kernel for arm64 into DIR and prints its
# path: what `make bench LINUX=1` compares with. Where it cannot be had, says
# why and fails.

set -eu

cd "$(dirname "$0")/.."
# shellcheck source=tools/debian.sh
. tools/debian.sh

what="Linux kernel"
dir=$(mkdir -p "$1" && cd "$1" && pwd)
run=$dir/vmlinuz
if [ -f "$run" ]; then
	echo "$run"
	exit 0
fi

debian_open "$dir" bookworm arm64
# The package of that name only depends on the kernel's newest one.
package=$(debian cache depends linux-image-arm64 |
	awk '$1 == "Depends:" && $2 ~ /^linux-image-/ { print $2; exit }')
[ -n "$package" ] || fail "the archive has no linux-image-arm64"
debian_unpack "$package"
mv "$dir"/files/boot/vmlinuz-* "$run"
rm -r "$dir/files" # the modules, which nothing here loads
echo "$run"
