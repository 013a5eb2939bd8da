/* SPDX-License-Identifier: BSD-2-Clause */
/* One kind of request, many times, between two marks: tests/bench/devices.py counts
 * what the hypervisor executes there. The argument names it: "block", "large", "net",
 * "vsock"; the peer of the last two is "echo". Prints what a request took altogether. */
#include "kit.h"

#include "pvn_block.h"
#include "pvn_net.h"
#include "pvn_vsock.h"

#define ROUNDS 200u
#define PORT 7u
#define PING 64u

/* The words that the counter knows; the addresses go to it by name. */
__asm__(".text\n.arm\n.global bench_begin, bench_end\n"
        "bench_begin: movw r12, #0x5041\nbx lr\n"
        "bench_end: movw r12, #0x5042\nbx lr\n");
void bench_begin(void);
void bench_end(void);

static volatile int flag;
static uint64_t started;

static void begin(void) {
    bench_begin();
    started = now();
}

static void end(void) {
    const uint64_t took = now() - started;

    bench_end();
    guest_print_hex("ns a request: ", (uint32_t)took / ROUNDS);
}

static volatile int answer;

static void done(struct pvn_block_request* request, int status) {
    (void)request;
    answer = status;
}

static void run_block(uint32_t parts) {
    static struct pvn_block disk;
    struct pvn_segment segments[16];
    struct pvn_block_request request = {PVN_BLOCK_READ, 0, segments, parts, done, 0};
    struct pvn_device* device = kit_find(PVN_KIND_BLOCK, 0);
    uint32_t i, bytes = parts == 1 ? 4096 : 8192;

    for (i = 0; i < parts; i++) {
        segments[i].memory = kit_memory(bytes);
        segments[i].bytes = bytes;
    }
    kit_must("block", pvn_block_start(&disk, device, (void*)&flag));
    kit_on_interrupt(device, (int (*)(void*))pvn_block_interrupt, &disk);
    for (i = 0; i <= ROUNDS; i++) {
        if (i == 1)
            begin();
        answer = 1;
        request.sector = i % 64 * 8;
        kit_must("submit", pvn_block_submit(&disk, &request));
        pvn_block_kick(&disk);
        while (answer == 1)
            if (pvn_block_poll(&disk) == 0)
                kit_wait(&flag);
        kit_must("request", answer);
    }
    end();
}

/* Net ------------------------------------------------------------------------------ */

static struct pvn_net card;
static uint32_t arrived;
static struct pvn_segment frame_part;
static struct pvn_net_frame frame;
static volatile int busy;

static void sent(struct pvn_net_frame* which) {
    (void)which;
    busy = 0;
}

static void send_frame(void) {
    busy = 1;
    kit_must("send", pvn_net_send(&card, &frame));
    pvn_net_kick(&card);
}

static int echo;

static void receive(void* context, const void* data, pvn_u32 bytes) {
    (void)context;
    (void)data;
    (void)bytes;
    arrived++;
    if (echo)
        send_frame();
}

static void run_net(void) {
    struct pvn_device* device = kit_find(PVN_KIND_NET, 0);
    uint8_t* bytes = (uint8_t*)kit_memory(64);
    uint32_t i;

    frame_part.memory = bytes;
    frame_part.bytes = 60;
    frame.segments = &frame_part;
    frame.segment_count = 1;
    frame.sent = sent;
    card.receive = receive;
    kit_must("net", pvn_net_start(&card, device, (void*)&flag));
    kit_on_interrupt(device, (int (*)(void*))pvn_net_interrupt, &card);
    for (i = 0; i < 6; i++) {
        bytes[i] = card.mac[i];
        bytes[6 + i] = card.mac[i];
    }
    bytes[4] = (uint8_t)(3 - PAGE->vm_id); /* addresses differ in the VM's number */
    if (echo)
        for (;;)
            if (pvn_net_poll(&card) == 0)
                kit_wait(&flag);
    for (i = 0; i <= ROUNDS; i++) {
        if (i == 1)
            begin();
        while (busy)
            pvn_net_poll(&card);
        send_frame();
        while (arrived <= i)
            if (pvn_net_poll(&card) == 0)
                kit_wait(&flag);
    }
    end();
}

/* vsock ---------------------------------------------------------------------------- */

static struct pvn_vsock vsock;
static struct pvn_vsock_socket socket;
static struct pvn_vsock_listener listener;

static struct pvn_vsock_socket* accept(struct pvn_vsock_listener* where, pvn_u32 cid,
                                       pvn_u32 port) {
    (void)where;
    (void)cid;
    (void)port;
    return &socket;
}

static void pump(void) {
    if (pvn_vsock_poll(&vsock) == 0)
        kit_wait(&flag);
}

static void run_vsock(void) {
    static char data[PING];
    struct pvn_device* device = kit_find(PVN_KIND_VSOCK, 0);
    uint32_t i, got;

    socket.capacity = 4096;
    socket.buffer = kit_memory(socket.capacity);
    kit_must("vsock", pvn_vsock_start(&vsock, device, (void*)&flag));
    kit_on_interrupt(device, (int (*)(void*))pvn_vsock_interrupt, &vsock);
    if (echo) {
        listener.port = PORT;
        listener.accept = accept;
        pvn_vsock_listen(&vsock, &listener);
        for (;;) {
            got = (uint32_t)pvn_vsock_receive(&vsock, &socket, data, PING);
            if (got)
                pvn_vsock_send(&vsock, &socket, data, got);
            else
                pump();
        }
    }
    kit_must("connect", pvn_vsock_connect(&vsock, &socket, 7 - vsock.cid, PORT, 9));
    while (socket.state != PVN_VSOCK_OPEN)
        pump();
    for (i = 0; i <= ROUNDS; i++) {
        if (i == 1)
            begin();
        check("sent", (uint32_t)pvn_vsock_send(&vsock, &socket, data, PING), PING);
        for (got = 0; got < PING;) {
            const int now = pvn_vsock_receive(&vsock, &socket, data, PING);

            got += (uint32_t)now;
            if (now == 0)
                pump();
        }
    }
    end();
}

uint32_t main(void) {
    const char* what = (const char*)PAGE->boot.arguments;

    echo = what[0] == 'e';
    what += echo ? 5 : 0;
    kit_start();
    bench_begin(); /* the counter takes the first pair for the end of the boot */
    bench_end();
    if (what[0] == 'b')
        run_block(1);
    else if (what[0] == 'l')
        run_block(16);
    else if (what[0] == 'n')
        run_net();
    else
        run_vsock();
    finish("bench-devices");
}
