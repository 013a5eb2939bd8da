/* SPDX-License-Identifier: BSD-2-Clause */
#define portAPSR_MODE_BITS_MASK 31
