#!/bin/sh
# SPDX-License-Identifier: MIT
#
# viewers.sh - prints the folder with the programs that open trace.json in the
# tests (tests/system/viewers.py), or in one line why they cannot be had. They are
# fetched into build/viewers when it is first asked for: speedscope, a package of
# npm, and Catapult's trace viewer, which Debian's sources of Go have for their own
# `go tool trace`. `make deps viewers` installs what this needs, and a browser.

set -eu

cd "$(dirname "$0")/.."
# shellcheck source=tools/debian.sh
. tools/debian.sh

what=viewers
folder=build/viewers
speedscope=speedscope@1.25.0
sha256=2831f1e0d26df914b477e522d78b8485511495a6af81a0b88158f8b48f9e0d03
go=golang-1.19-src # of Debian 12: the files are in no other place there

[ ! -d $folder ] || { echo $folder; exit 0; }
mkdir -p build
dir=$(mktemp -d $folder.XXXXXX)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

command -v npm >/dev/null || fail "npm is not installed"
(cd "$dir" && npm pack --silent $speedscope) >"$dir/npm.log" 2>&1 </dev/null ||
	fail "npm: $(grep -m 1 . "$dir/npm.log" || echo "it failed")"
(cd "$dir" && echo "$sha256  speedscope-${speedscope#*@}.tgz" | sha256sum -c) \
	>/dev/null 2>&1 || fail "$speedscope is not the one that was tried here"
tar -C "$dir" -xzf "$dir"/speedscope-*.tgz
mv "$dir/package/dist/release" "$dir/speedscope"

debian_open "$PWD/$dir" bookworm "$(dpkg --print-architecture)"
debian_unpack $go
mkdir "$dir/catapult"
mv "$dir"/files/usr/share/go-*/src/cmd/trace/static/*.html \
	"$dir"/files/usr/share/go-*/src/cmd/trace/static/*.js "$dir/catapult"

mkdir "$dir/whole"
mv "$dir/speedscope" "$dir/catapult" "$dir/whole"
ln -s ../trace.json ../../tests/system/catapult.html "$dir/whole"
mv -T "$dir/whole" $folder 2>/dev/null || [ -d $folder ]
echo $folder
