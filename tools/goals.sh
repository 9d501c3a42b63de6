#!/bin/sh
# SPDX-License-Identifier: MIT
#
# goals.sh - which goal of make uses which variable: the one table.
#
#	tools/goals.sh "GOAL..." VARIABLE...
#
# The VARIABLEs are those of the command line. For the first that no GOAL
# uses, or that another one excludes, it prints one line that says what would
# do it. A goal that is not in the table (a file) may use any variable.
# `make help` prints what follows "#: ".

#: make run [INIT=PROGRAM]         boots the tour, or a program as process 1
#: make compare                    every trespass, PAN off and on, each method
#: make trace [INIT=PROGRAM]       the story of every fault of a run
#: make try FILE=my.c              runs a program for EL0, or snippets for EL1
#: make try DO="ldr user.rw"       one access (EL=0|1 PAN=0|1): what happens
#: make test [SUITES="words"]      every test, or those with a word in the name
#: make debug [INIT=PROGRAM]       stopped at the first instruction, with gdb
#:
#: make deps GOAL...               installs what GOAL lacks, then makes GOAL
#: make bench [LINUX=1]            instructions, against limits and Linux
#: make times [COMMANDS="words"]   seconds that commands take, against a floor
#: make predict [SEED=1]           guess what stops each access, and why
#: make truth                      each access to each kind of page, checked
#: make esr ESR=9600000f           decodes a syndrome; needs only a host's cc
#: make walk VA=402000             the table walk of an address
#: make check                      static checks: gcc, clang, sparse, citations
#: make loc                        lines of code, against their budgets
#: make pictures                   draws docs/pictures/*.svg from their text
#: make compile_commands.json      how each file is compiled, for clangd
#: make deps viewers               speedscope and Catapult, for make test
#: make clean                      removes build/
#:
#: A program: INIT=PROGRAM, or FILE=my.c [LIBC=1]; its arguments: ARGS="'a b' c".
#: For run, trace, debug and walk; try has FILE=.
#: A machine: CPU=max|cortex-a53|cortex-a72|cortex-a76|...  SMP=1  MEM=256M
#: GIC=3|2  ENTRY_EL=1|2 (where the kernel is entered)  INITRD=FILE
#: APPEND="pan=off uaccess=plain"  QEMU=PROGRAM|new  TIMEOUT=SECONDS
#: A build: GRANULE=4k|16k|64k  VA_BITS=N  CROSS_COMPILE=PREFIX  LLVM=1  V=1
#: make test JUNIT=FILE keeps the results as hosted CI reads them.
#: make debug GDB_SERVER=1234 waits for an editor's gdb; CORE=FILE looks at what
#: QEMU's dump-guest-memory wrote. APT_TIMEOUT=SECONDS is what apt-get may take.
#: What make trace shows: ONLY=fault|window|switch|tlb  PID=1  VA=404000  CLASS=pan

build="ARCH B CC CLANG CROSS_COMPILE DEFINES GRANULE HOSTCC HOST_FLAGS \
	KERNEL_FLAGS LD LLVM NM OBJCOPY PYTHON SANITIZE SHELL \
	USER_FLAGS V VA_BITS WARN"
machine="APPEND APT_TIMEOUT CPU ENTRY_EL GIC MEM QEMU SMP"
program="ARGS FILE INIT INITRD LIBC"
goals="run compare trace try test debug bench times predict truth esr walk \
	check loc pictures viewers clean help deps all compile_commands.json"

# uses GOAL: the variables that it uses, beside those of the build
uses() {
	case $1 in
	run) echo $machine $program TIMEOUT ;;
	trace) echo $machine $program TIMEOUT ONLY PID VA CLASS ;;
	debug) echo $machine $program CORE GDB GDB_SCRIPT GDB_SERVER ;;
	walk) echo $machine $program TIMEOUT VA ;;
	try) echo $machine ARGS DO EL FILE LIBC PAN TIMEOUT ;;
	compare | truth) echo $machine TIMEOUT ;;
	bench) echo $machine LINUX TIMEOUT ;;
	times) echo $machine COMMANDS RUNS TIMEOUT ;;
	predict) echo $machine ANSWERS COUNT SEED TIMEOUT ;;
	test) echo APT_TIMEOUT EXACT GDB JUNIT OPERATIONS QEMU SMP SUITES TIER \
		TIMEOUT ;;
	check) echo APT_TIMEOUT EXACT GDB OPERATIONS QEMU SMP SUITES TIER \
		TIMEOUT ;;
	esr) echo ESR ;;
	deps) echo APT_TIMEOUT GDB QEMU ;;
	viewers) echo APT_TIMEOUT ;;
	esac
}

wanted=${1:-all} # the goals
shift

# has WORD WORD...: whether the first is among the others
has() {
	case " $2 " in *" $1 "*) return 0 ;; esac
	return 1
}

say() {
	echo "make $wanted: $*"
	exit
}

# users VARIABLE: "make run, make trace": the goals that use it
users() {
	found=
	for goal in $goals; do
		! has "$1" "$(uses $goal)" ||
			found="$found${found:+, }make $goal"
	done
	echo "$found"
}

# nearest NAME: the variable that differs from it in two letters at most, where
# two that changed places are one
nearest() {
	for goal in $goals; do uses $goal; done | tr ' \t' '\n\n' | sort -u |
		awk -v name="$1" '
	function least(a, b) { return a < b ? a : b }
	function distance(a, b,   i, j, d) {
		for (i = 0; i <= length(a); i++) d[i, 0] = i
		for (j = 0; j <= length(b); j++) d[0, j] = j
		for (i = 1; i <= length(a); i++)
			for (j = 1; j <= length(b); j++) {
				d[i, j] = least(least(d[i-1, j], d[i, j-1]) + 1,
					d[i-1, j-1] + (substr(a, i, 1) != \
						substr(b, j, 1)))
				if (i > 1 && j > 1 && substr(a, i-1, 2) == \
				    substr(b, j, 1) substr(b, j-1, 1))
					d[i, j] = least(d[i, j], d[i-2, j-2] + 1)
			}
		return d[length(a), length(b)]
	}
	BEGIN { best = least(3, length(name)); name = toupper(name) }
	(now = distance(name, $1)) < best { best = now; found = $1 }
	END { print found }'
}

# refuse VARIABLE: no goal of these uses it
refuse() {
	others=$(users "$1")
	case $1 in
	PAN) say "PAN is a variable of make try; here it is" \
		"APPEND=\"pan=on\" or APPEND=\"pan=off\"" ;;
	EL) say "EL is the level of an access, of make try DO=; where the" \
		"kernel is entered is ENTRY_EL=1 or ENTRY_EL=2" ;;
	CFLAGS) say "the flags are the Makefile's; DEFINES=-DX adds to them" ;;
	INIT) say "INIT is a variable of $others; make try has FILE=" ;;
	esac
	[ -z "$others" ] || say "$1 is a variable of $others"
	near=$(nearest "$1")
	say "no goal uses $1${near:+; did you mean $near?}"
}

# excludes VARIABLE OTHER: not both
excludes() {
	! has "$1" "$given" || ! has "$2" "$given" ||
		say "$1= and $2= exclude each other"
}

# needs VARIABLE OTHER...: it says something of one of the others
needs() {
	name=$1
	shift
	has "$name" "$given" || return
	for other in "$@"; do
		! has "$other" "$given" || return
	done
	say "$name= needs $(echo "$*=" | sed 's/ /= or /g')"
}

known=$(for goal in $wanted; do uses "$goal"; done | tr '\n' ' ')
for goal in $wanted; do
	has "$goal" "$(echo $goals)" || exit 0
done
for name in "$@"; do
	has "$name" "$(echo $build) $known" || refuse "$name"
done

given=$*
excludes FILE DO
excludes FILE INIT
excludes INITRD INIT
excludes INITRD FILE
excludes DO ARGS
excludes CORE GDB_SERVER
needs EL DO
needs LIBC FILE
! has try "$wanted" || needs ARGS FILE
