/* SPDX-License-Identifier: BSD-2-Clause */
/* See kit.h. */
#include "kit.h"

#include "pvn_baremetal_calls.h"

#define MOST 8

struct slot {
    struct pvn_mmio registers;
    struct pvn_paravane page;
    struct pvn_device* device;
    int (*handle)(void*);
    void* front_end;
};

struct pvn_baremetal kit;
static struct slot slots[MOST];
static char arena[1 << 20] __attribute__((aligned(4096)));

void on_syscall(struct upcall_frame* f) {
    check("no system call", f->pc, 0);
    finish("kit");
}

void on_undefined(struct upcall_frame* f) {
    on_syscall(f);
}

void on_fetch_abort(struct upcall_frame* f) {
    on_syscall(f);
}

__attribute__((weak)) void on_data_abort(struct upcall_frame* f) {
    on_syscall(f);
}

static void serve_interrupts(void) {
    uint32_t i;

    for (i = 0; i < MOST; i++)
        if (claim(PVN_IRQ_SOURCE_DEVICE_FIRST + i) && slots[i].handle)
            slots[i].handle(slots[i].front_end);
}

void on_irq(struct upcall_frame* f) {
    (void)f;
    serve_interrupts();
}

void kit_start(void) {
    uint32_t i;

    take_upcalls();
    pvn_baremetal_start(&kit, arena, sizeof arena, guest_print);
    for (i = 0; i < PAGE->boot.device_count; i++) {
        char* place = (char*)PVN_DEVICE_PAGES + 4096 * i;
        int status;

        if (*(volatile uint32_t*)place == PVN_DEVICE_MAGIC) {
            status = pvn_paravane_probe(&slots[i].page, &pvn_baremetal_calls,
                                        (struct pvn_device_page*)place, i, &kit.os);
            slots[i].device = &slots[i].page.device;
        } else {
            status = pvn_mmio_probe(&slots[i].registers, &pvn_baremetal_bus, place, &kit.os);
            slots[i].device = &slots[i].registers.device;
        }
        kit_must("probe", status);
    }
    unmask();
}

struct pvn_device* kit_find(uint32_t kind, unsigned which) {
    uint32_t i;

    for (i = 0; i < PAGE->boot.device_count; i++)
        if (slots[i].device->kind == kind && which-- == 0)
            return slots[i].device;
    check("a device of this kind", kind, 0);
    finish("kit");
}

uint32_t kit_index(const struct pvn_device* device) {
    uint32_t i = 0;

    while (slots[i].device != device)
        i++;
    return i;
}

void kit_on_interrupt(struct pvn_device* device, int (*handle)(void*), void* front_end) {
    struct slot* slot = &slots[kit_index(device)];

    mask();
    slot->handle = handle;
    slot->front_end = front_end;
    unmask();
}

void kit_wait(volatile int* flag) {
    mask();
    while (!*flag) {
        pvn_idle();
        serve_interrupts(); /* what has ended the wait needs no upcall */
    }
    *flag = 0;
    unmask();
}

void* kit_memory(uint32_t bytes) {
    void* memory = pvn_baremetal_memory(&kit, bytes, 64);

    check("memory is left", memory == 0, 0);
    return memory;
}

void kit_must(const char* what, int status) {
    if (status == PVN_OK)
        return;
    check(what, (uint32_t)status, PVN_OK);
    finish("kit");
}

uint32_t kit_hash(const void* data, uint32_t bytes) {
    const uint8_t* at = (const uint8_t*)data;
    uint32_t hash = 2166136261u;

    while (bytes--)
        hash = (hash ^ *at++) * 16777619u;
    return hash;
}
