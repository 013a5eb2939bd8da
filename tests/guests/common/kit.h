/* SPDX-License-Identifier: BSD-2-Clause */
/* The driver kit in a test guest: every device of the VM probed through whichever
 * transport it has, interrupts led to front ends, waiting by idle. */
#ifndef PARAVANE_KIT_H
#define PARAVANE_KIT_H

#include "testing.h"

#include "pvn_baremetal.h"

extern struct pvn_baremetal kit;

/* Takes upcalls and probes every device; ends the guest when one is not there. */
void kit_start(void);

/* Device `which` (from 0) of a kind; ends the guest when there is none. */
struct pvn_device* kit_find(uint32_t kind, unsigned which);

/* `handle` is called when the device interrupts, with upcalls masked. */
void kit_on_interrupt(struct pvn_device* device, int (*handle)(void*), void* front_end);

/* Sleeps until the flag is set by an interrupt, and clears it. */
void kit_wait(volatile int* flag);

void* kit_memory(uint32_t bytes);
/* Ends the guest unless `status` is PVN_OK. */
void kit_must(const char* what, int status);
uint32_t kit_index(const struct pvn_device* device);
uint32_t kit_hash(const void* data, uint32_t bytes);

#endif
