#!/bin/sh
# SPDX-License-Identifier: MIT
#
# bare.sh [--again] bookworm|trixie|testing [COMMAND...] - runs COMMAND in a bare
# Debian of that release, with git and make and nothing else, in a clone of this
# tree's HEAD, as a new user would:
#
#	tools/bare.sh testing make deps run
#
# debootstrap makes the system, from the archive that this machine uses; it is
# kept in build/bare/, and made anew when it is a week old. A run has a copy of
# its own, build/bare/NAME.run; with --again it is the last run's. Without
# COMMAND the copy is only made. It needs root. Mounts end with the run.

set -eu

cd "$(dirname "$0")/.."
# shellcheck source=tools/debian.sh
. tools/debian.sh

usage() {
	sed -n 's/^# \(bare.sh.*\) - .*/usage: tools\/\1/p' "$0"
	exit 2
}

# bootstrap: $pristine, whole or not at all.
bootstrap() {
	mkdir -p build/bare
	new=$(mktemp -d build/bare/new.XXXXXX)
	trap 'rm -rf "$new"' EXIT
	trap 'exit 1' HUP INT TERM
	debian_open "$PWD/$new/apt" "$release" "$(dpkg --print-architecture)"
	why=$(sh tools/deps.sh bare) || fail "$why"
	echo "bare $release: debootstrap, into build/bare" >&2
	# Newer releases have no script of their own; all use sid's. What it
	# mounts ends with it, even if it is stopped (BARE_TIMEOUT=SECONDS).
	timeout "${BARE_TIMEOUT:-900}" unshare --mount --propagation private \
		debootstrap --variant=minbase --keyring="$keyring" \
		--include=git,make,ca-certificates \
		"$release" "$new/system" "$site" \
		/usr/share/debootstrap/scripts/sid >"$new/log" 2>&1 ||
		fail "debootstrap: $(tail -n 1 "$new/log")"
	# How this machine reaches its archive: through a proxy, perhaps.
	apt-config dump | grep -E '^Acquire::(Check-|https?::).* ".+";' \
		>"$new/system/etc/apt/apt.conf.d/90way" || :
	rm -rf "$new"/system/var/lib/apt/lists/* "$new"/system/var/cache/apt/*
	rm -rf "$pristine"
	mv -T "$new/system" "$pristine"
}

# A bundle, because a clone of a folder asks whose it is.
copy() {
	rm -rf "$run"
	cp -a "$pristine" "$run"
	git bundle create -q "$run/tree.bundle" HEAD ||
		fail "this tree is no git clone with its history"
	cp /etc/resolv.conf "$run/etc/resolv.conf"
	inside "git clone -q /tree.bundle /src"
}

# The mounts are in a namespace that ends with the command.
# shellcheck disable=SC2016 # expanded inside
inside() {
	unshare --mount --propagation private sh -ec '
		mount -t proc proc "$1/proc"
		mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
		mount --bind "$1/dev/pts/ptmx" "$1/dev/ptmx"
		exec chroot "$1" /usr/bin/env -i HOME=/root LANG=C.UTF-8 \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM="${TERM:-dumb}" \
			sh -c "$2"' sh "$run" "$1"
}

again=
if [ "${1-}" = --again ]; then
	again=yes
	shift
fi
case ${1-} in
bookworm | trixie | testing) ;;
*) usage ;;
esac
release=$1
shift
what="bare $release"
pristine=$PWD/build/bare/$release
run=$pristine.run

[ "$(id -u)" = 0 ] || fail "it needs root, for chroot"
unshare --mount true 2>/dev/null || fail "no mounts can be made here"
if [ -z "$again" ] || ! [ -d "$run/src" ]; then
	[ -n "$(find "$pristine" -maxdepth 0 -mtime -7 2>/dev/null)" ] || bootstrap
	copy
fi
[ $# = 0 ] || inside "cd /src && $*"
