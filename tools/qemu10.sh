#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qemu10.sh DIR - puts a QEMU 10 into DIR, beside the system's own, and prints
# the path of a program that starts it. It has what the older one lacks: MOPS
# and EPAN. The packages come from the backports of this machine's own Debian
# archive; nothing is installed. Where it cannot be had, says why and fails.

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
[ "$(id -u)" = 0 ] || fail "only root may mount its modules in place"
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

# Its modules must lie where the older one's are: in a mount namespace of its
# own they do, and nobody else sees it.
cat >"$run.new" <<END
#!/bin/sh
exec unshare -m sh -c 'mount --bind "\$0/usr/lib/\$(uname -m)-linux-gnu/qemu" \\
	"/usr/lib/\$(uname -m)-linux-gnu/qemu" && root=\$0 &&
	exec "\$root/usr/bin/qemu-system-aarch64" -L "\$root/usr/share/qemu" "\$@"' \\
	"$dir/root" "\$@"
END
chmod +x "$run.new"
"$run.new" --version >/dev/null 2>&1 || fail "it does not start here"
mv "$run.new" "$run"
echo "$run"
