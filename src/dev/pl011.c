// SPDX-License-Identifier: MIT
/*
 * pl011.c - the UART of `virt`, an Arm PL011 (DDI 0183): output by polling,
 * which works in any context and in a panic too; input by interrupt.
 *
 * The line settings and the FIFO stay as they were found: switching the FIFO
 * on empties it, and what was typed during boot would be lost.
 * Next: console.c, where the characters go to.
 */
#include "dev/console.h"

#include "dev/dev.h"
#include "dev/mmio.h"

#define UARTDR	      0x00
#define UARTFR	      0x18
#define UARTFR_RXFE   (UINT32_C(1) << 4) /* nothing received */
#define UARTFR_TXFF   (UINT32_C(1) << 5) /* no room to send */
#define UARTCR	      0x30
#define UARTCR_UARTEN (UINT32_C(1) << 0)
#define UARTCR_TXE    (UINT32_C(1) << 8)
#define UARTCR_RXE    (UINT32_C(1) << 9)
#define UARTIMSC      0x38
#define UARTICR	      0x44
#define UARTINT_RX    (UINT32_C(1) << 4)
#define UARTINT_RT    (UINT32_C(1) << 6) /* received, and then silence */
#define UARTPERIPHID0 0xfe0		 /* read-only, as what follows it */

static void *uart; /* NULL until pl011_init() */

bool pl011_ready(void)
{
	return uart != NULL;
}

void pl011_init(void)
{
	void *regs = mmio_map(machine.uart, "pl011");

	mmio_write32(regs, UARTIMSC, 0);
	mmio_write32(regs, UARTCR, UARTCR_UARTEN | UARTCR_TXE | UARTCR_RXE);
	uart = regs;
}

const void *pl011_id(void)
{
	return (const char *)uart + UARTPERIPHID0;
}

void pl011_write(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		mmio_wait_clear(uart, UARTFR, UARTFR_TXFF);
		mmio_write32(uart, UARTDR, (unsigned char)text[i]);
	}
}

static void pl011_interrupt(void)
{
	/* Cleared before reading: what comes later interrupts again. */
	mmio_write32(uart, UARTICR, UARTINT_RX | UARTINT_RT);
	while (!(mmio_read32(uart, UARTFR) & UARTFR_RXFE)) {
		console_input((char)mmio_read32(uart, UARTDR));
	}
}

void pl011_start_input(void)
{
	irq_register(machine.uart_irq, pl011_interrupt);
	mmio_write32(uart, UARTIMSC, UARTINT_RX | UARTINT_RT);
}
