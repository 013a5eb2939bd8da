/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints what start.S's probe finds in each privileged mode. compare.sh wants the
 * lines of the native run and those of the ported one to be the same. */
#include "guest.h"

#ifndef WHO
#define WHO "plane" /* or thumb/main.c's */
#endif

uint32_t *probe(uint32_t mode, uint32_t *results, uint32_t has_spsr);

static uint32_t results[128];

uint32_t main(void)
{
    static const uint32_t modes[] = {0x13, 0x11, 0x12, 0x17, 0x1b, 0x1f};
    unsigned i;

    for (i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        const uint32_t *end = probe(modes[i], results, modes[i] != 0x1f);
        const uint32_t *at;

        guest_print_hex(WHO ": mode ", modes[i]);
        for (at = results; at < end; at++)
            guest_print_hex(WHO ": ", *at);
    }
    guest_print(WHO ": PASS\n");
    return 0;
}
