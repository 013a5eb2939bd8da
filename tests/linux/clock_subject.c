/* SPDX-License-Identifier: BSD-2-Clause */
/* The ported kernel's time.c as it is, on the machine of clock_test.cpp. */
#include "clock_platform.h"
#include "guest-patches/linux-6.1/overlay/drivers/paravane/time.c"

int clock_start(void);
u64 clock_now(void);
void clock_set_event(unsigned long delta);

int clock_start(void) {
    return pvn_time_init(0);
}

u64 clock_now(void) {
    return pvn_now();
}

void clock_set_event(unsigned long delta) {
    pvn_event.set_next_event(delta, &pvn_event);
}
