// SPDX-License-Identifier: MIT
/*
 * uaccess.c - the rules of user access: first the range, then the access;
 * and what could not be read is zero, not whatever was there before
 * (invariants 6 and 8). How bytes move is arch/aarch64/uaccess/'s affair.
 */
#include "uaccess.h"

#include "cpu.h"
#include "lib/string.h"
#include "linker.h"
#include "mm/kmalloc.h"
#include "mm/page.h"
#include "mm/vm.h"
#include "trace/trace.h"

static inline bool tagged_is_in_range(uint64_t addr, size_t n)
{
	const struct vm *vm = arch_cpu()->vm;
	uint64_t start = arch_untag(addr);

	return vm && vm->tagged_addresses && n <= USER_END &&
	       start <= USER_END - n;
}

bool access_ok_tagged(uint64_t addr, size_t n)
{
	const bool ok = tagged_is_in_range(addr, n);

	if (!ok) {
		trace_refusal(addr, n);
	}
	return ok;
}

/* access_ok() in two parts, for the calls below: what passes the first must
 * not pay for the record of what does not. */
static inline bool uaccess_is_in_range(const void __user *p, size_t n)
{
	uint64_t start = (__force uint64_t)p;

	return likely(n <= USER_END && start <= USER_END - n) ||
	       tagged_is_in_range(start, n);
}

/* Nothing will be accessed: leaves the one trace that there will be of it. */
static __attribute__((noinline, cold)) long
uaccess_refuse(const void __user *p, size_t n, long result)
{
	trace_refusal((__force uint64_t)p, n);
	return result;
}

/* ---- The kernel's own object ---------------------------------------- */

static bool ranges_touch(uint64_t a, size_t n, uint64_t start, uint64_t end)
{
	return a < end && start < a + n;
}

/* The whole check, for what is not quickly seen to be right. */
static __attribute__((noinline)) void uaccess_check_all(const void *p, size_t n)
{
	uint64_t addr = (uint64_t)p, alias;
	paddr_t image, image_end;
	const void *object;
	size_t size;

	if (n > USER_END) { /* refused, it would still be zeroed: all of it */
		panic("user copy of %zu bytes at %p: no object is as large", n,
		      p);
	}
	if (arch_on_stack(p)) {
		if (!arch_on_stack((const char *)p + n - 1)) {
			panic("user copy of %zu bytes at %p: leaves the stack",
			      n, p);
		}
		return;
	}
	arch_boot_image(&image, &image_end);
	alias = (uint64_t)phys_to_virt(image);
	if (addr + n < addr ||
	    ranges_touch(addr, n, (uint64_t)_text_start,
			 (uint64_t)_text_end) ||
	    ranges_touch(addr, n, alias,
			 alias + (uint64_t)(_text_end - _text_start))) {
		panic("user copy of %zu bytes at %p: touches kernel text", n,
		      p);
	}
	if (kmalloc_find(p, &object, &size) &&
	    (const char *)p + n > (const char *)object + size) {
		panic("user copy of %zu bytes at %p: leaves its object of %zu",
		      n, p, size);
	}
}

/*
 * Whether [p, p + n) lies in one object of kmalloc()'s, or in one block of
 * pages that was handed out, which the text never was. What is not in the
 * linear map, as the stack, looks like an address past all RAM: it has no
 * page.
 */
static inline bool uaccess_is_in_block(const void *p, size_t n)
{
	const struct page *page = page_of(virt_to_phys(p));
	size_t size, block, end;

	if (page == NULL) {
		return false;
	}
	size = page->objsize; /* of a large object, as it was asked for */
	block = page->kind == PAGE_SLAB ? size :
					  (size_t)PAGE_SIZE << page->order;
	if (__builtin_add_overflow(virt_to_phys(p) & (block - 1), n, &end)) {
		return false;
	}
	return end <= (size != 0 ? size : block);
}

void uaccess_check_object(const void *p, size_t n)
{
	if (unlikely(!uaccess_is_in_block(p, n))) {
		uaccess_check_all(p, n);
	}
}

/* ---- Copies --------------------------------------------------------- */

size_t uaccess_zero_tail(void *to, size_t n, size_t left)
{
	memset((char *)to + (n - left), 0, left);
	return left;
}

size_t clear_user(void __user *to, size_t n)
{
	if (unlikely(!uaccess_is_in_range(to, n))) {
		return (size_t)uaccess_refuse(to, n, (long)n);
	}
	return arch_clear_user(uaccess_mask(to), n);
}

int copy_from_user_nofault(void *to, const void __user *from, size_t n)
{
	struct cpu *cpu = arch_cpu();
	size_t left;

	uaccess_check_object(to, n);
	if (!uaccess_is_in_range(from, n)) {
		return (int)uaccess_refuse(from, n, -EFAULT);
	}
	cpu->faults_off++; /* this CPU cannot change: EL1 is not pre-empted */
	left = arch_copy_from_user(to, uaccess_mask(from), n);
	cpu->faults_off--;
	return left == 0 ? 0 : -EFAULT;
}

int copy_to_user_nofault(void __user *to, const void *from, size_t n)
{
	struct cpu *cpu = arch_cpu();
	size_t left;

	uaccess_check_object(from, n);
	if (!uaccess_is_in_range(to, n)) {
		return (int)uaccess_refuse(to, n, -EFAULT);
	}
	cpu->faults_off++;
	left = arch_copy_to_user(uaccess_mask(to), from, n);
	cpu->faults_off--;
	return left == 0 ? 0 : -EFAULT;
}

/* ---- Strings -------------------------------------------------------- */

#define UACCESS_END ((__force const void __user *)USER_END)

/* How many of n bytes a string at s may have in the user's half; 0: none. */
static long uaccess_string_room(const char __user *s, long n)
{
	uint64_t start = (__force uint64_t)s;

	if (n <= 0 || !uaccess_is_in_range(s, 1)) {
		return 0;
	}
	return (long)MIN((uint64_t)n, USER_END - arch_untag(start));
}

long uaccess_strncpy(char *to, const char __user *from, long n)
{
	long room = uaccess_string_room(from, n), len;

	if (unlikely(room == 0)) {
		return n <= 0 ? 0 : uaccess_refuse(from, 1, -EFAULT);
	}
	len = arch_strncpy_from_user(to, uaccess_mask(from), room);
	/* It ran into the end of the user's half: nothing follows it. */
	return len == room && room < n ?
		       uaccess_refuse(UACCESS_END, 1, -EFAULT) : len;
}

long strnlen_user(const char __user *s, long n)
{
	long room = uaccess_string_room(s, n), len;

	if (unlikely(room == 0)) {
		return n <= 0 ? 0 : uaccess_refuse(s, 1, 0);
	}
	len = arch_strnlen_user(uaccess_mask(s), room);
	return len > room && room < n ? uaccess_refuse(UACCESS_END, 1, 0) : len;
}

/* ---- Structures that grow ------------------------------------------- */

int check_zeroed_user(const void __user *from, size_t n)
{
	const char __user *p = from;

	if (n > 0 && !access_ok(from, n)) {
		return -EFAULT;
	}
	while (n > 0) {
		uint64_t chunk[8] = { 0 }, any = 0;
		size_t part = MIN(n, sizeof(chunk));

		/* A short copy zeroes the rest: look before believing it. */
		if (copy_from_user(chunk, p, part) != 0) {
			return -EFAULT;
		}
		for (unsigned int i = 0; i < ARRAY_SIZE(chunk); i++) {
			any |= chunk[i];
		}
		if (any != 0) {
			return 0;
		}
		p += part;
		n -= part;
	}
	return 1;
}

int copy_struct_from_user(void *to, size_t ksize, const void __user *from,
			  size_t usize)
{
	size_t common = MIN(ksize, usize);

	if (usize > ksize) {
		int zeroed = check_zeroed_user((const char __user *)from +
						       ksize,
					       usize - ksize);

		if (zeroed <= 0) {
			return zeroed == 0 ? -E2BIG : zeroed;
		}
	}
	if (copy_from_user(to, from, common) != 0) {
		return -EFAULT;
	}
	memset((char *)to + common, 0, ksize - common);
	return 0;
}

/* ---- Atomics -------------------------------------------------------- */

#define CMPXCHG_USER(bytes, type)                                           \
	int cmpxchg_user_##bytes(type __user *p, type old, type new,        \
				 type *found)                               \
	{                                                                   \
		struct arch_got got = { -EFAULT, 0 };                       \
									    \
		if (!IS_ALIGNED((__force uint64_t)p, sizeof(*p))) {         \
			got.error = -EINVAL;                                \
		} else if (access_ok(p, sizeof(*p))) {                      \
			got = arch_cmpxchg_user_##bytes(uaccess_mask(p),    \
							old, new);          \
		}                                                           \
		*found = (type)got.value;                                   \
		return (int)got.error;                                      \
	}
CMPXCHG_USER(4, uint32_t)
CMPXCHG_USER(8, uint64_t)
