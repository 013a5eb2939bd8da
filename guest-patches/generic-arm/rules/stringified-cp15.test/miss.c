/* SPDX-License-Identifier: BSD-2-Clause */
#define NOTE "p15, 0, r0, c0, c0"
