/* SPDX-License-Identifier: BSD-2-Clause */
#define MASK_ALL() (*GICC_PMR = 0)
