/* SPDX-License-Identifier: MIT */
/*
 * sink.c - printf into a sink. A format is read once, from left to right, and
 * a piece of text goes to the sink as soon as it is known: no buffer can be
 * too small, and nothing is allocated. The only array holds the digits of one
 * number. A conversion that is not known is printed unchanged.
 */
#include "lib/sink.h"

#include "lib/string.h"

#define MAX_DIGITS   22 /* of 2^64 - 1 in octal */
#define MAX_COUNT    9999 /* a larger width or precision is cut to this */
#define NO_PRECISION (-1)

/* What is left of a call of sink_vprintf(). */
struct format {
	struct sink *sink;
	const char *at;
	va_list args;
};

/* One conversion, such as "%-#8.4llx". */
struct spec {
	bool left, zero, alternate, plus, space;
	int width, precision;
	unsigned int size; /* of an integer argument, in bytes */
	char conversion;
};

static void put(struct sink *sink, const char *text, size_t len)
{
	if (len > 0) {
		sink->put(sink, text, len);
	}
}

static void put_repeated(struct sink *sink, char c, int count)
{
	char run[16];

	memset(run, c, sizeof(run));
	for (; count > 0; count -= (int)sizeof(run)) {
		put(sink, run, MIN((size_t)count, sizeof(run)));
	}
}

/*
 * Prints sign, zeros and text, filled up to the width with spaces. Everything
 * that a conversion prints comes through here.
 */
static void put_field(struct sink *sink, const struct spec *spec,
		      const char *sign, int zeros, const char *text, size_t len)
{
	const int64_t used = (int64_t)(strlen(sign) + (size_t)zeros + len);
	const int fill = used < spec->width ? spec->width - (int)used : 0;

	put_repeated(sink, ' ', spec->left ? 0 : fill);
	put(sink, sign, strlen(sign));
	put_repeated(sink, '0', zeros);
	put(sink, text, len);
	put_repeated(sink, ' ', spec->left ? fill : 0);
}

/* sign comes before the zeros that fill a number up: "-", "+", " ", "0x". */
static void put_number(struct sink *sink, const struct spec *spec,
		       uint64_t value, unsigned int base, const char *sign)
{
	const char *alphabet = spec->conversion == 'X' ? "0123456789ABCDEF"
						       : "0123456789abcdef";
	const bool by_width = spec->precision == NO_PRECISION;
	const int wanted = by_width ? 1 : spec->precision;
	char buf[MAX_DIGITS], *first = buf + sizeof(buf);
	int digits, zeros;

	for (; value != 0; value /= base) {
		*--first = alphabet[value % base];
	}
	digits = (int)(buf + sizeof(buf) - first);
	zeros = MAX(wanted - digits, 0);
	if (base == 8 && spec->alternate && zeros == 0) {
		zeros = 1;
	}
	if (spec->zero && !spec->left && by_width) {
		zeros = MAX(zeros, spec->width - digits - (int)strlen(sign));
	}
	put_field(sink, spec, sign, zeros, first, (size_t)digits);
}

static uint64_t format_unsigned(struct format *f, const struct spec *spec)
{
	const unsigned int unused = 64 - 8 * spec->size;
	const uint64_t value = spec->size == sizeof(uint64_t) ?
				       va_arg(f->args, uint64_t) :
				       va_arg(f->args, unsigned int);

	return value << unused >> unused;
}

/* Likewise; its sign is moved up to bit 63, and comes down in all of them. */
static int64_t format_signed(struct format *f, const struct spec *spec)
{
	const unsigned int unused = 64 - 8 * spec->size;

	return (int64_t)(format_unsigned(f, spec) << unused) >> unused;
}

static void format_put_decimal(struct format *f, const struct spec *spec)
{
	const int64_t value = format_signed(f, spec);
	const char *sign = value < 0	 ? "-"
			   : spec->plus	 ? "+"
			   : spec->space ? " "
					 : "";

	/* Negated as unsigned, so that INT64_MIN does not overflow. */
	put_number(f->sink, spec,
		   value < 0 ? -(uint64_t)value : (uint64_t)value, 10, sign);
}

static void format_put_hex(struct format *f, const struct spec *spec)
{
	const uint64_t value = format_unsigned(f, spec);
	const char *prefix = spec->conversion == 'X' ? "0X" : "0x";

	put_number(f->sink, spec, value, 16,
		   spec->alternate && value != 0 ? prefix : "");
}

static void format_put_string(struct format *f, const struct spec *spec)
{
	const char *s = va_arg(f->args, const char *);

	if (s == NULL) {
		s = "(null)";
	}
	/* As a size, "no precision" is more than any string has. */
	put_field(f->sink, spec, "", 0, s, strnlen(s, (size_t)spec->precision));
}

/* A number in the format, or the next argument where it says "*". */
static int format_read_count(struct format *f)
{
	int n = 0;

	if (*f->at == '*') {
		f->at++;
		n = va_arg(f->args, int);
		return MIN(MAX(n, -MAX_COUNT), MAX_COUNT);
	}
	for (; *f->at >= '0' && *f->at <= '9'; f->at++) {
		n = MIN(n * 10 + (*f->at - '0'), MAX_COUNT);
	}
	return n;
}

static void format_read_flags(struct format *f, struct spec *spec)
{
	for (; *f->at != '\0' && strchr("-0#+ ", *f->at) != NULL; f->at++) {
		spec->left |= *f->at == '-';
		spec->zero |= *f->at == '0';
		spec->alternate |= *f->at == '#';
		spec->plus |= *f->at == '+';
		spec->space |= *f->at == ' ';
	}
}

static unsigned int format_read_size(struct format *f)
{
	unsigned int size = sizeof(int);

	for (;; f->at++) {
		switch (*f->at) {
		case 'h': /* short; the second h makes it a char */
			size = MAX(size / 2, 1u);
			break;
		case 'l':
		case 'z':
		case 't':
		case 'j':
			size = sizeof(uint64_t);
			break;
		default:
			return size;
		}
	}
}

/* Reads a conversion after its "%", the conversion character included. */
static struct spec format_read_spec(struct format *f)
{
	struct spec spec = { .precision = NO_PRECISION };

	format_read_flags(f, &spec);
	spec.width = format_read_count(f);
	if (spec.width < 0) {
		spec.left = true; /* C: a negative "*" is flag and width */
		spec.width = -spec.width;
	}
	if (*f->at == '.') {
		f->at++;
		spec.precision = MAX(format_read_count(f), NO_PRECISION);
	}
	spec.size = format_read_size(f);
	spec.conversion = *f->at;
	return spec;
}

/* Prints one conversion; false if it is none that is known. */
static bool format_put(struct format *f, const struct spec *spec)
{
	char c;

	switch (spec->conversion) {
	case 'd':
	case 'i':
		format_put_decimal(f, spec);
		return true;
	case 'u':
		put_number(f->sink, spec, format_unsigned(f, spec), 10, "");
		return true;
	case 'o':
		put_number(f->sink, spec, format_unsigned(f, spec), 8, "");
		return true;
	case 'x':
	case 'X':
		format_put_hex(f, spec);
		return true;
	case 'p':
		put_number(f->sink, spec,
			   (uintptr_t)va_arg(f->args, void *), 16, "0x");
		return true;
	case 'c':
		c = (char)va_arg(f->args, int);
		put_field(f->sink, spec, "", 0, &c, 1);
		return true;
	case 's':
		format_put_string(f, spec);
		return true;
	case '%':
		put(f->sink, "%", 1);
		return true;
	default:
		return false;
	}
}

void sink_vprintf(struct sink *sink, const char *fmt, va_list args)
{
	struct format f = { .sink = sink, .at = fmt };

	va_copy(f.args, args);
	while (*f.at != '\0') {
		const char *start = f.at;
		struct spec spec;

		f.at += strcspn(f.at, "%");
		put(sink, start, (size_t)(f.at - start));
		if (*f.at == '\0') {
			break;
		}
		start = f.at++;
		spec = format_read_spec(&f);
		f.at += spec.conversion != '\0';
		if (!format_put(&f, &spec)) {
			put(sink, start, (size_t)(f.at - start));
		}
	}
	va_end(f.args);
}

void sink_printf(struct sink *sink, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	sink_vprintf(sink, fmt, args);
	va_end(args);
}

static void sink_buffer_put(struct sink *sink, const char *text, size_t len)
{
	struct sink_buffer *b = container_of(sink, struct sink_buffer, sink);

	if (b->size > 0 && b->len < b->size - 1) {
		const size_t n = MIN(len, b->size - 1 - b->len);

		memcpy(b->buf + b->len, text, n);
		b->buf[b->len + n] = '\0';
	}
	b->len += len;
}

void sink_buffer_init(struct sink_buffer *b, char *buf, size_t size)
{
	*b = (struct sink_buffer){ { sink_buffer_put }, buf, size, 0 };
	if (size > 0) {
		buf[0] = '\0';
	}
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	struct sink_buffer b;
	va_list args;

	sink_buffer_init(&b, buf, size);
	va_start(args, fmt);
	sink_vprintf(&b.sink, fmt, args);
	va_end(args);
	return (int)b.len;
}
