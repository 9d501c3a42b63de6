/* SPDX-License-Identifier: MIT */
/*
 * ring.h - the last records of one kind on one CPU. A new one takes the place
 * of the oldest; if nobody had taken that one, it is counted as dropped.
 * That CPU alone pushes and takes, one at a time; others may read.
 */
#pragma once

#include "lib/types.h"

struct trace_ring {
	char *records;     /* NULL: there was no memory for it */
	size_t size;       /* of one, in bytes */
	uint64_t slots;    /* a power of two */
	uint64_t head;     /* records that were ever pushed */
	uint64_t taken;    /* of these, the host has got so many */
	uint64_t dropped;  /* and so many were overwritten before */
	uint64_t missed;   /* never came in: see ring_miss() */
};

/* Room for that many records. False: out of memory; then all are dropped. */
bool ring_init(struct trace_ring *ring, size_t size, uint64_t slots);

/* Counts a record that cannot come in now. */
static inline void ring_miss(struct trace_ring *ring)
{
	ring->missed++;
}

static inline char *ring_place(const struct trace_ring *ring, uint64_t n)
{
	return ring->records + (n & (ring->slots - 1)) * ring->size;
}

/* Where the next record is to be written: ring_end() follows. There is memory
 * for it; size and slots are the ring's, known to the compiler. */
static inline __attribute__((always_inline)) void *
ring_begin(struct trace_ring *ring, size_t size, uint64_t slots)
{
	const uint64_t head = ring->head;
	char *place = ring->records + (head & (slots - 1)) * size;

	if (unlikely(head - ring->taken == slots)) {
		ring->taken++;
		ring->dropped++;
	}
	/* A reader that still copies the oldest must see head first: then it
	 * knows that its copy may be half of this one. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	return place;
}

/* The record is complete. Returns how many now wait to be taken. */
static inline uint64_t ring_end(struct trace_ring *ring)
{
	const uint64_t head = ring->head + 1;

	/* Last, so that nobody finds half a record, a panic in here neither. */
	__atomic_store_n(&ring->head, head, __ATOMIC_RELEASE);
	return head - ring->taken;
}

/* Of a size that is a multiple of 64: so the copy is nothing but loads and
 * stores. */
static inline __attribute__((always_inline)) uint64_t
ring_push(struct trace_ring *ring, const void *record, size_t size,
	  uint64_t slots)
{
	const char *from = record;
	char *to;

	if (unlikely(ring->records == NULL)) {
		ring_miss(ring);
		return 0;
	}
	to = ring_begin(ring, size, slots);
	for (; size >= 256; size -= 256, from += 256, to += 256) {
		__builtin_memcpy(to, from, 256);
	}
	for (; size >= 64; size -= 64, from += 64, to += 64) {
		__builtin_memcpy(to, from, 64);
	}
	return ring_end(ring);
}

/*
 * Hands all that was not taken yet to take(), in at most two pieces. Returns
 * false as soon as take() does; those records stay, until they are overwritten.
 */
bool ring_take(struct trace_ring *ring,
	       bool (*take)(const void *records, size_t bytes));

/*
 * Copies what is there to `to`, which has room for all slots, from any CPU and
 * while others are pushed. Returns how many.
 */
size_t ring_read(const struct trace_ring *ring, void *to);
/* The newest alone; false: there is none. */
bool ring_read_last(const struct trace_ring *ring, void *to);
