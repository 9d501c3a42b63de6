#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qemu10.sh DIR - puts a QEMU 10 into DIR, beside the system's own, and prints
# its path. It has what the older one lacks: MOPS and EPAN. The packages come
# from the backports of this machine's own Debian archive; nothing is installed,
# and root is not needed. Where it cannot be had, says why and fails.

set -eu

dir=$(mkdir -p "$1" && cd "$1" && pwd)
run=$dir/qemu-system-aarch64
if [ -x "$run" ]; then
	echo "$run"
	exit 0
fi

fail() {
	echo "no QEMU 10: $*" >&2
	exit 1
}

command -v apt-get >/dev/null || fail "this is no Debian"
# shellcheck source=/dev/null
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
[ "$codename" = bookworm ] || fail "this is not Debian 12"
# The archive that this machine uses already, with the suite's name changed.
site=$(apt-get indextargets --format '$(SITE) $(RELEASE)' |
	awk -v suite="$codename" '$2 == suite { print $1; exit }')
[ -n "$site" ] || fail "this machine's package sources name no archive"

mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
	"$site $codename-backports main" >"$dir/sources.list"
apt() {
	apt-get -qq -oDir::Etc::SourceList="$dir/sources.list" \
		-oDir::Etc::SourceParts=/dev/null -oAPT::Sandbox::User=root \
		-oDir::State::Lists="$dir/lists" -oDir::Cache="$dir/cache" "$@" \
		>"$dir/apt.log" 2>&1 </dev/null
}
apt update || fail "the backports' package lists cannot be read"
(cd "$dir" && apt download qemu-system-arm qemu-system-common \
	qemu-system-data) || fail "its packages cannot be fetched"
for package in "$dir"/*.deb; do
	dpkg -x "$package" "$dir/root"
	rm "$package"
done

# Beside a folder of this name it takes its modules and data from below that,
# and not from the system's, which belong to the older one.
bundle=$dir/root/usr/bin/qemu-bundle
mkdir -p "$bundle"
ln -sfn ../.. "$bundle/usr"

program=$dir/root/usr/bin/qemu-system-aarch64
said=$(echo quit | "$program" -M virt -cpu max -S -display none -nic none \
	-monitor stdio 2>&1) || fail "it does not start here"
case $said in
*" module"*) fail "it takes the older one's modules" ;;
esac
ln -sfn "$program" "$run"
echo "$run"
