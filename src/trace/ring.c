/* SPDX-License-Identifier: MIT */
/*
 * ring.c - see ring.h. Neither side waits for the other: the CPU that pushes
 * goes on under a reader's hands, who then leaves out what was overwritten.
 */
#include "trace/ring.h"

#include "lib/string.h"
#include "mm/kmalloc.h"

bool ring_init(struct trace_ring *ring, size_t size, uint64_t slots)
{
	*ring = (struct trace_ring){ .size = size, .slots = slots };
	ring->records = kmalloc(size * slots);
	return ring->records != NULL;
}

bool ring_take(struct trace_ring *ring,
	       bool (*take)(const void *records, size_t bytes))
{
	while (ring->taken < ring->head) {
		uint64_t first = ring->taken & (ring->slots - 1);
		uint64_t n = MIN(ring->head - ring->taken,
				 ring->slots - first);

		if (!take(ring_place(ring, ring->taken), n * ring->size)) {
			return false;
		}
		ring->taken += n;
	}
	return true;
}

/* Copies record n; false: it has been overwritten, perhaps meanwhile. */
static bool ring_read_one(const struct trace_ring *ring, uint64_t n, void *to)
{
	memcpy(to, ring_place(ring, n), ring->size);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return READ_ONCE(ring->head) - n < ring->slots;
}

size_t ring_read(const struct trace_ring *ring, void *to)
{
	const uint64_t head = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);
	/* Not the oldest of all: the next push is over it. */
	uint64_t n = head < ring->slots ? 0 : head - ring->slots + 1;
	char *next = to;

	for (; n < head; n++) {
		if (ring_read_one(ring, n, next)) {
			next += ring->size;
		}
	}
	return (size_t)(next - (char *)to) / ring->size;
}

bool ring_read_last(const struct trace_ring *ring, void *to)
{
	uint64_t head;

	do {
		head = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);
	} while (head > 0 && !ring_read_one(ring, head - 1, to));
	return head > 0;
}
