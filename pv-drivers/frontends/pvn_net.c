/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Network front end: see pvn_net.h.
 */
#include "pvn_net.h"

PVN_START_UP static int read_mac(struct pvn_net* net) {
    pvn_u32 bytes[6];
    int i, status;

    net->has_mac = (pvn_u8)pvn_device_has(net->device, PVN_NET_F_MAC);
    if (!net->has_mac)
        return PVN_OK;
    status = pvn_device_fields(net->device, PVN_NET_CONFIG_MAC, 1, 6, bytes);
    for (i = 0; status == PVN_OK && i < 6; i++)
        net->mac[i] = (pvn_u8)bytes[i];
    return status;
}

PVN_START_UP static int lay_out(struct pvn_net* net, const struct pvn_os* os) {
    if (!net->buffers)
        net->buffers = (char*)os->memory(os->context, PVN_NET_BUFFERS * PVN_NET_BUFFER_BYTES, 64);
    if (!net->no_offload)
        net->no_offload =
            (struct pvn_net_header*)os->memory(os->context, sizeof(struct pvn_net_header), 16);
    net->header_bytes = net->device->legacy ? PVN_NET_LEGACY_HEADER_BYTES : PVN_NET_HEADER_BYTES;
    return net->buffers && net->no_offload ? PVN_OK : PVN_NO_MEMORY;
}

static int offer(struct pvn_net* net, char* buffer) {
    struct pvn_segment parts[2];

    parts[0].memory = buffer;
    parts[0].bytes = PVN_NET_BUFFER_BYTES;
    if (!net->device->legacy)
        return pvn_queue_add(&net->input, parts, 0, 1, buffer);
    /* Legacy devices expect the header in a descriptor of its own (5.1.6.2). */
    parts[0].bytes = net->header_bytes;
    parts[1].memory = buffer + net->header_bytes;
    parts[1].bytes = PVN_NET_BUFFER_BYTES - net->header_bytes;
    return pvn_queue_add(&net->input, parts, 0, 2, buffer);
}

PVN_START_UP static int offer_all(struct pvn_net* net) {
    int i, status = PVN_OK;

    for (i = 0; i < PVN_NET_BUFFERS && status == PVN_OK; i++)
        status = offer(net, net->buffers + i * PVN_NET_BUFFER_BYTES);
    return status == PVN_FULL && i > 1 ? PVN_OK : status;
}

PVN_START_UP int pvn_net_start(struct pvn_net* net, struct pvn_device* device, void* waiter) {
    pvn_u64 wanted = PVN_FEATURE(PVN_NET_F_MAC) | PVN_FEATURE(PVN_NET_F_STATUS);
    int status;

    net->device = device;
    net->waiter = waiter;
    status = pvn_device_begin(device, PVN_KIND_NET, wanted, 0);
    if (status == PVN_OK)
        status = read_mac(net);
    if (status == PVN_OK)
        status = lay_out(net, device->os);
    if (status == PVN_OK)
        status = pvn_queue_start(&net->input, device, PVN_NET_RX, 2 * PVN_NET_BUFFERS, 2);
    if (status == PVN_OK)
        status = pvn_queue_start(&net->output, device, PVN_NET_TX, 2 * PVN_NET_BUFFERS,
                                 PVN_NET_SEGMENTS + 1);
    if (status == PVN_OK)
        status = offer_all(net);
    if (status != PVN_OK)
        return status;
    pvn_device_ready(device);
    pvn_queue_kick(&net->input);
    pvn_queue_arm(&net->input);
    return PVN_OK;
}

int pvn_net_send(struct pvn_net* net, struct pvn_net_frame* frame) {
    struct pvn_segment chain[PVN_NET_SEGMENTS + 1];
    pvn_u32 bytes = 0;
    unsigned i;

    if (frame->segment_count == 0 || frame->segment_count > PVN_NET_SEGMENTS)
        return PVN_INVALID;
    chain[0].memory = net->no_offload;
    chain[0].bytes = net->header_bytes;
    for (i = 0; i < frame->segment_count; i++) {
        chain[i + 1] = frame->segments[i];
        if (chain[i + 1].bytes > PVN_NET_FRAME_LARGEST - bytes)
            return PVN_INVALID;
        bytes += chain[i + 1].bytes;
    }
    return pvn_queue_add(&net->output, chain, i + 1, 0, frame);
}

void pvn_net_kick(struct pvn_net* net) {
    pvn_queue_kick(&net->output);
}

static int reap_sent(struct pvn_net* net) {
    struct pvn_net_frame* frame;
    void* token;
    pvn_u32 written;
    int count = 0, taken = 1;

    while (count < net->output.size) {
        taken = pvn_queue_take_or_arm(&net->output, &token, &written);
        if (taken != 1)
            break;
        frame = (struct pvn_net_frame*)token;
        frame->sent(frame);
        count++;
    }
    return taken < 0 ? taken : count;
}

static int hand_over(struct pvn_net* net, char* buffer, pvn_u32 written) {
    const struct pvn_net_header* header = (const struct pvn_net_header*)buffer;

    if (written < net->header_bytes)
        return pvn_device_break(net->device, "net: frame without a header");
    if (header->segmentation != 0)
        return pvn_device_break(net->device, "net: offload that was not agreed");
    if (written > net->header_bytes)
        net->receive(net->context, buffer + net->header_bytes, written - net->header_bytes);
    return offer(net, buffer);
}

static int reap_received(struct pvn_net* net) {
    void* token;
    pvn_u32 written;
    int count = 0, taken = 1;

    while (count < net->input.size) {
        taken = pvn_queue_take_or_arm(&net->input, &token, &written);
        if (taken != 1)
            break;
        taken = hand_over(net, (char*)token, written);
        if (taken != PVN_OK)
            break;
        count++;
    }
    pvn_queue_kick(&net->input);
    return taken < 0 ? taken : count;
}

int pvn_net_poll(struct pvn_net* net) {
    int sent = reap_sent(net);
    int received = sent < 0 ? sent : reap_received(net);

    if (received < 0)
        return received;
    pvn_queue_kick(&net->output);
    return sent + received;
}

int pvn_net_link(struct pvn_net* net) {
    pvn_u32 status;

    if (!pvn_device_has(net->device, PVN_NET_F_STATUS))
        return 1;
    if (pvn_device_fields(net->device, PVN_NET_CONFIG_STATUS, 2, 1, &status) != PVN_OK)
        return PVN_BROKEN;
    return (status & PVN_NET_LINK_UP) != 0;
}

int pvn_net_stop(struct pvn_net* net) {
    void* token;

    if (pvn_device_reset(net->device) != PVN_OK)
        return PVN_BROKEN;
    while (pvn_queue_detach(&net->input, &token))
        continue;
    while (pvn_queue_detach(&net->output, &token))
        ((struct pvn_net_frame*)token)->sent((struct pvn_net_frame*)token);
    return PVN_OK;
}

int pvn_net_interrupt(struct pvn_net* net) {
    int ours = pvn_device_interrupts(net->device) != 0;

    if (ours)
        pvn_device_wake(net->device, net->waiter);
    return ours;
}
