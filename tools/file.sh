#!/bin/sh
# SPDX-License-Identifier: MIT
#
# file.sh - what FILE= names, and its compilation.
#
#	tools/file.sh kind GOALS     "program NAME", "snippets NAME", or else
#	                             one line that says what to do
#	tools/file.sh link COMPILER…  compiles a program, or says what it lacks
#
# FILE comes from the environment, because its path may have spaces in it.
# NAME is the file's name as C has it. LIBC=1 changes only what a message says.

name=${FILE##*/}
name=$(printf %s "${name%.c}" | tr -c 'A-Za-z0-9' _)

# magic OFFSET COUNT: bytes of the file, in hexadecimal
magic() {
	od -An -tx1 -j"$1" -N"$2" "$FILE" | tr -d ' \n'
}

kind() {
	if [ -d "$FILE" ]; then
		echo "$FILE is a directory; FILE= takes one file of C"
	elif [ ! -e "$FILE" ]; then
		echo "$FILE: no such file"
	elif [ ! -r "$FILE" ] || [ ! -f "$FILE" ]; then
		echo "$FILE cannot be read as a file"
	elif [ "$(magic 0 4)" = 7f454c46 ] && [ "$(magic 16 2)" != 0100 ]; then
		echo "$FILE is a program already: make run INIT=$FILE," \
			"or make trace INIT=$FILE"
	else
		case $FILE in
		*.c) source_kind "$1" ;;
		*.S | *.s | *.o) echo "program $name" ;;
		*.cc | *.cpp | *.cxx | *.C)
			echo "$FILE is C++, which has no runtime here: link" \
				"it with -static, then make run INIT=PROGRAM" ;;
		*) echo "$FILE: FILE= takes C (.c), assembly (.S) or an" \
			"object (.o)" ;;
		esac
	fi
}

# source_kind GOALS: snippets are run by `make try` alone.
source_kind() {
	if ! grep -q '^[[:space:]]*EL1_SNIPPET' "$FILE"; then
		echo "program $name"
	elif [ "$1" = try ]; then
		echo "snippets $name"
	else
		echo "$FILE has EL1_SNIPPETs, which make try FILE=$FILE runs"
	fi
}

# link COMPILER...: what the linker does not find is printed in one line.
link() {
	said=$("$@" 2>&1) && status=0 || status=1
	lacking=$(printf '%s\n' "$said" | sed -n \
		-e "s/.*undefined reference to [\`']\([^']*\)'.*/\1/p" \
		-e 's/.*undefined symbol: \(.*\)/\1/p' | sort -u | tr '\n' ' ')
	if [ -z "$lacking" ]; then
		[ -z "$said" ] || printf '%s\n' "$said" >&2
	elif [ -n "$LIBC" ]; then
		echo "$FILE: libc does not have: $lacking" >&2
	else
		echo "$FILE: there is no ${lacking% } here. Freestanding: rt.h" \
			"has system calls, printf and strings; for libc:" \
			"make try FILE=$FILE LIBC=1" >&2
	fi
	return $status
}

"$@"
