/* SPDX-License-Identifier: BSD-2-Clause */
#define portAPSR_FLAGS 31
