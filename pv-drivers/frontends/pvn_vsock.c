/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Socket front end, packets: queues, buffers, start and poll. Each packet goes
 * to pvn_vsock_stream.c, which knows connections. See pvn_vsock.h.
 */
#include "pvn_vsock.h"

#include "pvn_vsock_stream.h"

static int lay_out(struct pvn_vsock* vsock, const struct pvn_os* os) {
    int i;

    if (!vsock->packets)
        vsock->packets = (struct pvn_vsock_packet*)os->memory(
            os->context, 2 * PVN_VSOCK_BUFFERS * sizeof(struct pvn_vsock_packet), 64);
    if (!vsock->event)
        vsock->event = (pvn_u32*)os->memory(os->context, sizeof(pvn_u32), 16);
    if (!vsock->packets || !vsock->event)
        return PVN_NO_MEMORY;
    for (i = 0; i < PVN_VSOCK_BUFFERS; i++)
        vsock->free_outputs[i] = vsock->packets + PVN_VSOCK_BUFFERS + i;
    vsock->free_count = PVN_VSOCK_BUFFERS;
    return PVN_OK;
}

static int read_cid(struct pvn_vsock* vsock) {
    pvn_u32 fields[2];
    int status = pvn_device_fields(vsock->device, PVN_VSOCK_CONFIG_CID, 4, 2, fields);

    vsock->cid = fields[0];
    return status == PVN_OK && fields[1] != 0
               ? pvn_device_break(vsock->device, "vsock: address above 32 bits")
               : status;
}

static int offer(struct pvn_queue* queue, void* memory, pvn_u32 bytes) {
    struct pvn_segment segment;

    segment.memory = memory;
    segment.bytes = bytes;
    return pvn_queue_add(queue, &segment, 0, 1, memory);
}

static int offer_all(struct pvn_vsock* vsock) {
    int i, status = offer(&vsock->events, vsock->event, sizeof(pvn_u32));

    for (i = 0; i < PVN_VSOCK_BUFFERS && i < vsock->receive.size && status == PVN_OK; i++)
        status = offer(&vsock->receive, vsock->packets + i, sizeof(struct pvn_vsock_packet));
    return status;
}

int pvn_vsock_start(struct pvn_vsock* vsock, struct pvn_device* device, void* waiter) {
    int status;

    vsock->device = device;
    vsock->waiter = waiter;
    pvn_vsock_drop_all(vsock);
    status = pvn_device_begin(device, PVN_KIND_VSOCK, 0, 0);
    if (status == PVN_OK)
        status = lay_out(vsock, device->os);
    if (status == PVN_OK)
        status = read_cid(vsock);
    if (status == PVN_OK)
        status = pvn_queue_start(&vsock->receive, device, PVN_VSOCK_RX, PVN_VSOCK_BUFFERS, 0);
    if (status == PVN_OK)
        status = pvn_queue_start(&vsock->transmit, device, PVN_VSOCK_TX, PVN_VSOCK_BUFFERS, 0);
    if (status == PVN_OK)
        status = pvn_queue_start(&vsock->events, device, PVN_VSOCK_EVENT, 1, 0);
    if (status == PVN_OK)
        status = offer_all(vsock);
    if (status != PVN_OK)
        return status;
    pvn_device_ready(device);
    pvn_queue_kick(&vsock->receive);
    pvn_queue_kick(&vsock->events);
    pvn_queue_arm(&vsock->receive);
    pvn_queue_disarm(&vsock->transmit);
    return PVN_OK;
}

/* Nobody waits for what is sent but who found no room: then an interrupt is ordered. */
static int full(struct pvn_vsock* vsock) {
    if (pvn_queue_arm(&vsock->transmit))
        pvn_device_wake(vsock->device, vsock->waiter);
    return vsock->device->broken ? PVN_BROKEN : PVN_FULL;
}

int pvn_vsock_transmit(struct pvn_vsock* vsock, const struct pvn_vsock_header* header,
                       const char* payload) {
    struct pvn_vsock_packet* packet;
    struct pvn_segment segment;
    pvn_u32 i;
    int status;

    if (vsock->free_count == 0)
        return full(vsock);
    packet = vsock->free_outputs[vsock->free_count - 1];
    packet->header = *header;
    packet->header.source_cid = vsock->cid;
    packet->header.source_cid_high = packet->header.target_cid_high = 0;
    packet->header.type = PVN_VSOCK_STREAM;
    for (i = 0; i < header->bytes; i++)
        packet->payload[i] = payload[i];
    segment.memory = packet;
    segment.bytes = PVN_VSOCK_HEADER_BYTES + header->bytes;
    status = pvn_queue_add(&vsock->transmit, &segment, 1, 0, packet);
    if (status == PVN_OK)
        vsock->free_count--;
    return status == PVN_FULL ? full(vsock) : status;
}

static int reap_sent(struct pvn_vsock* vsock) {
    void* token;
    pvn_u32 written;
    int count = 0, taken;

    while ((taken = pvn_queue_take(&vsock->transmit, &token, &written)) == 1) {
        vsock->free_outputs[vsock->free_count++] = (struct pvn_vsock_packet*)token;
        count++;
    }
    if (count != 0)
        pvn_queue_disarm(&vsock->transmit);
    return taken < 0 ? taken : count;
}

static int handle(struct pvn_vsock* vsock, struct pvn_vsock_packet* packet, pvn_u32 written) {
    struct pvn_vsock_header header;

    if (written < PVN_VSOCK_HEADER_BYTES)
        return pvn_device_break(vsock->device, "vsock: packet without a header");
    header = packet->header;
    if (header.bytes > written - PVN_VSOCK_HEADER_BYTES)
        return pvn_device_break(vsock->device, "vsock: packet shorter than its header says");
    if (header.target_cid == vsock->cid && header.source_cid_high == 0)
        pvn_vsock_arrived(vsock, &header, packet->payload);
    return offer(&vsock->receive, packet, sizeof(*packet));
}

/* An interrupt is on order only after a poll that found nothing: who answers at once
 * and polls again is not interrupted by the next packet. */
static int reap_received(struct pvn_vsock* vsock) {
    void* token;
    pvn_u32 written;
    int count = 0, taken = 1;

    while (count < vsock->receive.size) {
        taken = count == 0 ? pvn_queue_take_or_arm(&vsock->receive, &token, &written)
                           : pvn_queue_take(&vsock->receive, &token, &written);
        if (taken == 1)
            taken =
                handle(vsock, (struct pvn_vsock_packet*)token, written) == PVN_OK ? 1 : PVN_BROKEN;
        if (taken != 1)
            break;
        count++;
    }
    pvn_queue_kick(&vsock->receive);
    if (count != 0)
        pvn_queue_disarm(&vsock->receive);
    return taken < 0 ? taken : count;
}

/* The only event there is says that every connection is gone (5.10.6.7). */
static int reap_event(struct pvn_vsock* vsock) {
    void* token;
    pvn_u32 written;
    int taken = pvn_queue_take_or_arm(&vsock->events, &token, &written);

    if (taken != 1)
        return taken;
    if (written == sizeof(pvn_u32) && PVN_LOAD32(vsock->event) == PVN_VSOCK_TRANSPORT_RESET) {
        pvn_vsock_drop_all(vsock);
        if (read_cid(vsock) != PVN_OK)
            return PVN_BROKEN;
    }
    if (offer(&vsock->events, vsock->event, sizeof(pvn_u32)) != PVN_OK)
        return PVN_BROKEN;
    pvn_queue_kick(&vsock->events);
    return 1;
}

int pvn_vsock_poll(struct pvn_vsock* vsock) {
    int sent = reap_sent(vsock);
    int event = sent < 0 ? sent : reap_event(vsock);
    int received = event < 0 ? event : reap_received(vsock);

    if (received < 0) {
        pvn_vsock_drop_all(vsock);
        return received;
    }
    pvn_vsock_settle(vsock, sent > 0);
    pvn_queue_kick(&vsock->transmit);
    return sent + event + received;
}

int pvn_vsock_interrupt(struct pvn_vsock* vsock) {
    int ours = pvn_device_interrupts(vsock->device) != 0;

    if (ours)
        pvn_device_wake(vsock->device, vsock->waiter);
    return ours;
}
