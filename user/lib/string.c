/* SPDX-License-Identifier: MIT */
/*
 * string.c - the bits of <string.h> that a freestanding program needs; the
 * compiler itself calls the first four. Bytewise: short before fast.
 */
#include "rt.h"

/* A compiler without -ffreestanding would see memcpy in the body of memcpy, and
 * call it. */
#define KEEP_LOOP() asm volatile("")

void *memcpy(void *dst, const void *src, size_t n)
{
	return memmove(dst, src, n);
}

void *memmove(void *dst, const void *src, size_t n)
{
	char *d = dst;
	const char *s = src;

	if (d <= s) {
		while (n-- > 0) {
			*d++ = *s++;
			KEEP_LOOP();
		}
	} else {
		while (n-- > 0) {
			d[n] = s[n];
			KEEP_LOOP();
		}
	}
	return dst;
}

void *memset(void *dst, int c, size_t n)
{
	for (char *d = dst; n > 0; n--) {
		*d++ = (char)c;
		KEEP_LOOP();
	}
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (; n > 0; n--, x++, y++) {
		if (*x != *y) {
			return *x - *y;
		}
	}
	return 0;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0') {
		n++;
		KEEP_LOOP();
	}
	return n;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n > 0; n--, a++, b++) {
		if (*a != *b || *a == '\0') {
			return (unsigned char)*a - (unsigned char)*b;
		}
	}
	return 0;
}

char *strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c) {
			return (char *)s;
		}
		if (*s == '\0') {
			return NULL;
		}
	}
}
