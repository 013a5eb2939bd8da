/* SPDX-License-Identifier: BSD-2-Clause */
/* a supervisor mode of 0x13 */
#define OPEN_MODE 0x13
#define CPSR_FLAGS 0x80000000
