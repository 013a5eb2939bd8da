/* SPDX-License-Identifier: BSD-2-Clause */
/* A VM that dies three times with text and requests for random bytes on their way, which
 * the rates of its devices hold back, each time in another manner, and then lives; its disk
 * counts. Nothing that a dead life left reaches the console or the memory of the next.
 * Called "w" it is the neighbour that goes on meanwhile. */
#include "kit.h"

#include "pvn_block.h"
#include "pvn_console.h"
#include "pvn_entropy.h"

#define LIVES 4u
#define ASKED PVN_ENTROPY_REQUESTS
#define BYTES 64u
#define MILLISECOND 1000000u

static volatile int flag;
static struct pvn_console console;
static struct pvn_entropy entropy;
/* At the same place in every life: what comes for a dead one is seen. */
static volatile uint8_t answers[ASKED][BYTES];
static struct pvn_entropy_request requests[ASKED];
static uint32_t answered;

static void sleep_until(uint64_t when) {
    mask();
    while (now() < when) {
        pvn_timer_set(when);
        pvn_idle();
        claim(PVN_IRQ_SOURCE_TIMER);
    }
    unmask();
}

/* Disk --------------------------------------------------------------------------- */

static volatile int disk_answer;

static void disk_done(struct pvn_block_request* request, int status) {
    (void)request;
    disk_answer = status;
}

static void transfer(struct pvn_block* disk, uint32_t operation, void* sector) {
    struct pvn_segment part = {sector, 512};
    struct pvn_block_request request = {operation, 0, &part, 1, disk_done, 0};

    disk_answer = 1;
    kit_must("submit", pvn_block_submit(disk, &request));
    pvn_block_kick(disk);
    while (disk_answer == 1)
        if (pvn_block_poll(disk) == 0)
            kit_wait(&flag);
    kit_must("disk", disk_answer);
}

/* Which life this is, from 0. */
static uint32_t count_lives(void) {
    static struct pvn_block disk;
    struct pvn_device* device = kit_find(PVN_KIND_BLOCK, 0);
    uint32_t* sector = (uint32_t*)kit_memory(512);

    kit_must("block", pvn_block_start(&disk, device, (void*)&flag));
    kit_on_interrupt(device, (int (*)(void*))pvn_block_interrupt, &disk);
    transfer(&disk, PVN_BLOCK_READ, sector);
    sector[0]++;
    transfer(&disk, PVN_BLOCK_WRITE, sector);
    return sector[0] - 1;
}

/* Console and entropy ------------------------------------------------------------ */

static void start_devices(void) {
    struct pvn_device* device = kit_find(PVN_KIND_CONSOLE, 0);

    kit_must("console", pvn_console_start(&console, device, (void*)&flag));
    kit_on_interrupt(device, (int (*)(void*))pvn_console_interrupt, &console);
    device = kit_find(PVN_KIND_ENTROPY, 0);
    kit_must("entropy", pvn_entropy_start(&entropy, device, (void*)&flag));
    kit_on_interrupt(device, (int (*)(void*))pvn_entropy_interrupt, &entropy);
}

static void say(const char* text, uint32_t bytes) {
    while (bytes) {
        int now_sent = pvn_console_send(&console, text, bytes);

        if (now_sent < 0)
            kit_must("console send", now_sent);
        if (now_sent == 0)
            kit_wait(&flag);
        text += now_sent;
        bytes -= (uint32_t)now_sent;
    }
}

static void got(struct pvn_entropy_request* request, pvn_u32 filled) {
    const volatile uint8_t* bytes = (const volatile uint8_t*)request->memory;
    uint32_t i, some = 0;

    for (i = 0; i < filled; i++)
        some |= bytes[i];
    check("random bytes", some != 0, 1);
    answered++;
}

static void ask(void) {
    uint32_t i;

    for (i = 0; i < ASKED; i++) {
        requests[i].memory = (void*)answers[i];
        requests[i].bytes = BYTES;
        requests[i].done = got;
        kit_must("ask", pvn_entropy_ask(&entropy, &requests[i]));
    }
}

static void take_answers(void) {
    answered = 0;
    while (answered < ASKED)
        if (pvn_entropy_poll(&entropy) == 0)
            kit_wait(&flag);
}

/* Lives -------------------------------------------------------------------------- */

/* A line goes out, ghosts behind it wait for the rate, and so do random bytes. */
static void die(uint32_t life) {
    static char text[PVN_CONSOLE_BUFFERS * PVN_CONSOLE_BUFFER_BYTES];
    uint32_t i;

    for (i = 0; i < sizeof text; i++)
        text[i] = "ghost\n"[i % 6];
    for (i = 0; i < PVN_CONSOLE_BUFFER_BYTES; i++)
        text[i] = "it dies with chains on their way\n"[i % 33];
    text[PVN_CONSOLE_BUFFER_BYTES - 1] = '\n';
    ask();
    say(text, sizeof text);
    check("not all is served", answers[ASKED - 1][0] | answers[ASKED - 1][1], 0);
    if (failures)
        finish("a dying life");
    if (life == 0)
        pvn_stop(PVN_STOP_REASON_PANIC, 0);
    if (life == 1)
        pvn_stop(PVN_STOP_REASON_RESET, 0);
    PAGE->return_cpsr = 0x1b; /* a privileged mode: killed */
    pvn_upcall_return();
}

/* Long enough for every tick that a dead life's devices might wait for. */
static void look_for_ghosts(void) {
    uint32_t i, j, some = 0;

    sleep_until(now() + 50 * MILLISECOND);
    for (i = 0; i < ASKED; i++)
        for (j = 0; j < BYTES; j++)
            some |= answers[i][j];
    check("memory of the next life", some, 0);
}

static void go_on_meanwhile(void) {
    static const char line[] = "the neighbour goes on\n";

    while (now() < 400 * (uint64_t)MILLISECOND) {
        say(line, sizeof line - 1);
        ask();
        take_answers();
        sleep_until(now() + 5 * MILLISECOND);
    }
    finish("neighbour");
}

uint32_t main(void) {
    uint32_t life;

    kit_start();
    if (PAGE->boot.arguments[0] == 'w') {
        start_devices();
        go_on_meanwhile();
    }
    life = count_lives();
    look_for_ghosts();
    start_devices();
    if (life < LIVES - 1)
        die(life);
    check("the life", life, LIVES - 1);
    ask();
    take_answers();
    say("the last life speaks in whole lines\n", 36);
    finish("last life");
}
