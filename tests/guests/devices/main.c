/* SPDX-License-Identifier: BSD-2-Clause */
/* One VM with every kind of device but net and vsock, through both transports:
 * console, disks (payload read-only, payload copied on write, blank), entropy,
 * balloon. Restarted once: a disk keeps what was written. */
#include "kit.h"

#include "pvn_balloon.h"
#include "pvn_block.h"
#include "pvn_console.h"
#include "pvn_entropy.h"

#define PAYLOAD_SECTORS 10u
#define SEGMENT 8192u /* the back end's largest */

static volatile int flag;

/* Console ------------------------------------------------------------------------ */

static void say(unsigned which, const char* text, uint32_t bytes) {
    static struct pvn_console consoles[2];
    struct pvn_console* console = &consoles[which];
    struct pvn_device* device = kit_find(PVN_KIND_CONSOLE, which);
    uint32_t sent = 0;

    kit_must("console", pvn_console_start(console, device, (void*)&flag));
    kit_on_interrupt(device, (int (*)(void*))pvn_console_interrupt, console);
    while (sent < bytes) {
        int now = pvn_console_send(console, text + sent, bytes - sent);

        if (now < 0)
            kit_must("console send", now);
        if (now == 0)
            kit_wait(&flag);
        sent += (uint32_t)now;
    }
}

/* Disks -------------------------------------------------------------------------- */

static volatile int answer;

static void done(struct pvn_block_request* request, int status) {
    (void)request;
    answer = status;
}

static int transfer(struct pvn_block* disk, uint32_t operation, uint32_t sector, void* memory,
                    uint32_t bytes) {
    struct pvn_segment parts[PVN_BLOCK_SEGMENTS];
    struct pvn_block_request request = {operation, sector, parts, 0, done, 0};
    uint32_t at;
    int status;

    for (at = 0; at < bytes; at += SEGMENT) {
        parts[request.segment_count].memory = (char*)memory + at;
        parts[request.segment_count++].bytes = bytes - at < SEGMENT ? bytes - at : SEGMENT;
    }

    answer = 1;
    status = pvn_block_submit(disk, &request);
    if (status != PVN_OK)
        return status;
    pvn_block_kick(disk);
    while (answer == 1)
        if (pvn_block_poll(disk) == 0)
            kit_wait(&flag);
    return answer;
}

static struct pvn_block* open_disk(unsigned which) {
    static struct pvn_block disks[3];
    struct pvn_device* device = kit_find(PVN_KIND_BLOCK, which);

    kit_must("block", pvn_block_start(&disks[which], device, (void*)&flag));
    kit_on_interrupt(device, (int (*)(void*))pvn_block_interrupt, &disks[which]);
    return &disks[which];
}

/* "payload 0000032\n" and so on, 32 lines a sector. */
static void check_payload(const char* sectors, uint32_t first, uint32_t count) {
    uint32_t line;

    for (line = first * 32; line < (first + count) * 32; line++, sectors += 16) {
        uint32_t number = line, i;

        for (i = 14; i >= 8; i--, number /= 10)
            if (sectors[i] != (char)('0' + number % 10))
                check("a line of the payload", line, ~line);
    }
}

static void check_disks(char* memory) {
    struct pvn_block* fixed = open_disk(0);
    struct pvn_block* changing = open_disk(1);
    struct pvn_block* blank = open_disk(2);
    uint32_t i;

    check("payload's size", (uint32_t)fixed->sectors, PAYLOAD_SECTORS);
    check("read only", fixed->read_only != 0, 1);
    kit_must("read", transfer(fixed, PVN_BLOCK_READ, 0, memory, PAYLOAD_SECTORS * 512));
    check_payload(memory, 0, PAYLOAD_SECTORS);
    check("no write", (uint32_t)transfer(fixed, PVN_BLOCK_WRITE, 0, memory, 512),
          (uint32_t)PVN_REFUSED);
    check("past the end", (uint32_t)transfer(fixed, PVN_BLOCK_READ, PAYLOAD_SECTORS, memory, 512),
          (uint32_t)PVN_INVALID);

    check("size", (uint32_t)changing->sectors, PAYLOAD_SECTORS);
    kit_must("read", transfer(changing, PVN_BLOCK_READ, 0, memory, PAYLOAD_SECTORS * 512));
    check_payload(memory, 0, 7);
    check_payload(memory + 9 * 512, 9, 1);
    guest_print(memory[8 * 512] == 'p' ? "disk: as in the image\n" : "disk: as written before\n");
    for (i = 0; i < 1024; i++)
        memory[i] = (char)(i * 5 + 1);
    kit_must("write", transfer(changing, PVN_BLOCK_WRITE, 7, memory, 1024));
    for (i = 0; i < 1024; i++)
        memory[i] = 0;
    kit_must("read back", transfer(changing, PVN_BLOCK_READ, 7, memory, 1024));
    for (i = 0; i < 1024; i++)
        if (memory[i] != (char)(i * 5 + 1))
            check("what was written", i, ~i);
    kit_must("the payload's neighbour", transfer(fixed, PVN_BLOCK_READ, 7, memory, 1024));
    check_payload(memory, 7, 2);

    check("blank size", (uint32_t)blank->sectors, 2048);
    for (i = 0; i < 65536; i++)
        memory[i] = (char)(i >> 3 ^ i);
    kit_must("write", transfer(blank, PVN_BLOCK_WRITE, 2048 - 128, memory, 65536));
    kit_must("flush", transfer(blank, PVN_BLOCK_FLUSH, 0, memory, 0));
    kit_must("read back", transfer(blank, PVN_BLOCK_READ, 2048 - 128, memory + 65536, 65536));
    check("hash", kit_hash(memory, 65536), kit_hash(memory + 65536, 65536));
}

/* Entropy ------------------------------------------------------------------------ */

static uint32_t filled;

static void got(struct pvn_entropy_request* request, pvn_u32 bytes) {
    (void)request;
    filled = bytes;
}

static uint32_t random_hash(unsigned which, char* memory) {
    static struct pvn_entropy sources[2];
    struct pvn_device* device = kit_find(PVN_KIND_ENTROPY, which);
    struct pvn_entropy_request request = {memory, 32, got, 0};

    kit_must("entropy", pvn_entropy_start(&sources[which], device, (void*)&flag));
    kit_on_interrupt(device, (int (*)(void*))pvn_entropy_interrupt, &sources[which]);
    filled = 0;
    kit_must("ask", pvn_entropy_ask(&sources[which], &request));
    while (filled == 0)
        if (pvn_entropy_poll(&sources[which]) == 0)
            kit_wait(&flag);
    check("random bytes", filled, 32);
    return kit_hash(memory, filled);
}

static void check_entropy(char* memory) {
    const uint32_t first = random_hash(0, memory), second = random_hash(1, memory);

    check("random bytes differ", first == second, 0);
}

/* Balloon ------------------------------------------------------------------------ */

#define LENT 16u

static char lent[(LENT + 1) * 4096];
static uint32_t restored;

static unsigned list_pages(void* context, pvn_u32* pages, unsigned most) {
    uint32_t first = ((uint32_t)lent + 4095) / 4096, i;

    (void)context;
    for (i = 0; i < LENT && i < most; i++)
        pages[i] = first + i;
    return i;
}

static void count_restored(void* context, const pvn_u32* pages, unsigned count) {
    (void)context;
    (void)pages;
    restored += count;
}

static void check_balloon(void) {
    static const struct pvn_balloon_pages pages = {0, list_pages, list_pages, count_restored};
    static struct pvn_balloon balloon;
    struct pvn_device* device = kit_find(PVN_KIND_BALLOON, 0);
    char* const first = (char*)(((uint32_t)lent + 4095) & ~4095u);

    first[5] = 7;
    balloon.pages = &pages;
    kit_must("balloon", pvn_balloon_start(&balloon, device, (void*)&flag));
    kit_on_interrupt(device, (int (*)(void*))pvn_balloon_interrupt, &balloon);
    while (balloon.actual < LENT)
        if (pvn_balloon_poll(&balloon) == 0)
            kit_wait(&flag);
    check("pages in the balloon", balloon.actual, LENT);
    check("a page that was given away is empty", (uint32_t)first[5], 0);
}

uint32_t main(void) {
    static const char first[] = "console: by page\n", second[] = "console: by registers\n";
    char* memory;

    kit_start();
    memory = kit_memory(2 * 65536);
    say(0, first, sizeof first - 1);
    say(1, second, sizeof second - 1);
    check_disks(memory);
    check_entropy(memory);
    check_balloon();
    if (failures == 0 && PAGE->boot.arguments[0] == 'r') {
        static char again[512];
        struct pvn_block* disk = open_disk(2);

        kit_must("read", transfer(disk, PVN_BLOCK_READ, 0, again, 512));
        if (again[0] == 0) {
            again[0] = 1;
            kit_must("write", transfer(disk, PVN_BLOCK_WRITE, 0, again, 512));
            pvn_stop(PVN_STOP_REASON_RESET, 0);
        }
    }
    finish("devices");
}
