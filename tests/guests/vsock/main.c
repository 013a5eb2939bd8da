/* SPDX-License-Identifier: BSD-2-Clause */
/* VMs over vsock: "s" serves port 1000 and sends everything back, "c" connects, sends a
 * stream, compares what returns, and is refused where nobody listens. "k" dies while it
 * sends to "d", which drains what "k" sends in each of its two lives. "m" asks the vault
 * and is mute from then on (vault-mute/system.dts). */
#include "kit.h"

#include "pvn_vsock.h"

#define PORT 1000u
#define SERVER 3u
#define STREAM 200000u
#define CHUNK 4096u
#define LIVES 2

static struct pvn_vsock vsock;
static struct pvn_vsock_socket socket;
static struct pvn_vsock_listener listener;
static volatile int flag;
static int taken;

/* Its lives: the first connection never ends, for who had it is gone. */
static struct pvn_vsock_socket lives[LIVES];
static uint32_t drained[LIVES];

static struct pvn_vsock_socket* accept_life(struct pvn_vsock_listener* where, pvn_u32 cid,
                                            pvn_u32 port) {
    (void)where;
    (void)port;
    check("the peer's number", cid, SERVER + 3);
    return taken < LIVES ? &lives[taken++] : 0;
}

static struct pvn_vsock_socket* accept(struct pvn_vsock_listener* where, pvn_u32 cid,
                                       pvn_u32 port) {
    (void)where;
    (void)port;
    check("the peer's number", cid, SERVER + 1);
    taken = 1;
    return &socket;
}

static void pump(void) {
    int done = pvn_vsock_poll(&vsock);

    if (done < 0)
        kit_must("poll", done);
    if (done == 0)
        kit_wait(&flag);
}

static void serve(void) {
    static char data[CHUNK];
    uint32_t have = 0, from = 0;

    listener.port = PORT;
    listener.accept = accept;
    pvn_vsock_listen(&vsock, &listener);
    while (!taken)
        pump();
    while (socket.state != PVN_VSOCK_CLOSED) {
        int moved = 0;

        if (from == have) {
            from = 0;
            have = (uint32_t)pvn_vsock_receive(&vsock, &socket, data, CHUNK);
            if (have == 0 && socket.peer_done)
                pvn_vsock_close(&vsock, &socket);
        }
        if (from != have) {
            moved = pvn_vsock_send(&vsock, &socket, data + from, have - from);
            if (moved < 0)
                break;
            from += (uint32_t)moved;
        }
        if (moved == 0)
            pump();
    }
}

/* Until half of a stream of the last life has come. */
static void drain(void) {
    static char data[CHUNK];
    int i, got;

    for (i = 0; i < LIVES; i++) {
        lives[i].capacity = socket.capacity;
        lives[i].buffer = kit_memory(socket.capacity);
    }
    listener.port = PORT;
    listener.accept = accept_life;
    pvn_vsock_listen(&vsock, &listener);
    while (drained[LIVES - 1] < STREAM / 2) {
        for (i = got = 0; i < taken; i++) {
            const int now = pvn_vsock_receive(&vsock, &lives[i], data, CHUNK);

            got += now;
            drained[i] += (uint32_t)now;
        }
        if (got == 0)
            pump();
    }
    check("the first life was heard", drained[0] < STREAM / 2, 0);
}

static void send_and_die(void) {
    static char data[CHUNK];
    uint32_t sent = 0;

    /* What is left of the life before, with the same numbers, is cut off at first. */
    while (socket.state != PVN_VSOCK_OPEN) {
        kit_must("connect", pvn_vsock_connect(&vsock, &socket, SERVER + 2, PORT, 50));
        while (socket.state == PVN_VSOCK_CONNECTING)
            pump();
    }
    while (sent < STREAM * 3 / 4) {
        const int put = pvn_vsock_send(&vsock, &socket, data, CHUNK);

        if (put < 0)
            kit_must("send", put);
        sent += (uint32_t)put;
        if (put == 0)
            pump();
    }
    pvn_vsock_send(&vsock, &socket, data, CHUNK);
    pvn_stop(PVN_STOP_REASON_PANIC, 0);
}

static uint8_t byte_at(uint32_t i) {
    return (uint8_t)(i * 2654435761u >> 23);
}

static void ask(void) {
    static char out[CHUNK], in[CHUNK];
    uint32_t sent = 0, back = 0, i, wrong = 0;

    kit_must("connect", pvn_vsock_connect(&vsock, &socket, SERVER, PORT + 1, 50));
    while (socket.state == PVN_VSOCK_CONNECTING)
        pump();
    check("nobody listens there", socket.state, PVN_VSOCK_CLOSED);
    kit_must("connect", pvn_vsock_connect(&vsock, &socket, SERVER + 5, PORT, 51));
    while (socket.state == PVN_VSOCK_CONNECTING)
        pump();
    check("no such VM", socket.state, PVN_VSOCK_CLOSED);
    kit_must("connect", pvn_vsock_connect(&vsock, &socket, SERVER, PORT, 52));
    while (socket.state == PVN_VSOCK_CONNECTING)
        pump();
    check("open", socket.state, PVN_VSOCK_OPEN);
    while (back < STREAM) {
        int got, put = 0;
        uint32_t now = STREAM - sent < CHUNK ? STREAM - sent : CHUNK;

        for (i = 0; i < now; i++)
            out[i] = (char)byte_at(sent + i);
        if (now)
            put = pvn_vsock_send(&vsock, &socket, out, now);
        if (put < 0)
            kit_must("send", put);
        sent += (uint32_t)put;
        got = pvn_vsock_receive(&vsock, &socket, in, CHUNK);
        if (got < 0)
            kit_must("receive", got);
        for (i = 0; i < (uint32_t)got; i++)
            wrong += (uint8_t)in[i] != byte_at(back + i);
        back += (uint32_t)got;
        if (put == 0 && got == 0)
            pump();
    }
    check("wrong bytes", wrong, 0);
    pvn_vsock_close(&vsock, &socket);
    while (socket.state != PVN_VSOCK_CLOSED)
        pump();
}

/* Its driver takes what comes, and nobody looks at it. */
static void fall_silent(void) {
    static const char question[32];

    while (socket.state != PVN_VSOCK_OPEN) {
        kit_must("connect", pvn_vsock_connect(&vsock, &socket, SERVER + 1, 77, 50));
        while (socket.state == PVN_VSOCK_CONNECTING)
            pump();
    }
    check("asked", (uint32_t)pvn_vsock_send(&vsock, &socket, question, 32), 32);
    mask();
    for (;;) {
        claim(PVN_IRQ_SOURCE_DEVICE_FIRST);
        pvn_idle();
    }
}

uint32_t main(void) {
    static const struct {
        char role;
        const char* name;
        void (*run)(void);
    } ROLES[] = {{'s', "vsock server", serve},
                 {'c', "vsock client", ask},
                 {'d', "vsock drain", drain},
                 {'k', "vsock killed", send_and_die},
                 {'m', "vsock mute", fall_silent}};
    struct pvn_device* device;
    uint32_t i = 0;

    kit_start();
    socket.capacity = 16384;
    socket.buffer = kit_memory(socket.capacity);
    device = kit_find(PVN_KIND_VSOCK, 0);
    kit_must("vsock", pvn_vsock_start(&vsock, device, (void*)&flag));
    kit_on_interrupt(device, (int (*)(void*))pvn_vsock_interrupt, &vsock);
    while (ROLES[i].role != PAGE->boot.arguments[0])
        i++;
    check("our number", vsock.cid, SERVER + i);
    ROLES[i].run();
    finish(ROLES[i].name);
}
