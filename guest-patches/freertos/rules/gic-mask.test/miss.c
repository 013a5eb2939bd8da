/* SPDX-License-Identifier: BSD-2-Clause */
#define portMASK_BITS 5
