/* SPDX-License-Identifier: BSD-2-Clause */
static const unsigned first = portINITIAL_SPSR;
