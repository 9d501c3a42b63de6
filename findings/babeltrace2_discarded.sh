#!/bin/sh
# SPDX-License-Identifier: MIT
#
# babeltrace2_discarded.sh - babeltrace2 2.1.1 is silent about lost events that
# 2.0.4 warns of, when a stream has one packet.
#
# A packet's events_discarded counts what the tracer has lost in this stream so
# far (CTF 1.8, event packet context). A trace of one stream with one
# packet, whose counter is 7, is complete as far as 2.1.1 tells.
#
#   2.0.4  WARNING: Tracer may have discarded events between [...] and [...]
#   2.1.1  nothing
#
# 2.1.1 takes the first packet's counter as where counting begins: with a
# second packet, whose counter is 9, it warns of 2 events. A tracer that writes
# one packet a stream, as it stops, must tell of its losses in another way, or
# write an empty packet first.
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
	libraries=$files/usr/lib/x86_64-linux-gnu
	shift 2
	BABELTRACE_PLUGIN_PATH=$libraries/babeltrace2/plugins timeout 30 \
		"$loader" --library-path "$libraries:${loader%/*}" \
		"$program" "$@"
}

get bookworm babeltrace2=2.0.4-1+b6
get trixie babeltrace2=2.1.1-1

mkdir "$work/one" "$work/two" "$work/empty"
cat >"$work/one/metadata" <<'END'
/* CTF 1.8 */
typealias integer { align = 8; size = 32; } := u32;
typealias integer { align = 8; size = 64; } := u64;
clock { name = c; freq = 1000000000; };
typealias integer { align = 8; size = 64; map = clock.c.value; } := moment;
trace { major = 1; minor = 8; byte_order = le;
	packet.header := struct { u32 magic; u32 stream_id; }; };
stream { id = 0; event.header := struct { u32 id; moment timestamp; };
	packet.context := struct { moment timestamp_begin; moment timestamp_end;
		u64 content_size; u64 packet_size; u64 events_discarded; }; };
event { name = e; id = 0; stream_id = 0; fields := struct { u32 x; }; };
END
cp "$work/one/metadata" "$work/two"
cp "$work/one/metadata" "$work/empty"

# packet BEGIN DISCARDED: 64 bytes with one event, 50 ns long
packet() {
	perl -e '($t, $lost) = @ARGV;
		print pack("L<2 Q<5 L< Q< L<", 0xc1fc1fc1, 0, $t, $t + 50,
			512, 512, $lost, 0, $t + 10, 5)' "$@"
}
# no_event DISCARDED: 48 bytes, before all others
no_event() {
	perl -e 'print pack("L<2 Q<5", 0xc1fc1fc1, 0, 0, 0, 384, 384,
		@ARGV)' "$@"
}
packet 100 7 >"$work/one/stream"
{ packet 100 7 && packet 200 9; } >"$work/two/stream"
{ no_event 0 && packet 100 7; } >"$work/empty/stream"

failed=0
# expect RELEASE TRACE WORDS: its warnings begin with them; "" for none at all
expect() {
	got=$(in_release "$1" babeltrace2 "$work/$2" 2>&1 >"$work/events")
	echo "$1, $2: $(wc -l <"$work/events") events; ${got:-no warning}"
	case "$3:$got" in
	:) ;;
	:* | *:) failed=1 ;;
	*:"$3"*) ;;
	*) failed=1 ;;
	esac
	grep -q 'x = 5' "$work/events" || failed=1
}
expect bookworm one "WARNING: Tracer may have discarded events between "
expect trixie one ""
expect trixie two "WARNING: Tracer discarded 2 events between "
expect trixie empty "WARNING: Tracer discarded 7 events between "
exit "$failed"
