# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# debian.sh - for qemu.sh, linux.sh and bare.sh: packages of any release and
# architecture, from the archive that this machine uses, unpacked into a folder.
# Nothing is installed and no configuration is touched; root is not needed.
# `what` says in a complaint what it was about.
#
# Those scripts print on stdout what they have got, or, with status 1, in one
# line why not. APT_TIMEOUT is how many seconds the archive may be silent.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

fail() {
	echo "no ${what:-package}: $*"
	exit 1
}

# debian_find_site: $site becomes the address of the archive.
debian_find_site() {
	[ -f "$keyring" ] || fail "this is not Debian"
	# Not a release's updates, which may lie elsewhere.
	# shellcheck disable=SC2016 # they are apt-get's
	site=$(apt-get indextargets --no-release-info \
		--format '$(SITE) $(RELEASE)' |
		awk '$2 !~ /[-\/]/ { print $1; exit }')
	[ -n "$site" ] || fail "this machine's package sources name no archive"
}

# debian_open DIR RELEASE ARCHITECTURE: DIR gets that release's lists.
debian_open() {
	dir=$1 architecture=$3
	debian_find_site
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	: >"$dir/status" # so nothing counts as installed
	echo "deb [signed-by=$keyring] $site $2 main" >"$dir/sources.list"
	debian get update >"$dir/apt.log" 2>&1 || debian_fail
}

# debian_fail: with the first of what apt-get complained of.
debian_fail() {
	fail "the archive: $(grep -m 1 '^[EW]: ' "$dir/apt.log" || echo "?")"
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
		-oDir::State::status="$dir/status" -oDebug::NoLocking=1 \
		-oAPT::Update::Error-Mode=any -oAcquire::Retries=1 \
		-oAcquire::http::Timeout="${APT_TIMEOUT:-30}" \
		-oAcquire::https::Timeout="${APT_TIMEOUT:-30}" "$@" </dev/null
}

# debian_unpack PACKAGE...: their files, below $dir/files.
debian_unpack() {
	(cd "$dir" && debian get download "$@") >"$dir/apt.log" 2>&1 ||
		debian_fail
	debian_unpack_all "$dir"/*.deb
}

# debian_unpack_whole PACKAGE: the same with all that it depends on.
debian_unpack_whole() {
	debian get --no-install-recommends --download-only -y install "$1" \
		>"$dir/apt.log" 2>&1 || debian_fail
	debian_unpack_all "$dir"/cache/archives/*.deb
}

debian_unpack_all() {
	for package; do
		dpkg -x "$package" "$dir/files" >"$dir/apt.log" 2>&1 ||
			fail "$(basename "$package") cannot be unpacked"
		rm "$package"
	done
}
