/* SPDX-License-Identifier: MIT */
/* string.h - the few functions of <string.h> that a freestanding C needs. */
#pragma once

#include "lib/types.h"

void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
/* How many characters come before the first of `ends`, or the end of s. */
size_t strcspn(const char *s, const char *ends);

/* Copies at most size - 1 bytes and terminates; returns strlen(src). */
size_t strlcpy(char *dst, const char *src, size_t size);

/*
 * Reads an unsigned number (0x… hexadecimal, else decimal) that ends at the
 * end of the string. Returns 0, or -EINVAL for anything else or overflow.
 */
int parse_u64(const char *s, uint64_t *value);
/*
 * The same for an address or a syndrome, which everybody writes in hexadecimal:
 * It may begin with 0x.
 */
int parse_hex(const char *s, uint64_t *value);
