# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# debian.sh - for qemu10.sh and linux.sh: packages of a suite other than this
# machine's, or for another architecture, unpacked into a folder. Nothing is
# installed and no configuration is touched; root is not needed. `what` says in
# a complaint what it was about.

fail() {
	echo "no $what: $*" >&2
	exit 1
}

# debian_open DIR SUFFIX ARCHITECTURE: lists of the suite bookworm, or of
# bookworm-backports, from the archive that this machine uses already.
debian_open() {
	dir=$1 architecture=$3
	command -v apt-get >/dev/null || fail "this is no Debian"
	# shellcheck source=/dev/null
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	[ "$codename" = bookworm ] || fail "this is not Debian 12"
	site=$(apt-get indextargets --format '$(SITE) $(RELEASE)' |
		awk -v suite="$codename" '$2 == suite { print $1; exit }')
	[ -n "$site" ] || fail "this machine's package sources name no archive"

	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	: >"$dir/status"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
		"$site $codename$2 main" >"$dir/sources.list"
	debian get update >"$dir/apt.log" 2>&1 ||
		fail "the package lists cannot be read"
}

# debian get|cache ARGUMENTS: apt-get, apt-cache, on those lists.
debian() {
	program=apt-$1
	shift
	"$program" -qq -oDir::Etc::SourceList="$dir/sources.list" \
		-oDir::Etc::SourceParts=/dev/null -oAPT::Sandbox::User=root \
		-oAPT::Architecture="$architecture" \
		-oAPT::Architectures="$architecture" \
		-oDir::State::Lists="$dir/lists" -oDir::Cache="$dir/cache" \
		-oDir::State::status="$dir/status" "$@" </dev/null
}

# debian_unpack PACKAGE...: their files, below $dir/files.
debian_unpack() {
	(cd "$dir" && debian get download "$@") >"$dir/apt.log" 2>&1 ||
		fail "its packages cannot be fetched"
	for package in "$dir"/*.deb; do
		dpkg -x "$package" "$dir/files"
		rm "$package"
	done
}
