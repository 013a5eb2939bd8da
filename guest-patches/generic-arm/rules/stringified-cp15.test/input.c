/* SPDX-License-Identifier: BSD-2-Clause */
#define CP15_ID(crm) "p15, 0, %0, c0, " #crm
