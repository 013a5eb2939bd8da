/* SPDX-License-Identifier: BSD-2-Clause */
/* The neighbour of every hostile guest: takes a tick each millisecond and ends well
 * only if none came late and, where the system connects them, the other VM rang. The
 * argument "ticks N" has it take more of them than 60. */
#include "testing.h"

static volatile uint32_t ticks, rings;
static uint64_t due, latest;

void on_syscall(struct upcall_frame* f) {
    (void)f;
}

void on_undefined(struct upcall_frame* f) {
    check("no undefined instruction", f->pc, 0);
    finish("witness");
}

void on_fetch_abort(struct upcall_frame* f) {
    on_undefined(f);
}

void on_data_abort(struct upcall_frame* f) {
    on_undefined(f);
}

void on_irq(struct upcall_frame* f) {
    (void)f;
    if (claim(PVN_IRQ_SOURCE_DOORBELL)) {
        rings++;
        pvn_doorbell(2);
    }
    if (claim(PVN_IRQ_SOURCE_TIMER)) {
        uint64_t late = now() - due;

        ticks++;
        if (late > latest)
            latest = late;
        due += 1000000;
        pvn_timer_set(due);
    }
    pvn_irq_end(PVN_NO_SOURCE);
}

static uint32_t ticks_wanted(const char* arguments) {
    uint32_t number = 0;

    if (arguments[0] != 't')
        return 60;
    for (const char* at = arguments + 6; *at >= '0' && *at <= '9'; at++)
        number = number * 10 + (uint32_t)(*at - '0');
    return number;
}

uint32_t main(void) {
    const char* wanted = (const char*)PAGE->boot.arguments;

    take_upcalls();
    due = now() + 1000000;
    pvn_timer_set(due);
    unmask();
    while (ticks < ticks_wanted(wanted))
        pvn_idle();
    mask();
    check("no tick came more than a millisecond late", latest > 1000000, 0);
    if (wanted[0] == 'r')
        check("the neighbour rang", rings != 0, 1);
    finish("witness");
}
