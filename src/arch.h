/* SPDX-License-Identifier: MIT */
/*
 * arch.h - the contract between src/ and arch/: what a kernel needs of a CPU.
 *
 * First what arch/ gives: src/ asks for it by these names and never names a
 * register, a descriptor bit or an instruction. Then all that arch/ calls in
 * src/. What the laboratory asks, and is asked, is arch_lab.h. No symbol
 * crosses that these two do not name: tools/contract.py looks at the objects.
 *
 * arch_types.h adds the sizes and structs that must be known at compile time:
 * PAGE_SHIFT, PAGE_SIZE, USER_END, struct frame, struct arch_vm,
 * struct arch_task, phys_to_virt(), virt_to_phys().
 */
#pragma once

#include "arch_types.h"
#include "lib/types.h"

struct cpu;
struct fault;
struct sink;
struct task;
struct vm;

/* ---- This CPU ------------------------------------------------------- */

static inline struct cpu *arch_cpu(void);        /* whose CPU we are on */
static inline uint32_t arch_cpu_affinity(void);  /* Aff3.Aff2.Aff1.Aff0 */
static inline bool arch_irqs_enabled(void);
static inline unsigned long arch_irq_save(void); /* mask; returns the old */
static inline void arch_irq_restore(unsigned long flags);
static inline void arch_irq_enable(void);
static inline void arch_irq_disable(void);
static inline void arch_wait_for_interrupt(void);
static inline void arch_relax(void);             /* inside a spin loop */

/* ---- Time ----------------------------------------------------------- */

uint64_t arch_time_ns(void);         /* since the counter started */
static inline uint64_t arch_counter(void); /* the same, in its own unit */
uint64_t arch_counter_hz(void);            /* of which a second has so many */
void arch_timer_start(unsigned int hz); /* the tick of this CPU */
void arch_timer_ack(void);           /* in its interrupt: set up the next */

/* ---- The machine ---------------------------------------------------- */

__noreturn void arch_power_off(int status);
/* Boot: how PSCI is called on this machine. By SMC, if nobody says. */
void arch_power_by_hvc(void);
void arch_early_puts(const char *text, size_t len); /* before any driver */
void *arch_map_device(paddr_t start, size_t size);  /* NULL: no room */
void arch_map_ram(paddr_t start, paddr_t end);      /* into the linear map */
/* A kernel stack with its guard; returns its top, or NULL. */
void *arch_stack_alloc(void);
void arch_stack_free(void *top);
size_t arch_kernel_tables(void); /* pages that were taken for its tables */
/* Whether p is on the current task's stack: also right at its edges. */
static inline bool arch_on_stack(const void *p);
void arch_log_features(void); /* the CPU, and which invariants hold */
/* The device tree as it was handed over (mapped, read-only), and its size. */
const void *arch_boot_tree(size_t *size);
void arch_boot_image(paddr_t *start, paddr_t *end); /* where the kernel is */
/* Sets PAN ("on", "off", "auto") and the user-access method; a pair that this
 * CPU cannot do is refused with a log line, and auto is used. Once, at boot. */
void arch_uaccess_select(const char *pan, const char *method);
const char *arch_uaccess_method(void); /* the one in force: "ldtr" */
extern const char arch_uaccess_choices[]; /* "auto|plain|…": what there is */

/* The GICv3 CPU interface consists of system registers, so it is arch/'s. */
void arch_gicv3_cpu_init(void);
uint32_t arch_gicv3_ack(void);
void arch_gicv3_end(uint32_t intid);
void arch_gicv3_raise(uint32_t intid); /* 0 to 15, on this CPU */

/* ---- Address spaces: the tables of the user's half ------------------ */

#define VM_READ  1u /* the same values as PROT_READ, PROT_WRITE, PROT_EXEC */
#define VM_WRITE 2u
#define VM_EXEC  4u

int arch_vm_init(struct arch_vm *avm); /* 0 or -ENOMEM */
/* It will not run again, and runs nowhere: all its translations go at once,
 * so that what follows needs no maintenance page by page. */
void arch_vm_retire(struct arch_vm *avm);
/* Frees what is left of the tables; nothing is mapped in them any more. */
void arch_vm_destroy(struct arch_vm *avm);

/*
 * A struct arch_cursor is the place of one page in the tables. It is good for
 * as long as the caller holds the lock of the address space, and nothing but
 * the four functions that take it changes the tables.
 *
 * prot 0 keeps a page without any right. VM_WRITE with VM_EXEC is a kernel
 * bug (invariant 11). Before a page becomes executable it is made coherent.
 */

/* Puts the cursor at va, a multiple of the page size. Returns the page that is
 * mapped there, and at->prot has the rights of its whole walk; PADDR_NONE if
 * none is. */
paddr_t arch_vm_lookup(struct arch_vm *avm, uint64_t va,
		       struct arch_cursor *at);
/*
 * After a fork the page may be in a table that other programs have too: before
 * it changes, they keep that and this one gets its own. Returns 0 or -ENOMEM;
 * at->prot has the rights as they are now.
 */
int arch_vm_own(struct arch_cursor *at);
/* The same for all tables of [start, end) that reach beyond it, and if `whole`
 * for those that lie in it, too. -ENOMEM: some are shared still. */
int arch_vm_own_range(struct arch_vm *avm, uint64_t start, uint64_t end,
		      bool whole);
/* Maps the page there, where none is. Returns 0 or -ENOMEM. */
int arch_vm_map(struct arch_cursor *at, paddr_t pa, unsigned int prot);
/*
 * Changes the rights of the page there; a TLBI follows. Also where rights only
 * grow: a stale entry with fewer rights would fault again, for ever.
 */
void arch_vm_protect(const struct arch_cursor *at, unsigned int prot);
/* Replaces the page there by another (break-before-make), and page_put()s the
 * old one when no CPU can have its translation any more. */
void arch_vm_replace(const struct arch_cursor *at, paddr_t pa,
		     unsigned int prot);
/* An access to the page there failed because it was to be noted: notes it.
 * False if that cannot have been the reason. */
bool arch_vm_note_access(const struct arch_cursor *at);

/*
 * Unmaps all pages in [start, end), and page_put()s each when no CPU can have
 * its translation any more. After arch_vm_own_range(), unless the address
 * space is retired.
 */
void arch_vm_unmap(struct arch_vm *avm, uint64_t start, uint64_t end);
/* The same for all programs that share the tables of it: what lies past a
 * file's end. It needs no memory. */
void arch_vm_unmap_for_all(struct arch_vm *avm, uint64_t start, uint64_t end);
/* All pages in [start, end) get these rights, but VM_WRITE only where it was
 * before: a page may be shared, and vm_fault() decides. After
 * arch_vm_own_range(), whole. */
void arch_vm_protect_range(struct arch_vm *avm, uint64_t start, uint64_t end,
			   unsigned int prot);
/*
 * Accessed and written: both are forgotten for all pages in [start, end), and
 * noted again by the CPU itself where it can, else by a fault. A page that is
 * mapped, or made writable, is accessed, or written. 0, -ENOMEM.
 */
int arch_vm_age(struct arch_vm *avm, uint64_t start, uint64_t end);
struct arch_vm_usage {
	size_t mapped, accessed, written; /* pages */
};
struct arch_vm_usage arch_vm_usage(struct arch_vm *avm, uint64_t start,
				   uint64_t end);

/*
 * For fork: child shares all pages of parent's in [start, end), and gets a
 * reference to each, or to the whole table that it is in. With copy_on_write
 * neither may write them any more. 0, or -ENOMEM: then it has some. Before the
 * parent goes on, arch_vm_share_end() makes its lost rights known to all CPUs.
 */
int arch_vm_share(struct arch_vm *parent, struct arch_vm *child,
		   uint64_t start, uint64_t end, bool copy_on_write);
void arch_vm_share_end(struct arch_vm *parent);
/* Boot: whether fork shares whole tables, where the machine is set up for it
 * (else a line says why not); or each page gets its reference. */
void arch_vm_share_tables(bool on);

/* Instruction fetches see what was stored at [addr, addr + len). */
void arch_sync_icache(const void *addr, size_t len);
void arch_clear_page(void *page);
void arch_copy_page(void *to, const void *from);

/* ---- User access: src/uaccess.c adds the rules ---------------------- */

/* These return the bytes that were NOT copied, exactly (invariant 5). */
size_t arch_copy_from_user(void *to, const void __user *from, size_t n);
size_t arch_copy_to_user(void __user *to, const void *from, size_t n);
size_t arch_clear_user(void __user *to, size_t n);
/*
 * Copies up to n bytes until a NUL, which is copied too. Returns the length
 * without the NUL, n if there was none, or -EFAULT. Nothing is written
 * after the NUL.
 */
long arch_strncpy_from_user(char *to, const char __user *from, long n);
/* The length of a string with its NUL; more than n if none is found in n
 * bytes; 0 after a fault. */
long arch_strnlen_user(const char __user *s, long n);
/* arch_get_user(&x, p) and arch_put_user(x, p): see arch_types.h; 0, -EFAULT */

/* ---- Tasks ---------------------------------------------------------- */

/* task starts in fn(arg), in the kernel, when it is first switched to. */
void arch_task_init_kernel(struct task *task, void (*fn)(void *), void *arg);
/* child returns to EL0 as its parent would, but with the result 0. */
void arch_task_init_fork(struct task *child, const struct task *parent);
/* Saves prev, loads next: all that EL0 or the kernel has in registers, with the
 * stack, the address space and the thread pointer. */
void arch_task_switch(struct task *prev, struct task *next);
/* Makes vm (NULL: the reserved, empty table) current on this CPU. */
void arch_vm_activate(struct vm *vm);
/* Starts the current task at EL0, with all other registers 0. */
__noreturn void arch_enter_user(uint64_t entry, uint64_t sp);
/* The system call that task is in, from its frame; or NO_SYSCALL. */
#define NO_SYSCALL (~UINT64_C(0))
uint64_t arch_task_syscall(const struct task *task);
/* AT_HWCAP and AT_HWCAP2: only what EL0 may use here. */
uint64_t arch_hwcap(void);
uint64_t arch_hwcap2(void);

/* Who called whom, from here up. */
void arch_backtrace(struct sink *out);

/* ---- What arch/ calls in src/ --------------------------------------- */

/* On the boot CPU and its stack, in the kernel's half; dtb: as it was given. */
__noreturn void kernel_main(paddr_t dtb);
/* A system call: returns the value for x0. Interrupts are on. The arguments
 * come first: they are handed on where they are. */
long syscall_dispatch(const uint64_t args[6], uint64_t nr);
/* A user page is missing or refuses: see src/mm/vm.h. */
int vm_fault(struct vm *vm, uint64_t addr, unsigned int access);
/* An interrupt: finds its source and runs the handler. */
void irq_dispatch(void);
/* A new task's first step, interrupts masked: ends the switch to it. */
void sched_finish_switch(void);
/* On the way to EL0, interrupts masked: kills, or gives up the CPU. */
void sched_before_user(void);
/* The current task's program did what it may not: it ends with signal. */
void task_signal_current(int signal, const struct fault *why);
/* A kernel bug: prints it, a backtrace; then powers off, with status 125. */
__noreturn void panic(const char *fmt, ...) __printf(1, 2);

/*
 * And what all of the kernel uses, by the header that declares it. src/lib/ is
 * below arch/: all of it may be called.
 *
 *	task/task.h	task_exit
 *	task/sched.h	sched_yield
 *	mm/page.h	page_alloc page_alloc_zeroed page_get page_put page_banks
 *	mm/page.h	page_put_unless_last page_refs
 *	spinlock.h	spin_lock spin_trylock spin_unlock
 *	spinlock.h	spin_lock_irqsave spin_unlock_irqrestore
 *	dev/dev.h	printk printk_always
 */

#include "arch_inline.h" /* the bodies of the inline ones */
