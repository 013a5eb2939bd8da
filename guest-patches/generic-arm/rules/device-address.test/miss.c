/* SPDX-License-Identifier: BSD-2-Clause */
#define UART_CLOCK_BASE 24000000
#define LOAD_ADDR 0x60008000
