/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Socket front end, connections: states and credit (virtio 1.2, 5.10.6.3 to
 * 5.10.6.6). See pvn_vsock.h for the contract, pvn_vsock.c for the packets.
 */
#include "pvn_vsock_stream.h"

#define OWES(operation) (1u << (operation))

static void notify(struct pvn_vsock_socket* socket) {
    if (socket->ready)
        socket->ready(socket);
}

static void unlink(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket) {
    struct pvn_vsock_socket** at = &vsock->sockets;

    while (*at && *at != socket)
        at = &(*at)->next;
    if (*at)
        *at = socket->next;
    if (vsock->cursor == socket)
        vsock->cursor = socket->next;
}

static void closed(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket) {
    unlink(vsock, socket);
    socket->state = PVN_VSOCK_CLOSED;
    socket->peer_done = 1;
    socket->owed = 0;
    notify(socket);
}

void pvn_vsock_drop_all(struct pvn_vsock* vsock) {
    struct pvn_vsock_socket* socket;

    /* Sockets that a callback connects anew are not of this list. */
    vsock->cursor = vsock->sockets;
    vsock->sockets = 0;
    while ((socket = vsock->cursor)) {
        vsock->cursor = socket->next;
        closed(vsock, socket);
    }
}

static int transmit(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket, unsigned operation,
                    pvn_u32 flags, const char* payload, pvn_u32 bytes) {
    struct pvn_vsock_header header;
    int status;

    header.target_cid = socket->peer_cid;
    header.target_port = socket->peer_port;
    header.source_port = socket->local_port;
    header.bytes = bytes;
    header.operation = (pvn_u16)operation;
    header.flags = flags;
    header.buffer_bytes = socket->capacity;
    header.forwarded = socket->received;
    status = pvn_vsock_transmit(vsock, &header, payload);
    if (status == PVN_OK)
        socket->told = socket->received;
    return status;
}

/* Sends a packet without payload now, or as soon as there is room. */
static void owe(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket, unsigned operation) {
    pvn_u32 flags =
        operation == PVN_VSOCK_SHUTDOWN ? PVN_VSOCK_SHUTDOWN_RECEIVE | PVN_VSOCK_SHUTDOWN_SEND : 0;

    if (transmit(vsock, socket, operation, flags, 0, 0) == PVN_OK)
        socket->owed &= ~OWES(operation);
    else
        socket->owed |= OWES(operation);
}

static void settle_one(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket) {
    unsigned operation;

    for (operation = PVN_VSOCK_REQUEST; operation <= PVN_VSOCK_CREDIT_REQUEST; operation++)
        if (socket->owed & OWES(operation))
            owe(vsock, socket, operation);
}

void pvn_vsock_settle(struct pvn_vsock* vsock, int room) {
    struct pvn_vsock_socket* socket;

    vsock->cursor = vsock->sockets;
    while ((socket = vsock->cursor)) {
        vsock->cursor = socket->next;
        settle_one(vsock, socket);
        if (room && socket->state == PVN_VSOCK_OPEN)
            notify(socket);
    }
}

/* A reset needs no socket: it answers whatever belongs to no connection. */
static void refuse(struct pvn_vsock* vsock, const struct pvn_vsock_header* header) {
    struct pvn_vsock_header answer;

    answer.target_cid = header->source_cid;
    answer.target_port = header->source_port;
    answer.source_port = header->target_port;
    answer.bytes = 0;
    answer.operation = PVN_VSOCK_RESET;
    answer.flags = answer.buffer_bytes = answer.forwarded = 0;
    if (header->operation != PVN_VSOCK_RESET)
        pvn_vsock_transmit(vsock, &answer, 0);
}

static struct pvn_vsock_socket* find(const struct pvn_vsock* vsock,
                                     const struct pvn_vsock_header* header) {
    struct pvn_vsock_socket* socket = vsock->sockets;

    while (socket &&
           (socket->peer_cid != header->source_cid || socket->peer_port != header->source_port ||
            socket->local_port != header->target_port))
        socket = socket->next;
    return socket;
}

static void enter(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket,
                  enum pvn_vsock_state state) {
    socket->state = state;
    socket->peer_done = 0;
    socket->stored = socket->first = socket->received = socket->told = socket->sent = 0;
    socket->peer_capacity = socket->peer_received = socket->owed = 0;
    socket->next = vsock->sockets;
    vsock->sockets = socket;
}

void pvn_vsock_listen(struct pvn_vsock* vsock, struct pvn_vsock_listener* listener) {
    listener->next = vsock->listeners;
    vsock->listeners = listener;
}

static void answer_request(struct pvn_vsock* vsock, const struct pvn_vsock_header* header) {
    struct pvn_vsock_listener* listener = vsock->listeners;
    struct pvn_vsock_socket* socket = 0;

    while (listener && listener->port != header->target_port)
        listener = listener->next;
    if (listener)
        socket = listener->accept(listener, header->source_cid, header->source_port);
    if (!socket) {
        refuse(vsock, header);
        return;
    }
    socket->peer_cid = header->source_cid;
    socket->peer_port = header->source_port;
    socket->local_port = header->target_port;
    enter(vsock, socket, PVN_VSOCK_OPEN);
    socket->peer_capacity = header->buffer_bytes;
    socket->peer_received = header->forwarded;
    owe(vsock, socket, PVN_VSOCK_RESPONSE);
    notify(socket);
}

static void fail(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket,
                 const struct pvn_vsock_header* header) {
    refuse(vsock, header);
    closed(vsock, socket);
}

static void store(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket,
                  const struct pvn_vsock_header* header, const char* payload) {
    pvn_u32 i, at;

    if (header->bytes > socket->capacity - socket->stored) {
        fail(vsock, socket, header);
        return;
    }
    at = socket->first + socket->stored;
    at = at < socket->capacity ? at : at - socket->capacity;
    for (i = 0; i < header->bytes; i++) {
        socket->buffer[at] = payload[i];
        at = at + 1 == socket->capacity ? 0 : at + 1;
    }
    socket->stored += header->bytes;
    notify(socket);
}

static void shut_down(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket,
                      const struct pvn_vsock_header* header) {
    if (header->flags & PVN_VSOCK_SHUTDOWN_SEND)
        socket->peer_done = 1;
    if ((header->flags & PVN_VSOCK_SHUTDOWN_SEND) && (header->flags & PVN_VSOCK_SHUTDOWN_RECEIVE))
        fail(vsock, socket, header);
    else
        notify(socket);
}

static void deliver(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket,
                    const struct pvn_vsock_header* header, const char* payload) {
    socket->peer_capacity = header->buffer_bytes;
    socket->peer_received = header->forwarded;
    if (header->operation == PVN_VSOCK_RESET) {
        closed(vsock, socket);
    } else if (socket->state == PVN_VSOCK_CONNECTING) {
        if (header->operation == PVN_VSOCK_RESPONSE) {
            socket->state = PVN_VSOCK_OPEN;
            notify(socket);
        } else {
            fail(vsock, socket, header);
        }
    } else if (header->operation == PVN_VSOCK_DATA && !socket->peer_done) {
        store(vsock, socket, header, payload);
    } else if (header->operation == PVN_VSOCK_SHUTDOWN) {
        shut_down(vsock, socket, header);
    } else if (header->operation == PVN_VSOCK_CREDIT_REQUEST) {
        owe(vsock, socket, PVN_VSOCK_CREDIT_UPDATE);
    } else if (header->operation == PVN_VSOCK_CREDIT_UPDATE) {
        notify(socket);
    } else {
        fail(vsock, socket, header);
    }
}

void pvn_vsock_arrived(struct pvn_vsock* vsock, const struct pvn_vsock_header* header,
                       const char* payload) {
    struct pvn_vsock_socket* socket = find(vsock, header);

    if (header->type != PVN_VSOCK_STREAM)
        refuse(vsock, header);
    else if (socket)
        deliver(vsock, socket, header, payload);
    else if (header->operation == PVN_VSOCK_REQUEST)
        answer_request(vsock, header);
    else
        refuse(vsock, header);
}

int pvn_vsock_connect(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket, pvn_u32 peer_cid,
                      pvn_u32 peer_port, pvn_u32 local_port) {
    if (vsock->device->broken)
        return PVN_BROKEN;
    socket->peer_cid = peer_cid;
    socket->peer_port = peer_port;
    socket->local_port = local_port;
    enter(vsock, socket, PVN_VSOCK_CONNECTING);
    owe(vsock, socket, PVN_VSOCK_REQUEST);
    pvn_queue_kick(&vsock->transmit);
    return PVN_OK;
}

/* Bytes the peer can still take; nothing when its counts contradict ours. */
static pvn_u32 credit(const struct pvn_vsock_socket* socket) {
    pvn_u32 on_the_way = socket->sent - socket->peer_received;

    return on_the_way < socket->peer_capacity ? socket->peer_capacity - on_the_way : 0;
}

int pvn_vsock_send(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket, const void* data,
                   pvn_u32 bytes) {
    pvn_u32 done = 0, part;

    if (vsock->device->broken)
        return PVN_BROKEN;
    if (socket->state != PVN_VSOCK_OPEN)
        return PVN_REFUSED;
    settle_one(vsock, socket);
    while (done < bytes && !socket->owed) {
        part = credit(socket);
        part = part < bytes - done ? part : bytes - done;
        part = part < PVN_VSOCK_PAYLOAD ? part : PVN_VSOCK_PAYLOAD;
        if (part == 0 ||
            transmit(vsock, socket, PVN_VSOCK_DATA, 0, (const char*)data + done, part) != PVN_OK)
            break;
        done += part;
        socket->sent += part;
    }
    pvn_queue_kick(&vsock->transmit);
    return (int)done;
}

int pvn_vsock_receive(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket, void* data,
                      pvn_u32 bytes) {
    pvn_u32 done = 0;

    while (done < bytes && socket->stored) {
        ((char*)data)[done++] = socket->buffer[socket->first];
        socket->first = socket->first + 1 == socket->capacity ? 0 : socket->first + 1;
        socket->stored--;
    }
    socket->received += done;
    /* Half a buffer is enough news for a packet of its own. */
    if (socket->state == PVN_VSOCK_OPEN &&
        socket->received - socket->told >= socket->capacity - socket->capacity / 2) {
        owe(vsock, socket, PVN_VSOCK_CREDIT_UPDATE);
        pvn_queue_kick(&vsock->transmit);
    }
    return (int)done;
}

void pvn_vsock_close(struct pvn_vsock* vsock, struct pvn_vsock_socket* socket) {
    if (socket->state == PVN_VSOCK_OPEN) {
        socket->state = PVN_VSOCK_CLOSING;
        owe(vsock, socket, PVN_VSOCK_SHUTDOWN);
    } else if (socket->state != PVN_VSOCK_CLOSED) {
        owe(vsock, socket, PVN_VSOCK_RESET);
        closed(vsock, socket);
    }
    pvn_queue_kick(&vsock->transmit);
}
