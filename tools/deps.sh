#!/bin/sh
# SPDX-License-Identifier: MIT
#
# deps.sh - installs the tools that the goals on make's command line lack:
#
#	tools/deps.sh run test
#
# It asks whether a tool works, not whether a package is there; when nothing
# is missing it ends at once. It installs with apt-get, asks no question, and
# takes no recommended packages. If it cannot, the one line that it prints on
# stdout says why, and what was there is as it was. CROSS_COMPILE, QEMU, HOSTCC,
# LLVM, PYTHON and APT_TIMEOUT (seconds that the archive may be silent) are make's.

# shellcheck disable=SC2046,SC2086 # lists of packages are split into words

cross=${CROSS_COMPILE-aarch64-linux-gnu-}
qemu=${QEMU:-qemu-system-aarch64}
[ "$qemu" != new ] || qemu='qemu-system-aarch64' # tools/qemu.sh fetches it
hostcc=${HOSTCC:-cc}
python=${PYTHON:-python3}

# ---- Does it work? -------------------------------------------------------------

have() {
	command -v "$1" >/dev/null 2>&1
}

# has_header COMPILER HEADER
has_header() {
	echo "#include <$2>" | $1 -E -x c - >/dev/null 2>&1
}

has_sanitizers() {
	echo 'int main(void) { return 0; }' |
		$hostcc -fsanitize=address,undefined -x c -o /dev/null - \
			>/dev/null 2>&1
}

# ---- What is missing? ----------------------------------------------------------

tools='' packages=''

# lacks TOOL PACKAGE...: for people, and for apt-get; each once
lacks() {
	case ", $tools," in
	*", $1,"*) return ;;
	esac
	tools="$tools${tools:+, }$1"
	shift
	for package; do
		case "$packages " in
		*" $package "*) ;;
		*) packages="$packages $package" ;;
		esac
	done
}

# usual TOOL USUAL PACKAGES: the packages, unless another tool was asked for
usual() {
	[ "$1" != "$2" ] || echo "$3"
}

need_python() {
	have "$python" || lacks "$python" $(usual "$python" python3 python3)
}

need_kernel() { # to build and boot it
	if [ -n "$LLVM" ]; then
		{ have clang && have ld.lld && have llvm-objcopy; } ||
			lacks "clang, lld and llvm" clang lld llvm
		has_header "clang --target=aarch64-linux-gnu" linux/errno.h ||
			lacks "arm64 C headers" libc6-dev-arm64-cross
	elif [ -z "$cross" ]; then
		{ has_header gcc linux/errno.h && have ld; } ||
			lacks gcc gcc libc6-dev
	else
		{ have "${cross}ld" && has_header "${cross}gcc" linux/errno.h; } ||
			lacks "${cross}gcc, with Linux's headers" $(usual \
				"$cross" aarch64-linux-gnu- \
				"gcc-aarch64-linux-gnu libc6-dev-arm64-cross")
	fi
	have "$qemu" || lacks "$qemu" $(usual "$qemu" qemu-system-aarch64 \
		qemu-system-arm)
	need_python
}

need_host_compiler() {
	{ has_header "$hostcc" stdio.h && has_header "$hostcc" linux/errno.h; } ||
		lacks "$hostcc, with libc's headers" gcc libc6-dev
}

need_tests() {
	has_sanitizers || lacks "$hostcc -fsanitize" gcc libc6-dev
	has_header "$hostcc" libfdt.h || lacks libfdt libfdt-dev
	have dtc || lacks dtc device-tree-compiler
	have babeltrace2 || lacks babeltrace2 babeltrace2
}

need_check() {
	for tool in clang clang-format sparse; do
		have $tool || lacks $tool $tool
	done
}

need_debugger() {
	have gdb-multiarch || lacks gdb-multiarch gdb-multiarch
}

need_viewers() {
	have npm || lacks npm npm
	have chromium-headless-shell || have chromium ||
		lacks "a headless Chromium" chromium-headless-shell
}

need() {
	case $1 in
	help | clean) ;;
	loc) need_python ;;
	esr) need_host_compiler ;;
	times | trace | truth | predict | try | pictures) need_kernel; need_host_compiler ;;
	test) need_kernel; need_host_compiler; need_tests; need_debugger ;;
	check) need test; need_check ;;
	debug) need_kernel; need_host_compiler; need_debugger ;;
	viewers) need_viewers ;; # viewers.sh
	bare) have debootstrap || lacks debootstrap debootstrap ;; # bare.sh
	*) need_kernel ;;
	esac
}

# ---- Getting it ------------------------------------------------------------------

# What apt-get prints is shown only if it fails, and then the line that says why.
apt() {
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -y \
		-o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=600 \
		-o Acquire::Retries=1 \
		-o Acquire::http::Timeout="${APT_TIMEOUT:-30}" \
		-o Acquire::https::Timeout="${APT_TIMEOUT:-30}" "$@" \
		</dev/null >"$log" 2>&1
}

apt_install() {
	apt install --no-install-recommends "$@"
}

apt_complaint() {
	grep -m 1 'Failed to fetch' "$1" || grep -m 1 '^E: ' "$2" || echo "it failed"
}

fail() {
	echo "missing: $tools; $*"
	exit 1
}

# Without goals: what every goal needs.
[ $# -gt 0 ] || set -- run trace test check debug
for goal; do
	need "$goal"
done
[ -n "$tools" ] || exit 0

[ -n "$packages" ] ||
	fail "these were asked for by name, so they are yours to get"
if ! have apt-get || ! have dpkg; then
	fail "this is neither Debian nor Ubuntu: see Dockerfile, or install them"
fi
sudo=
if [ "$(id -u)" != 0 ]; then
	have sudo || fail "without sudo, root must: apt-get install$packages"
	sudo=sudo
	# A password can be asked for only where someone is there to type it.
	[ -t 2 ] || sudo="sudo -n"
fi

echo "make deps: missing: $tools" >&2
echo "make deps: apt-get installs$packages (this may take a minute)" >&2
logs=$(mktemp -d) && trap 'rm -rf "$logs"' EXIT || exit 1
log=$logs/install
# A new machine has no package lists, and an old one has stale ones.
if ! apt-cache show $packages >/dev/null 2>&1 || ! apt_install $packages; then
	log=$logs/update
	apt update
	log=$logs/install
	apt_install $packages ||
		fail "apt-get: $(apt_complaint "$logs/update" "$logs/install")"
fi

tools='' packages=''
for goal; do
	need "$goal"
done
[ -z "$tools" ] || fail "apt-get has installed what it has; this is not it"
