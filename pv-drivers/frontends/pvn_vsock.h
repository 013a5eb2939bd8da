/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Socket front end (virtio 1.2, 5.10): stream connections between VMs.
 *
 * Contract
 *   Interrupt context: every call but start; none of them blocks.
 *   One caller at a time over all calls but interrupt, which may overlap. `ready`
 *     and `accept` run from within poll; they may call everything but poll.
 *   Buffers: the front end copies. A socket and its receive buffer belong to the
 *     front end from connect, or from being returned by `accept`, until
 *     its state is PVN_VSOCK_CLOSED; a listener for ever.
 *   Wake-ups: once poll gave 0, the next event wakes `waiter`, who calls poll
 *     until it gives 0 again.
 *   The peer is another VM and not trusted: what it does wrong closes the
 *     connection, never the device.
 */
#ifndef PVN_VSOCK_H
#define PVN_VSOCK_H

#include "pvn_device.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PVN_VSOCK_BUFFERS 16
#define PVN_VSOCK_BUFFER_BYTES 2048u
#define PVN_VSOCK_PAYLOAD (PVN_VSOCK_BUFFER_BYTES - PVN_VSOCK_HEADER_BYTES)

enum pvn_vsock_state {
    PVN_VSOCK_CLOSED,
    PVN_VSOCK_CONNECTING,
    PVN_VSOCK_OPEN,
    PVN_VSOCK_CLOSING /* we have shut down and wait for the peer */
};

struct pvn_vsock_socket {
    /* The caller's: a buffer for received bytes, and who is told of news. */
    char* buffer;
    pvn_u32 capacity;
    void (*ready)(struct pvn_vsock_socket* socket); /* may be null */
    void* context;
    /* The front end's; readable. */
    enum pvn_vsock_state state;
    pvn_u8 peer_done; /* the peer will send nothing more */
    pvn_u32 peer_cid;
    pvn_u32 peer_port;
    pvn_u32 local_port;
    pvn_u32 stored;   /* bytes in the buffer */
    pvn_u32 first;    /* where they start */
    pvn_u32 received; /* bytes that have left the buffer since the start */
    pvn_u32 told;     /* `received` as the peer knows it */
    pvn_u32 sent;
    pvn_u32 peer_capacity;
    pvn_u32 peer_received;
    pvn_u32 owed; /* operations to send as soon as there is room, a bit each */
    struct pvn_vsock_socket* next;
};

struct pvn_vsock_listener {
    pvn_u32 port;
    /* A socket with its caller's part filled in, or null to refuse. */
    struct pvn_vsock_socket* (*accept)(struct pvn_vsock_listener* listener, pvn_u32 peer_cid,
                                       pvn_u32 peer_port);
    void* context;
    struct pvn_vsock_listener* next;
};

struct pvn_vsock_packet {
    struct pvn_vsock_header header;
    char payload[PVN_VSOCK_PAYLOAD];
};

/* Zero before the first start. */
struct pvn_vsock {
    struct pvn_device* device;
    struct pvn_queue receive;
    struct pvn_queue transmit;
    struct pvn_queue events;
    void* waiter;
    pvn_u32 cid;
    struct pvn_vsock_packet* packets; /* inputs, then outputs */
    pvn_u32* event;
    struct pvn_vsock_packet* free_outputs[PVN_VSOCK_BUFFERS];
    unsigned free_count;
    struct pvn_vsock_socket* sockets;
    struct pvn_vsock_socket* cursor; /* next one of a walk; callbacks may remove it */
    struct pvn_vsock_listener* listeners;
};

int pvn_vsock_start(struct pvn_vsock* vsock, struct pvn_device* device, void* waiter);

/* From now on connections to `listener->port` are offered to it. */
void pvn_vsock_listen(struct pvn_vsock* vsock, struct pvn_vsock_listener* listener);

/* Asks for a connection; `ready` is called when the state has changed. */
int pvn_vsock_connect(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket, pvn_u32 peer_cid,
                      pvn_u32 peer_port, pvn_u32 local_port);

/*
 * Sends up to `bytes` bytes; how many were taken (0 when the peer or the ring has
 * no room; `ready` is called later), PVN_REFUSED when not open, PVN_BROKEN.
 */
int pvn_vsock_send(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket, const void* data,
                   pvn_u32 bytes);

/* Takes up to `bytes` received bytes; how many; works until the buffer is empty. */
int pvn_vsock_receive(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket, void* data,
                      pvn_u32 bytes);

/*
 * Ends a connection, the peer first reads what was sent; state says when it is over. A peer
 * may never answer: called again, who has waited long enough ends it at once, by a reset.
 */
void pvn_vsock_close(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket);

/* Handles what arrived; how many packets, or PVN_BROKEN (all sockets are closed). */
int pvn_vsock_poll(struct pvn_vsock* vsock);

/* The device's interrupt; 0 when it was not this device's. */
int pvn_vsock_interrupt(struct pvn_vsock* vsock);

#ifdef __cplusplus
}
#endif
#endif
