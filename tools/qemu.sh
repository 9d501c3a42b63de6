#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qemu.sh - prints which program make's QEMU= means, or in one line why it
# cannot be used. It must be QEMU 7.2 or newer. QEMU=new is one that has MOPS
# and EPAN: the system's own from 11.1 on, and before that the one of Debian's
# testing, which is unpacked into build/qemu-new when it is first asked for.

set -eu

cd "$(dirname "$0")/.."
# shellcheck source=tools/debian.sh
. tools/debian.sh

what="newer QEMU"
own='qemu-system-aarch64'
new=build/qemu-new

# version PROGRAM: 702 for "QEMU emulator version 7.2.22"; 0 for no QEMU.
version() {
	"$1" --version 2>/dev/null |
		awk '$3 == "version" { split($4, n, "."); v = n[1] * 100 + n[2] }
			END { print v + 0 }'
}

# It runs with the libraries that it was built with: by their loader. Beside a
# folder of the name qemu-bundle it finds its modules and data below that.
fetch() {
	echo "QEMU=new: fetching the QEMU of Debian testing, once" >&2
	mkdir -p build
	dir=$(mktemp -d build/qemu-new.XXXXXX)
	trap 'rm -rf "$dir"' EXIT
	trap 'exit 1' HUP INT TERM
	debian_open "$PWD/$dir" testing "$(dpkg --print-architecture)"
	debian_unpack_whole qemu-system-arm
	loader=$(cd "$dir" && find files/usr/lib -name 'ld-linux*.so.*' -type f)
	libraries=$(dirname "$loader")
	mkdir "$dir/$libraries/qemu-bundle"
	ln -s ../../.. "$dir/$libraries/qemu-bundle/usr"
	cat >"$dir/$own" <<-END
		#!/bin/sh
		here=\$(dirname "\$(readlink -f "\$0")")
		exec "\$here/$loader" --library-path "\$here/$libraries" \\
			"\$here/files/usr/bin/$own" "\$@"
	END
	chmod +x "$dir/$own"
	said=$(echo quit | "$dir/$own" -M virt -cpu max -S -display none \
		-nic none -monitor stdio 2>&1) || fail "it does not start here"
	case $said in
	*" module"*) fail "it takes the older one's modules" ;;
	esac
	rm -rf "$dir/lists" "$dir/cache"
	chmod 755 "$dir"
	mv -T "$dir" "$new" 2>/dev/null || [ -x "$new/$own" ]
}

qemu=${QEMU:-$own}
if [ "$qemu" = new ]; then
	qemu=$own
	if [ "$(version $own)" -lt 1101 ]; then
		qemu=$PWD/$new/$own
		[ -x "$qemu" ] || fetch
	fi
fi
if ! command -v "$qemu" >/dev/null; then
	echo "there is no program $qemu; \`make deps run\` installs Debian's QEMU"
	exit 1
fi
if [ "$(version "$qemu")" -lt 702 ]; then
	echo "$qemu is no QEMU 7.2 or newer: $("$qemu" --version 2>&1 | head -n 1)"
	exit 1
fi
echo "$qemu"
