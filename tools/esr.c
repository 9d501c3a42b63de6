/* SPDX-License-Identifier: MIT */
/*
 * esr.c - `make esr ESR=0x9600000f`: says what a value of ESR_EL1 (or of EL2's,
 * EL3's) means, by the kernel's own decoder. Needs neither QEMU nor a cross compiler.
 */
#include <stdio.h>

#include "decode/decode.h"
#include "lib/string.h"

static void put(struct sink *sink, const char *text, size_t len)
{
	(void)sink;
	fwrite(text, 1, len, stdout);
}

int main(int argc, char **argv)
{
	struct sink out = { put };
	uint64_t esr;

	if (argc < 2) {
		fprintf(stderr, "usage: %s ESR…   (hexadecimal, "
				"as in 9600000f)\n",
			argv[0]);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		if (parse_hex(argv[i], &esr) != 0) {
			fprintf(stderr, "%s: \"%s\" is no syndrome: up to 16 "
					"hexadecimal digits, as in 9600000f\n",
				argv[0], argv[i]);
			return 2;
		}
		if (i > 1) {
			putchar('\n');
		}
		esr_explain(&out, esr);
	}
	return 0;
}
