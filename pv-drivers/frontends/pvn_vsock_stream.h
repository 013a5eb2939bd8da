/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Between the two halves of the socket front end: pvn_vsock.c moves packets,
 * pvn_vsock_stream.c keeps connections. Not for anyone else.
 */
#ifndef PVN_VSOCK_STREAM_H
#define PVN_VSOCK_STREAM_H

#include "pvn_vsock.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Queues a packet; fills in the source and the type. PVN_FULL, PVN_BROKEN. */
int pvn_vsock_transmit(struct pvn_vsock* vsock, const struct pvn_vsock_header* header,
                       const char* payload);

/* A packet for us, its length checked; `header` is a private copy. */
void pvn_vsock_arrived(struct pvn_vsock* vsock, const struct pvn_vsock_header* header,
                       const char* payload);

/* Sends what is owed; with `room`, tells the sockets that they may send again. */
void pvn_vsock_settle(struct pvn_vsock* vsock, int room);

void pvn_vsock_drop_all(struct pvn_vsock* vsock);

#ifdef __cplusplus
}
#endif
#endif
