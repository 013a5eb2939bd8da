/* SPDX-License-Identifier: BSD-2-Clause */
#define START_SPSR 0x1f
