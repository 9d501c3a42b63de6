/* SPDX-License-Identifier: MIT */
/*
 * printf.c - formatted text, collected in one buffer and sent by one write(),
 * so that a line of one process is never torn by another's.
 */
#include "rt.h"

struct out {
	char *buf;
	size_t size, len; /* len counts what was wanted: may exceed size */
};

/* One conversion, as the format string asks for it. */
struct spec {
	bool left, zero;
	bool is_long;
	int width;
};

static void out_char(struct out *o, char c)
{
	if (o->len + 1 < o->size) {
		o->buf[o->len] = c;
	}
	o->len++;
}

/* A prefix ("-", "0x" or "") and text, padded to the width of s. */
static void out_padded(struct out *o, struct spec s, const char *prefix,
		       const char *text, size_t len)
{
	int pad = s.width - (int)(strlen(prefix) + len);

	if (!s.left && !s.zero) {
		for (; pad > 0; pad--) {
			out_char(o, ' ');
		}
	}
	for (; *prefix != '\0'; prefix++) {
		out_char(o, *prefix);
	}
	for (; !s.left && pad > 0; pad--) {
		out_char(o, '0');
	}
	for (size_t i = 0; i < len; i++) {
		out_char(o, text[i]);
	}
	for (; pad > 0; pad--) {
		out_char(o, ' ');
	}
}

static void out_number(struct out *o, struct spec s, const char *prefix,
		       uint64_t value, unsigned int base)
{
	char digits[20]; /* of 2^64 - 1, in the smallest base: 10 */
	size_t i = sizeof(digits);

	do {
		digits[--i] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	out_padded(o, s, prefix, digits + i, sizeof(digits) - i);
}

static const char *spec_read(const char *fmt, struct spec *s)
{
	*s = (struct spec){ 0 };
	for (;; fmt++) {
		if (*fmt == '-') {
			s->left = true;
		} else if (*fmt == '0') {
			s->zero = true;
		} else {
			break;
		}
	}
	for (; *fmt >= '0' && *fmt <= '9'; fmt++) {
		s->width = s->width * 10 + (*fmt - '0');
	}
	for (; *fmt == 'l' || *fmt == 'z'; fmt++) {
		s->is_long = true;
	}
	s->zero = s->zero && !s->left;
	return fmt;
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct out o = { buf, size, 0 };
	struct spec s;
	const char *text;
	char c;
	long n;

	for (; *fmt != '\0'; fmt++) {
		if (*fmt != '%') {
			out_char(&o, *fmt);
			continue;
		}
		fmt = spec_read(fmt + 1, &s);
		switch (*fmt) {
		case 'd':
			n = s.is_long ? va_arg(args, long) : va_arg(args, int);
			out_number(&o, s, n < 0 ? "-" : "",
				   n < 0 ? -(uint64_t)n : (uint64_t)n, 10);
			break;
		case 'u':
		case 'x':
			out_number(&o, s, "",
				   s.is_long ? va_arg(args, unsigned long)
					     : va_arg(args, unsigned int),
				   *fmt == 'u' ? 10 : 16);
			break;
		case 'p':
			out_number(&o, s, "0x", (uint64_t)va_arg(args, void *),
				   16);
			break;
		case 's':
			text = va_arg(args, const char *);
			s.zero = false;
			out_padded(&o, s, "", text, strlen(text));
			break;
		case 'c':
			c = (char)va_arg(args, int);
			s.zero = false;
			out_padded(&o, s, "", &c, 1);
			break;
		case '%':
			out_char(&o, '%');
			break;
		default: /* not known: shown unchanged */
			out_char(&o, '%');
			fmt--;
			break;
		}
	}
	if (size > 0) {
		buf[o.len < size ? o.len : size - 1] = '\0';
	}
	return (int)o.len;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}

int printf(const char *fmt, ...)
{
	char buf[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	return (int)write(1, buf, strlen(buf));
}
