/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies its first disk to its second, both disks of the board, eight requests on
 * the way; "k": dies in the middle. The host compares the disks (drive/run.sh). */
#include "kit.h"

#include "pvn_block.h"

#define DEPTH 8u
#define PART 8192u
#define PARTS 8u
#define SECTORS (PART * PARTS / PVN_BLOCK_SECTOR)

struct lane {
    struct pvn_block_request request;
    struct pvn_segment parts[PARTS];
    int writing;
};

static struct pvn_block disks[2];
static struct lane lanes[DEPTH];
static volatile int flag;
static uint32_t next, chunks, written, failed, flushed;

static void submit(struct lane* lane) {
    struct pvn_block* disk = &disks[lane->writing];

    lane->request.operation = lane->writing ? PVN_BLOCK_WRITE : PVN_BLOCK_READ;
    kit_must("submit", pvn_block_submit(disk, &lane->request));
    pvn_block_kick(disk);
}

static void advance(struct lane* lane) {
    if (next == chunks)
        return;
    lane->request.sector = (pvn_u64)next++ * SECTORS;
    lane->writing = 0;
    submit(lane);
}

static void done(struct pvn_block_request* request, int status) {
    struct lane* lane = (struct lane*)request->context;

    failed += status != PVN_OK;
    if (status != PVN_OK)
        return;
    if (lane->writing) {
        written++;
        advance(lane);
    } else {
        lane->writing = 1;
        submit(lane);
    }
}

static void flush_done(struct pvn_block_request* request, int status) {
    (void)request;
    failed += status != PVN_OK;
    flushed = 1;
}

static void pump(void) {
    if (pvn_block_poll(&disks[0]) + pvn_block_poll(&disks[1]) == 0)
        kit_wait(&flag);
}

static void open_disk(unsigned which) {
    struct pvn_device* device = kit_find(PVN_KIND_BLOCK, which);

    kit_must("block", pvn_block_start(&disks[which], device, (void*)&flag));
    kit_on_interrupt(device, (int (*)(void*))pvn_block_interrupt, &disks[which]);
}

uint32_t main(void) {
    struct pvn_block_request flush = {PVN_BLOCK_FLUSH, 0, 0, 0, flush_done, 0};
    const int dies = PAGE->boot.arguments[0] == 'k';
    uint32_t i, part;

    kit_start();
    open_disk(0);
    open_disk(1);
    check("the first disk is read only", disks[0].read_only != 0, 1);
    chunks = (uint32_t)(disks[0].sectors / SECTORS);
    check("both are as large", (uint32_t)disks[1].sectors, (uint32_t)disks[0].sectors);
    for (i = 0; i < DEPTH; i++) {
        struct lane* lane = &lanes[i];

        for (part = 0; part < PARTS; part++) {
            lane->parts[part].memory = kit_memory(PART);
            lane->parts[part].bytes = PART;
        }
        lane->request.segments = lane->parts;
        lane->request.segment_count = PARTS;
        lane->request.done = done;
        lane->request.context = lane;
        advance(lane);
    }
    while (written < chunks && !failed) {
        if (dies && written > chunks / 4)
            pvn_stop(PVN_STOP_REASON_PANIC, 0);
        pump();
    }
    check("requests failed", failed, 0);
    kit_must("flush", pvn_block_submit(&disks[1], &flush));
    pvn_block_kick(&disks[1]);
    while (!flushed)
        pump();
    guest_print_hex("chunks of 64 KiB: ", written);
    finish("drive");
}
