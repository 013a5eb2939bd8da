/* SPDX-License-Identifier: BSD-2-Clause */
/* The other VM of the benchmark: gives way at once, every time, then ends. */
#include "testing.h"

void on_syscall(struct upcall_frame* f) {
    (void)f;
}

void on_undefined(struct upcall_frame* f) {
    (void)f;
}

void on_fetch_abort(struct upcall_frame* f) {
    (void)f;
}

void on_data_abort(struct upcall_frame* f) {
    (void)f;
}

void on_irq(struct upcall_frame* f) {
    (void)f;
}

uint32_t main(void) {
    uint32_t i;

    for (i = 0; i < 250; i++)
        pvn_yield();
    finish("bench-peer");
}
