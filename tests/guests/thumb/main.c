/* SPDX-License-Identifier: BSD-2-Clause */
/* As plane/main.c, with the probe of this start.S. */
#define WHO "thumb"
#include "../plane/main.c"
