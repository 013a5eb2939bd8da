/* SPDX-License-Identifier: BSD-2-Clause */
/* GICC_PMR */
#define PMR_LEVEL 3
