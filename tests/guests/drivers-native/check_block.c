/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's virtio-blk: copies disk 0 to disk 1, eight requests on the way, and tells
 * the hash of what it read. The host compares the disks.
 */
#include "guest.h"
#include "pvn_block.h"

#define CHUNK 65536u
#define DEPTH 8

struct lane {
    struct pvn_block_request request;
    struct pvn_segment segments[4];
    pvn_u32 chunk;
    int writing;
    int busy;
};

static struct pvn_block source, target;
static struct lane lanes[DEPTH];
static pvn_u32 next_chunk, chunks, written;
static int failed;

static void submit(struct lane* lane) {
    struct pvn_block* block = lane->writing ? &target : &source;
    int status;

    lane->request.operation = lane->writing ? PVN_BLOCK_WRITE : PVN_BLOCK_READ;
    lane->request.sector = (pvn_u64)lane->chunk * (CHUNK / PVN_BLOCK_SECTOR);
    status = pvn_block_submit(block, &lane->request);
    if (status != PVN_OK)
        fail("block: submit", (pvn_u32)status);
    lane->busy = 1;
    pvn_block_kick(block);
}

static void advance(struct lane* lane) {
    if (next_chunk < chunks) {
        lane->chunk = next_chunk++;
        lane->writing = 0;
        submit(lane);
    }
}

static void done(struct pvn_block_request* request, int status) {
    struct lane* lane = (struct lane*)request->context;

    lane->busy = 0;
    if (status != PVN_OK) {
        failed = status;
    } else if (!lane->writing) {
        lane->writing = 1;
        submit(lane);
    } else {
        written++;
        advance(lane);
    }
}

static void pump(struct pvn_block* block) {
    if (pvn_block_interrupt(block))
        while (pvn_block_poll(block) > 0)
            continue;
}

static void run(pvn_u32 until) {
    pvn_u32 idle = 0, before = written;

    for (; written < until && !failed && idle < PATIENCE; idle++) {
        pump(&source);
        pump(&target);
        if (written != before) {
            before = written;
            idle = 0;
        }
    }
    if (failed || written < until)
        fail(failed ? "block: request failed" : "block: no answer", (pvn_u32)failed);
}

static void set_up(struct lane* lane) {
    char* memory = (char*)pvn_baremetal_memory(&machine, CHUNK, 4096);
    static const pvn_u32 cuts[] = {512, 4096, 30208, CHUNK - 512 - 4096 - 30208};
    int i;

    for (i = 0; i < 4; memory += cuts[i++]) {
        lane->segments[i].memory = memory;
        lane->segments[i].bytes = cuts[i];
    }
    lane->request.segments = lane->segments;
    lane->request.segment_count = 4;
    lane->request.done = done;
    lane->request.context = lane;
}

/* Reads disk 1 back in order and hashes it. */
static void hash_target(void) {
    struct lane* lane = &lanes[0];
    pvn_u32 crc = 0, i, rounds;

    for (i = 0; i < chunks; i++) {
        lane->request.operation = PVN_BLOCK_READ;
        lane->request.sector = (pvn_u64)i * (CHUNK / PVN_BLOCK_SECTOR);
        lane->busy = 1;
        lane->writing = 1;
        next_chunk = chunks;
        if (pvn_block_submit(&target, &lane->request) != PVN_OK)
            fail("block: read back", i);
        pvn_block_kick(&target);
        for (rounds = 0; lane->busy && rounds < PATIENCE; rounds++)
            pump(&target);
        if (lane->busy || failed)
            fail("block: read back", i);
        crc = crc32(crc, lane->segments[0].memory, CHUNK);
    }
    print_number("block crc", crc);
}

void check_block(void) {
    volatile int flag = 0;
    int i, status;

    status = pvn_block_start(&source, find_device(PVN_KIND_BLOCK, 0), (void*)&flag);
    if (status == PVN_OK)
        status = pvn_block_start(&target, find_device(PVN_KIND_BLOCK, 1), (void*)&flag);
    if (status != PVN_OK || !source.read_only)
        fail("block: start", (pvn_u32)status);
    chunks = (pvn_u32)(source.sectors / (CHUNK / PVN_BLOCK_SECTOR));
    print_number("block chunks of 64 KiB", chunks);
    for (i = 0; i < DEPTH; i++) {
        set_up(&lanes[i]);
        advance(&lanes[i]);
    }
    run(chunks);
    hash_target();
}
