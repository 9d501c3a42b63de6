#!/bin/sh
# SPDX-License-Identifier: MIT
#
# linux.sh DIR RELEASE - puts the Linux kernel for arm64 of that release of
# Debian into DIR and prints its path: what `make bench LINUX=1` compares with.
# Where it cannot be had, says why and fails.

set -eu

cd "$(dirname "$0")/.."
# shellcheck source=tools/debian.sh
. tools/debian.sh

what="Linux kernel"
dir=$(mkdir -p "$1" && cd "$1" && pwd)
release=$2
run=$dir/vmlinuz
if [ -f "$run" ]; then
	echo "$run"
	exit 0
fi

# depends PACKAGE PREFIX: the first that it depends on whose name begins so.
depends() {
	debian cache depends "$1" | awk -v prefix="$2" \
		'$1 == "Depends:" && index($2, prefix) == 1 { print $2; exit }'
}

debian_open "$dir" "$release" arm64
# The package of that name only depends on the kernel's newest one; from 7.3 on
# that one depends on another, which has the kernel.
package=$(depends linux-image-arm64 linux-image-)
[ -n "$package" ] || fail "the archive has no linux-image-arm64"
binary=$(depends "$package" linux-binary-)
debian_unpack "${binary:-$package}"
mv "$(find "$dir/files" -name 'vmlinuz*' -type f)" "$run"
rm -r "$dir/files" # the modules, which nothing here loads
echo "$run"
