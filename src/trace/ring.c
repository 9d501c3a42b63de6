/* SPDX-License-Identifier: MIT */
/* ring.c - see ring.h. */
#include "trace/ring.h"

#include "lib/string.h"
#include "mm/kmalloc.h"

bool ring_init(struct trace_ring *ring, size_t size, uint64_t slots)
{
	*ring = (struct trace_ring){ .size = size, .slots = slots };
	ring->records = kmalloc(size * slots);
	return ring->records != NULL;
}

void ring_push(struct trace_ring *ring, const void *record)
{
	if (ring->records == NULL) {
		ring_miss(ring);
		return;
	}
	if (ring->head - ring->taken == ring->slots) {
		ring->taken++;
		ring->dropped++;
	}
	memcpy(ring->records + (ring->head & (ring->slots - 1)) * ring->size,
	       record, ring->size);
	/* Last: a panic in here must not find half a record. */
	WRITE_ONCE(ring->head, ring->head + 1);
}

bool ring_take(struct trace_ring *ring,
	       bool (*take)(const void *records, size_t bytes))
{
	while (ring->taken < ring->head) {
		uint64_t first = ring->taken & (ring->slots - 1);
		uint64_t n = MIN(ring->head - ring->taken,
				 ring->slots - first);

		if (!take(ring_get(ring, ring->taken), n * ring->size)) {
			return false;
		}
		ring->taken += n;
	}
	return true;
}
