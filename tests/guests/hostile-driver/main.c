/* SPDX-License-Identifier: BSD-2-Clause */
/* A driver that breaks every rule of the ring, through both transports, then floods
 * its devices with work. Each breach must stop that device alone until it is reset;
 * its neighbour (witness) must not feel the floods. */
#include "kit.h"

#include "pvn_block.h"
#include "pvn_entropy.h"

#define SIZE 16u
#define RAM_END 0x40400000u

struct ring {
    struct pvn_desc table[SIZE] __attribute__((aligned(16)));
    struct pvn_desc indirect[64] __attribute__((aligned(16)));
    uint16_t available[3 + SIZE] __attribute__((aligned(4)));
    uint32_t used[2 + 2 * SIZE];
    uint8_t buffer[256];
};

static struct ring ring;
static volatile int flag;
static uint32_t seed = 12345;

static uint32_t random(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static void describe(struct pvn_desc* at, uint64_t address, uint32_t bytes, uint32_t flags,
                     uint32_t next) {
    at->address = address;
    at->bytes = bytes;
    at->flags = (pvn_u16)flags;
    at->next = (pvn_u16)next;
}

static uint32_t place(const void* memory) {
    return (uint32_t)memory;
}

/* What a hostile driver may lay into the ring; each offers descriptor 0. ---------- */

static void lay_loop(void) {
    describe(&ring.table[0], place(ring.buffer), 8, PVN_DESC_WRITE | PVN_DESC_NEXT, 1);
    describe(&ring.table[1], place(ring.buffer), 8, PVN_DESC_WRITE | PVN_DESC_NEXT, 0);
}
static void lay_outside(void) {
    describe(&ring.table[0], 0x10000000, 8, PVN_DESC_WRITE, 0);
}
static void lay_over_the_end(void) {
    describe(&ring.table[0], RAM_END - 8, 16, PVN_DESC_WRITE, 0);
}
static void lay_high(void) {
    describe(&ring.table[0], 0x100000000ull | place(ring.buffer), 8, PVN_DESC_WRITE, 0);
}
static void lay_wrapping(void) {
    describe(&ring.table[0], place(ring.buffer), 0xffffffff, PVN_DESC_WRITE, 0);
}
static void lay_device_page(void) {
    describe(&ring.table[0], PVN_DEVICE_PAGES, 8, PVN_DESC_WRITE, 0);
}
static void lay_hypervisor(void) {
    describe(&ring.table[0], 0xfffe0000, 8, PVN_DESC_WRITE, 0);
}
static void lay_bad_head(void) {
    ring.available[2] = 999;
}
static void lay_bad_next(void) {
    describe(&ring.table[0], place(ring.buffer), 8, PVN_DESC_WRITE | PVN_DESC_NEXT, SIZE);
}
static void lay_jump(void) {
    ring.available[1] = SIZE + 1;
}
static void lay_order(void) {
    describe(&ring.table[0], place(ring.buffer), 8, PVN_DESC_WRITE | PVN_DESC_NEXT, 1);
    describe(&ring.table[1], place(ring.buffer), 8, 0, 0);
}
static void lay_empty(void) {
    describe(&ring.table[0], place(ring.buffer), 0, PVN_DESC_WRITE, 0);
}
static void lay_nested(void) {
    describe(&ring.table[0], place(ring.indirect), 16, PVN_DESC_INDIRECT, 0);
    describe(&ring.indirect[0], place(ring.indirect), 16, PVN_DESC_INDIRECT, 0);
}
static void lay_chained_indirect(void) {
    describe(&ring.table[0], place(ring.indirect), 16, PVN_DESC_INDIRECT | PVN_DESC_NEXT, 1);
}
static void lay_odd_indirect(void) {
    describe(&ring.table[0], place(ring.indirect), 17, PVN_DESC_INDIRECT, 0);
}
static void lay_indirect_outside(void) {
    describe(&ring.table[0], RAM_END, 16, PVN_DESC_INDIRECT, 0);
}
static void lay_too_many(void) {
    uint32_t i;

    describe(&ring.table[0], place(ring.indirect), 64 * 16, PVN_DESC_INDIRECT, 0);
    for (i = 0; i < 64; i++)
        describe(&ring.indirect[i], place(ring.buffer), 4, PVN_DESC_WRITE | PVN_DESC_NEXT, i + 1);
}
static void lay_on_ring(void) {
    describe(&ring.table[0], place(ring.used), 8, PVN_DESC_WRITE, 0);
}

static void (*const breaches[])(void) = {lay_loop,         lay_outside,
                                         lay_over_the_end, lay_high,
                                         lay_wrapping,     lay_device_page,
                                         lay_hypervisor,   lay_bad_head,
                                         lay_bad_next,     lay_jump,
                                         lay_order,        lay_empty,
                                         lay_nested,       lay_chained_indirect,
                                         lay_odd_indirect, lay_indirect_outside,
                                         lay_too_many,     lay_on_ring};

/* Hands the rings over; the transport's answer. */
static int offer_rings(struct pvn_device* device, uint32_t table, uint32_t size) {
    static struct pvn_queue queue;

    kit_must("begin", pvn_device_begin(device, device->kind, 0, 0));
    queue.device = device;
    queue.size = (pvn_u16)size;
    queue.descriptors = (struct pvn_desc*)table;
    queue.available = (struct pvn_ring_head*)ring.available;
    queue.used = (struct pvn_ring_head*)ring.used;
    return device->transport->queue_enable(device, &queue);
}

static void breach(struct pvn_device* device, uint32_t which) {
    uint8_t* bytes = (uint8_t*)&ring;
    uint32_t i;

    for (i = 0; i < sizeof ring; i++)
        bytes[i] = 0;
    describe(&ring.table[0], place(ring.buffer), 8, PVN_DESC_WRITE, 0);
    ring.available[1] = 1;
    breaches[which]();
    kit_must("rings", offer_rings(device, place(ring.table), SIZE));
    pvn_device_ready(device);
    device->transport->kick(device, 0);
    check("the device stopped after breach",
          device->transport->status(device) & PVN_STATUS_NEEDS_RESET, PVN_STATUS_NEEDS_RESET);
    device->transport->kick(device, 0);
    check("nothing was given back", ring.used[0] >> 16, 0);
    if (failures)
        guest_print_hex("  number ", which);
}

static void bad_rings(struct pvn_device* device) {
    const struct {
        uint32_t table, size;
    } wrong[] = {{0x10000000, SIZE},       {RAM_END - 64, SIZE},    {place(ring.table) + 4, SIZE},
                 {0xfffe0000, SIZE},       {place(ring.table), 3},  {place(ring.table), 0},
                 {PVN_DEVICE_PAGES, SIZE}, {place(ring.table), 512}};
    const uint32_t registers = PVN_DEVICE_PAGES + 4096 * kit_index(device);
    uint32_t i;

    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int taken = offer_rings(device, wrong[i].table, wrong[i].size) == PVN_OK;

        if (*(volatile uint32_t*)registers == PVN_MMIO_MAGIC_VALUE)
            taken = *(volatile uint32_t*)(registers + PVN_MMIO_QUEUE_READY) != 0;
        check("rings are refused", (uint32_t)taken, 0);
    }
}

/* Anything at all, at every register and width, aligned or not. */
static void hammer_registers(void* page) {
    uint32_t i, value = 0;

    for (i = 0; i < 3000; i++) {
        char* at = (char*)page + random() % 0x180;

        switch (random() % 8) {
        case 0:
            *(volatile uint8_t*)at = (uint8_t)random();
            break;
        case 1:
            *(volatile uint16_t*)(place(at) & ~1u) = (uint16_t)random();
            break;
        case 2:
            value += *(volatile uint8_t*)at;
            break;
        case 3:
            __asm__ volatile("ldrd r2, r3, [%0]" : : "r"(place(at) & ~7u) : "r2", "r3");
            break;
        case 4:
            __asm__ volatile("ldmia %0, {r2, r3, r12}"
                             :
                             : "r"(place(at) & ~3u)
                             : "r2", "r3", "r12");
            break;
        case 5:
            value += *(volatile uint32_t*)(place(at) & ~3u);
            break;
        default:
            *(volatile uint32_t*)(place(at) & ~3u) = random();
        }
    }
    ring.buffer[0] = (uint8_t)value;
}

static void hammer_calls(void) {
    uint32_t i;

    for (i = 0; i < 3000; i++) {
        const uint32_t index = random() % 10;

        pvn_device_kick(index, random() % 5);
        pvn_device_config(index, random() % 6, random());
    }
    check("no such device", (uint32_t)pvn_device_kick(8, 0),
          (uint32_t)PVN_STATUS_INVALID_PARAMETER);
    check("no such device", (uint32_t)pvn_device_kick(~0u, 0),
          (uint32_t)PVN_STATUS_INVALID_PARAMETER);
}

/* Everything that a device page holds, the hypervisor's words among it. */
static void scribble(uint32_t* page) {
    uint32_t i;

    for (i = 0; i < 0x500 / 4; i++)
        page[i] = random();
    hammer_calls();
}

/* Floods -------------------------------------------------------------------------- */

static uint32_t answered;

static void block_done(struct pvn_block_request* request, int status) {
    (void)request;
    answered += status == PVN_OK;
}

#define PARTS 16u

static void flood_disk(void* memory) {
    static struct pvn_block disk;
    static struct pvn_block_request requests[64];
    struct pvn_segment parts[PARTS];
    uint32_t i, round;

    for (i = 0; i < PARTS; i++) {
        parts[i].memory = memory;
        parts[i].bytes = 8192;
    }
    kit_must("block", pvn_block_start(&disk, kit_find(PVN_KIND_BLOCK, 0), (void*)&flag));
    for (round = 0; round < 4; round++) {
        for (i = 0; i < 64; i++) {
            struct pvn_block_request wanted = {PVN_BLOCK_READ, 0, parts, PARTS, block_done, 0};

            requests[i] = wanted;
            kit_must("submit", pvn_block_submit(&disk, &requests[i]));
        }
        pvn_block_kick(&disk);
        while (pvn_block_poll(&disk) > 0)
            continue;
    }
    check("requests answered", answered, 256);
}

static uint32_t filled;

static void got(struct pvn_entropy_request* request, pvn_u32 bytes) {
    (void)request;
    filled += bytes;
}

static void still_works(unsigned which) {
    static struct pvn_entropy sources[2];
    struct pvn_device* device = kit_find(PVN_KIND_ENTROPY, which);
    struct pvn_entropy_request request = {ring.buffer, 16, got, 0};

    filled = 0;
    kit_must("entropy", pvn_entropy_start(&sources[which], device, (void*)&flag));
    kit_must("ask", pvn_entropy_ask(&sources[which], &request));
    while (pvn_entropy_poll(&sources[which]) > 0)
        continue;
    check("random bytes", filled, 16);
}

uint32_t main(void) {
    unsigned which;
    uint32_t i;
    char* memory;

    kit_start();
    memory = kit_memory(8192);
    for (which = 0; which < 2; which++) {
        struct pvn_device* device = kit_find(PVN_KIND_ENTROPY, which);

        for (i = 0; i < sizeof breaches / sizeof breaches[0]; i++)
            breach(device, i);
        bad_rings(device);
        still_works(which);
    }
    hammer_calls();
    hammer_registers((char*)PVN_DEVICE_PAGES + 4096);
    still_works(1);
    flood_disk(memory);
    scribble((uint32_t*)PVN_DEVICE_PAGES);
    finish("hostile driver");
}
