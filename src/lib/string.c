/* SPDX-License-Identifier: MIT */
/*
 * string.c - memory and strings. The compiler calls memcpy, memmove, memset
 * and memcmp by itself, so they must exist and must not be compiled into
 * calls of themselves: what would make a memcpy() of a copying loop is off
 * under -ffreestanding (seen with GCC 12 to 16, and clang; GCC's
 * -ftree-loop-distribute-patterns brings it back). They move eight bytes at a
 * time where there are eight; each byte is read and written once. Nothing here
 * touches user memory.
 * Read next: sink.c.
 */
#include "lib/string.h"

#include <linux/errno.h>

/*
 * Eight bytes of anything, at any address. "packed" makes the compiler choose
 * an access that is right for an unaligned address (one load where the machine
 * allows it); "may_alias" lets it stand for bytes of any type.
 */
struct word {
	uint64_t bits;
} __attribute__((packed, may_alias));

#define WORD sizeof(struct word)

static void copy_forward(unsigned char *d, const unsigned char *s, size_t n)
{
	for (; n >= 4 * WORD; d += 4 * WORD, s += 4 * WORD, n -= 4 * WORD) {
		const struct word *from = (const struct word *)s;
		struct word *to = (struct word *)d;
		struct word a = from[0], b = from[1], c = from[2], e = from[3];

		to[0] = a;
		to[1] = b;
		to[2] = c;
		to[3] = e;
	}
	for (; n >= WORD; d += WORD, s += WORD, n -= WORD) {
		*(struct word *)d = *(const struct word *)s;
	}
	while (n-- > 0) {
		*d++ = *s++;
	}
}

static void copy_backward(unsigned char *d, const unsigned char *s, size_t n)
{
	for (; n >= WORD; n -= WORD) {
		*(struct word *)(d + n - WORD) =
			*(const struct word *)(s + n - WORD);
	}
	while (n-- > 0) {
		d[n] = s[n];
	}
}

void *memcpy(void *dst, const void *src, size_t n)
{
	copy_forward(dst, src, n);
	return dst;
}

void *memmove(void *dst, const void *src, size_t n)
{
	/* As integers, dst - src wraps to a large value where dst < src. */
	if ((uintptr_t)dst - (uintptr_t)src < n) {
		copy_backward(dst, src, n);
	} else {
		copy_forward(dst, src, n);
	}
	return dst;
}

void *memset(void *dst, int c, size_t n)
{
	const struct word w = { UINT64_C(0x0101010101010101) *
				(unsigned char)c };
	unsigned char *d = dst;

	for (; n >= 4 * WORD; d += 4 * WORD, n -= 4 * WORD) {
		struct word *to = (struct word *)d;

		to[0] = w;
		to[1] = w;
		to[2] = w;
		to[3] = w;
	}
	for (; n >= WORD; d += WORD, n -= WORD) {
		*(struct word *)d = w;
	}
	while (n-- > 0) {
		*d++ = (unsigned char)c;
	}
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *p = a, *q = b;

	/* Equal words are skipped; the bytes of an unequal one decide. */
	for (; n >= WORD; p += WORD, q += WORD, n -= WORD) {
		if (((const struct word *)p)->bits !=
		    ((const struct word *)q)->bits) {
			break;
		}
	}
	for (; n > 0; p++, q++, n--) {
		if (*p != *q) {
			return *p - *q;
		}
	}
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	const unsigned char *p = s;

	for (; n > 0; p++, n--) {
		if (*p == (unsigned char)c) {
			return (void *)p;
		}
	}
	return NULL;
}

size_t strlen(const char *s)
{
	return strnlen(s, SIZE_MAX);
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n] != '\0') {
		n++;
	}
	return n;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n > 0; a++, b++, n--) {
		if (*a != *b || *a == '\0') {
			return (unsigned char)*a - (unsigned char)*b;
		}
	}
	return 0;
}

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++) {
		if (*s == '\0') {
			return NULL;
		}
	}
	return (char *)s;
}

size_t strcspn(const char *s, const char *ends)
{
	size_t n = 0;

	/* strchr() finds the NUL too. */
	while (strchr(ends, s[n]) == NULL) {
		n++;
	}
	return n;
}

size_t strlcpy(char *dst, const char *src, size_t size)
{
	const size_t len = strlen(src);

	if (size > 0) {
		const size_t n = MIN(len, size - 1);

		memcpy(dst, src, n);
		dst[n] = '\0';
	}
	return len;
}

/* The value of a digit in any base up to 16; 16 for what is no digit. */
static unsigned int digit_value(char c)
{
	if (c >= '0' && c <= '9') {
		return (unsigned int)(c - '0');
	}
	if (c >= 'a' && c <= 'f') {
		return (unsigned int)(c - 'a') + 10;
	}
	if (c >= 'A' && c <= 'F') {
		return (unsigned int)(c - 'A') + 10;
	}
	return 16;
}

static bool has_0x(const char *s)
{
	return s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
}

static int parse_digits(const char *s, unsigned int base, uint64_t *value)
{
	uint64_t v = 0;

	if (*s == '\0') {
		return -EINVAL;
	}
	for (; *s != '\0'; s++) {
		const unsigned int digit = digit_value(*s);

		if (digit >= base || v > (UINT64_MAX - digit) / base) {
			return -EINVAL;
		}
		v = v * base + digit;
	}
	*value = v;
	return 0;
}

int parse_u64(const char *s, uint64_t *value)
{
	return has_0x(s) ? parse_digits(s + 2, 16, value) :
			   parse_digits(s, 10, value);
}

int parse_hex(const char *s, uint64_t *value)
{
	return parse_digits(has_0x(s) ? s + 2 : s, 16, value);
}
