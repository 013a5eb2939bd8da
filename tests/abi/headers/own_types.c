/* SPDX-License-Identifier: BSD-2-Clause */
/* A kernel that brings its own fixed-width types. */
typedef unsigned char pvn_u8;
typedef unsigned short pvn_u16;
typedef unsigned int pvn_u32;
typedef int pvn_s32;
__extension__ typedef unsigned long long pvn_u64;
#define PVN_TYPES_DEFINED
#include <paravane/abi.h>
#include <paravane/stubs.h>
extern int own_types(void);
int own_types(void)
{
	return pvn_yield();
}
