/* SPDX-License-Identifier: MIT */
/*
 * fdt.c - see fdt.h. A tree is a header, a list of reserved memory, a
 * structure block of tokens, and a block of property names:
 *
 *	begin "name" property* (begin … end)* end END	with nops inside
 *
 * fdt_read_token() is the only function that reads tokens, and refuses each
 * one that is not wholly inside its block. All else is built upon it, so a
 * tree that is changed after fdt_open() can mislead but not be over-read.
 * Read next: fdt_lookup.c, which knows what the properties mean.
 */
#include "lib/fdt.h"

#include "lib/string.h"

#define FDT_MAGIC       0xd00dfeed
#define FDT_VERSION     17
#define FDT_HEADER_SIZE 40

/* Offsets of the header's fields. */
enum {
	HEADER_MAGIC = 0,
	HEADER_TOTALSIZE = 4,
	HEADER_OFF_DT_STRUCT = 8,
	HEADER_OFF_DT_STRINGS = 12,
	HEADER_OFF_MEM_RSVMAP = 16,
	HEADER_VERSION = 20,
	HEADER_LAST_COMP_VERSION = 24,
	HEADER_SIZE_DT_STRINGS = 32,
	HEADER_SIZE_DT_STRUCT = 36,
};

enum fdt_tag {
	FDT_BEGIN_NODE = 1,
	FDT_END_NODE = 2,
	FDT_PROP = 3,
	FDT_NOP = 4,
	FDT_END = 9,
};

struct fdt_token {
	uint32_t tag;
	uint32_t next;             /* offset of the token after this one */
	const char *name;          /* of a node or a property */
	const unsigned char *data; /* of a property */
	uint32_t len;
};

uint32_t fdt_read_u32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

uint64_t fdt_read_u64(const unsigned char *p)
{
	return (uint64_t)fdt_read_u32(p) << 32 | fdt_read_u32(p + 4);
}

/* ---- Tokens --------------------------------------------------------- */

/* The string at offset, if it ends before end; else NULL. */
static const char *fdt_string_at(const struct fdt *fdt, uint32_t offset,
				 uint32_t end)
{
	if (offset >= end ||
	    memchr(fdt->data + offset, '\0', end - offset) == NULL) {
		return NULL;
	}
	return (const char *)fdt->data + offset;
}

/* The rest of a property whose length and name are at offset. */
static const char *fdt_read_property(const struct fdt *fdt, uint32_t offset,
				     struct fdt_token *token)
{
	uint32_t name;

	if (fdt->structure_end - offset < 8) {
		return "ends inside a property";
	}
	token->len = fdt_read_u32(fdt->data + offset);
	name = fdt_read_u32(fdt->data + offset + 4);
	offset += 8;
	if (token->len > fdt->structure_end - offset) {
		return "has a property longer than itself";
	}
	if (name >= fdt->strings_end - fdt->strings) {
		return "has a property without a name";
	}
	token->data = fdt->data + offset;
	token->name = fdt_string_at(fdt, fdt->strings + name, fdt->strings_end);
	if (token->name == NULL) {
		return "has a property name without an end";
	}
	token->next = offset + token->len;
	return NULL;
}

/*
 * Reads the token at offset, which is a multiple of 4 from the block's start
 * and at most structure_end. Returns NULL or what is wrong.
 */
static const char *fdt_read_token(const struct fdt *fdt, uint32_t offset,
				  struct fdt_token *token)
{
	const char *why = NULL;

	if (fdt->structure_end - offset < 4) {
		return "ends before its end token";
	}
	*token = (struct fdt_token){ .tag = fdt_read_u32(fdt->data + offset),
				     .next = offset + 4 };
	switch (token->tag) {
	case FDT_BEGIN_NODE:
		token->name = fdt_string_at(fdt, offset + 4,
					    fdt->structure_end);
		if (token->name == NULL) {
			return "has a node name without an end";
		}
		token->next += (uint32_t)strlen(token->name) + 1;
		break;
	case FDT_PROP:
		why = fdt_read_property(fdt, offset + 4, token);
		break;
	case FDT_END_NODE:
	case FDT_NOP:
	case FDT_END:
		break;
	default:
		return "has a token of an unknown kind";
	}
	if (why != NULL) {
		return why;
	}
	/* Both are multiples of 4, so the padding cannot lead past the end. */
	token->next = ALIGN_UP(token->next, 4u);
	return NULL;
}

/* ---- Opening: everything is looked at once -------------------------- */

/*
 * Reads the header. Offsets and sizes are added as 64-bit numbers, so that
 * none can wrap.
 */
static const char *fdt_check_header(struct fdt *fdt, const unsigned char *data,
				    size_t size)
{
	uint64_t structure_end, strings_end;

	if (size < 4 || fdt_read_u32(data + HEADER_MAGIC) != FDT_MAGIC) {
		return "does not begin with its magic number";
	}
	if (size < FDT_HEADER_SIZE) {
		return "is cut short in its header";
	}
	fdt->data = data;
	fdt->size = fdt_read_u32(data + HEADER_TOTALSIZE);
	if (fdt->size > size) {
		return "is cut short: its header promises more";
	}
	if (fdt_read_u32(data + HEADER_VERSION) < FDT_VERSION ||
	    fdt_read_u32(data + HEADER_LAST_COMP_VERSION) > FDT_VERSION) {
		return "is not compatible with version 17";
	}
	fdt->structure = fdt_read_u32(data + HEADER_OFF_DT_STRUCT);
	fdt->strings = fdt_read_u32(data + HEADER_OFF_DT_STRINGS);
	fdt->reservations = fdt_read_u32(data + HEADER_OFF_MEM_RSVMAP);
	structure_end = (uint64_t)fdt->structure +
			fdt_read_u32(data + HEADER_SIZE_DT_STRUCT);
	strings_end = (uint64_t)fdt->strings +
		      fdt_read_u32(data + HEADER_SIZE_DT_STRINGS);
	if (fdt->structure < FDT_HEADER_SIZE || structure_end > fdt->size) {
		return "has a structure block outside of it";
	}
	if (fdt->strings < FDT_HEADER_SIZE || strings_end > fdt->size) {
		return "has a strings block outside of it";
	}
	if (fdt->structure % 4 != 0 || structure_end % 4 != 0) {
		return "has a structure block that is not aligned";
	}
	if (fdt->reservations < FDT_HEADER_SIZE ||
	    fdt->reservations > fdt->size) {
		return "has a reservation block outside of it";
	}
	if (fdt->reservations % 8 != 0) {
		return "has a reservation block that is not aligned";
	}
	fdt->structure_end = (uint32_t)structure_end;
	fdt->strings_end = (uint32_t)strings_end;
	return NULL;
}

/* The list of reservations ends with an entry of two zeros. */
static const char *fdt_check_reservations(const struct fdt *fdt)
{
	const unsigned char *p = fdt->data + fdt->reservations;
	const unsigned char *end = fdt->data + fdt->size;

	while (end - p >= 16 && fdt_read_u64(p + 8) != 0) {
		p += 16;
	}
	if (end - p < 16) {
		return "has a reservation block without an end";
	}
	return fdt_read_u64(p) == 0
		       ? NULL
		       : "reserves a range of no size";
}

static const char *fdt_check_root(const struct fdt *fdt)
{
	struct fdt_token token;
	const char *why = fdt_read_token(fdt, fdt->structure, &token);

	if (why == NULL &&
	    (token.tag != FDT_BEGIN_NODE || token.name[0] != '\0')) {
		return "does not begin with a root node";
	}
	return why;
}

/* Begins and ends match, and properties are where fdt_get() finds them. */
static const char *fdt_check_structure(const struct fdt *fdt)
{
	uint32_t offset = fdt->structure;
	unsigned int depth = 0; /* nodes that are open */
	bool closed = false;    /* a node ended, and none began since */
	struct fdt_token token;

	do {
		const char *why = fdt_read_token(fdt, offset, &token);

		if (why != NULL) {
			return why;
		}
		if (depth == 0 && offset != fdt->structure &&
		    token.tag != FDT_END) {
			return "goes on after its root node";
		}
		if (token.tag == FDT_BEGIN_NODE && depth++ == FDT_MAX_DEPTH) {
			return "nests more than 16 nodes deep";
		}
		if (token.tag == FDT_PROP && closed) {
			return "has a property after a node";
		}
		if (token.tag == FDT_END && depth > 0) {
			return "ends inside a node";
		}
		depth -= token.tag == FDT_END_NODE;
		closed = token.tag == FDT_END_NODE ||
			 (closed && token.tag == FDT_NOP);
		offset = token.next;
	} while (token.tag != FDT_END);
	return NULL;
}

const char *fdt_open(struct fdt *fdt, const void *data, size_t size)
{
	return fdt_check_header(fdt, data, size) ?:
	       fdt_check_reservations(fdt) ?:
	       fdt_check_root(fdt) ?:
	       fdt_check_structure(fdt);
}

/* ---- Nodes ---------------------------------------------------------- */

struct fdt_node fdt_root(const struct fdt *fdt)
{
	return (struct fdt_node){ .path = { fdt->structure } };
}

bool fdt_next(const struct fdt *fdt, struct fdt_node *node)
{
	unsigned int open = node->depth + 1; /* nodes around offset */
	uint32_t offset = node->path[node->depth];
	struct fdt_token token;

	if (fdt_read_token(fdt, offset, &token) != NULL) {
		return false;
	}
	for (offset = token.next;; offset = token.next) {
		if (fdt_read_token(fdt, offset, &token) != NULL) {
			return false;
		}
		if (token.tag == FDT_BEGIN_NODE && open < FDT_MAX_DEPTH) {
			node->depth = open;
			node->path[open] = offset;
			return true;
		}
		if (token.tag == FDT_END_NODE && --open == 0) {
			return false;
		}
		if (token.tag == FDT_END || token.tag == FDT_BEGIN_NODE) {
			return false;
		}
	}
}

bool fdt_next_child(const struct fdt *fdt, const struct fdt_node *parent,
		    struct fdt_node *child)
{
	do {
		if (!fdt_next(fdt, child) || child->depth <= parent->depth) {
			return false;
		}
	} while (child->depth != parent->depth + 1);
	return true;
}

struct fdt_node fdt_parent(const struct fdt_node *node)
{
	struct fdt_node parent = *node;

	parent.depth -= parent.depth > 0;
	return parent;
}

const char *fdt_name(const struct fdt *fdt, const struct fdt_node *node)
{
	struct fdt_token token;

	if (fdt_read_token(fdt, node->path[node->depth], &token) != NULL) {
		return "";
	}
	return token.name != NULL ? token.name : "";
}

/* ---- Properties ----------------------------------------------------- */

const unsigned char *fdt_get(const struct fdt *fdt,
			     const struct fdt_node *node, const char *name,
			     uint32_t *len)
{
	struct fdt_token token;
	uint32_t offset = node->path[node->depth];

	if (fdt_read_token(fdt, offset, &token) != NULL) {
		return NULL;
	}
	do {
		if (fdt_read_token(fdt, token.next, &token) != NULL) {
			return NULL;
		}
		if (token.tag == FDT_PROP && strcmp(token.name, name) == 0) {
			*len = token.len;
			return token.data;
		}
	} while (token.tag == FDT_PROP || token.tag == FDT_NOP);
	return NULL;
}

/* ---- The memory reservation block ----------------------------------- */

bool fdt_reservation(const struct fdt *fdt, uint32_t index,
		     struct fdt_range *range)
{
	const uint64_t offset = fdt->reservations + (uint64_t)index * 16;

	if (offset + 16 > fdt->size) {
		return false;
	}
	range->start = fdt_read_u64(fdt->data + offset);
	range->size = fdt_read_u64(fdt->data + offset + 8);
	return range->start != 0 || range->size != 0;
}
