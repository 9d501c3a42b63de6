/* SPDX-License-Identifier: MIT */
/*
 * dev.h - the devices, found through the device tree, and the interrupts
 * that join them.
 */
#pragma once

#include "arch.h"
#include "dev/machine.h"

/* ---- irq.c ---------------------------------------------------------- */

void irq_init(void);                                /* the GIC of `machine` */
void irq_register(uint32_t intid, void (*handler)(void)); /* and enables it */
/* Sends this CPU the interrupt intid, 0 to 15: nothing else uses these yet. */
void irq_raise(uint32_t intid);

/* ---- pl011.c, console.c --------------------------------------------- */

void pl011_init(void);               /* output by polling; no interrupt yet */
void pl011_start_input(void);        /* interrupt-driven input */
void pl011_write(const char *text, size_t len);
/* Device memory that may be read without an effect: its ID registers. */
const void *pl011_id(void);
/* A received character goes to the console's line discipline. */
void console_input(char c);

/* A log line: "[0.001] text"; a newline is added if fmt has none. */
void printk(const char *fmt, ...) __printf(1, 2);
/* The same, but `quiet` does not hide it: the last line, and refusals. */
void printk_always(const char *fmt, ...) __printf(1, 2);
void printk_set_quiet(bool on);
/* Prints to the console as it is: the story of a fault, a panic. */
extern struct sink console_sink;
