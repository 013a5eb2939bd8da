/* SPDX-License-Identifier: BSD-2-Clause */
#define BOARD_UART0_BASE 0x10009000
