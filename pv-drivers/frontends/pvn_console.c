/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Console front end: see pvn_console.h.
 */
#include "pvn_console.h"

static void copy(char* to, const char* from, pvn_u32 bytes) {
    while (bytes--)
        *to++ = *from++;
}

static int offer_input(struct pvn_console* console, struct pvn_console_buffer* buffer) {
    struct pvn_segment segment;

    buffer->filled = buffer->taken = 0;
    segment.memory = buffer->data;
    segment.bytes = PVN_CONSOLE_BUFFER_BYTES;
    return pvn_queue_add(&console->receive, &segment, 0, 1, buffer);
}

static int lay_out(struct pvn_console* console, const struct pvn_os* os) {
    char* at;
    int i;

    if (!console->memory)
        console->memory =
            (char*)os->memory(os->context, 2 * PVN_CONSOLE_BUFFERS * PVN_CONSOLE_BUFFER_BYTES, 64);
    if (!console->memory)
        return PVN_NO_MEMORY;
    at = console->memory;
    console->input_first = console->input_last = console->output_free = 0;
    for (i = 0; i < PVN_CONSOLE_BUFFERS; i++, at += 2 * PVN_CONSOLE_BUFFER_BYTES) {
        console->inputs[i].data = at;
        console->outputs[i].data = at + PVN_CONSOLE_BUFFER_BYTES;
        console->outputs[i].next = console->output_free;
        console->output_free = &console->outputs[i];
    }
    return PVN_OK;
}

static int offer_all(struct pvn_console* console) {
    int i, status;

    for (i = 0; i < PVN_CONSOLE_BUFFERS && i < console->receive.size; i++) {
        status = offer_input(console, &console->inputs[i]);
        if (status != PVN_OK)
            return status;
    }
    return PVN_OK;
}

int pvn_console_start(struct pvn_console* console, struct pvn_device* device, void* waiter) {
    int status;

    console->device = device;
    console->waiter = waiter;
    status = pvn_device_begin(device, PVN_KIND_CONSOLE, PVN_FEATURE(PVN_CONSOLE_F_SIZE), 0);
    if (status == PVN_OK)
        status = lay_out(console, device->os);
    if (status == PVN_OK)
        status = pvn_queue_start(&console->receive, device, PVN_CONSOLE_RX, PVN_CONSOLE_BUFFERS, 0);
    if (status == PVN_OK)
        status =
            pvn_queue_start(&console->transmit, device, PVN_CONSOLE_TX, PVN_CONSOLE_BUFFERS, 0);
    if (status == PVN_OK)
        status = offer_all(console);
    if (status != PVN_OK)
        return status;
    pvn_device_ready(device);
    pvn_queue_kick(&console->receive);
    pvn_queue_disarm(&console->transmit);
    return PVN_OK;
}

static int reap_output(struct pvn_console* console, int arm) {
    void* token;
    pvn_u32 written;
    int taken;

    for (;;) {
        taken = arm ? pvn_queue_take_or_arm(&console->transmit, &token, &written)
                    : pvn_queue_take(&console->transmit, &token, &written);
        if (taken != 1)
            return taken;
        ((struct pvn_console_buffer*)token)->next = console->output_free;
        console->output_free = (struct pvn_console_buffer*)token;
    }
}

static int send_some(struct pvn_console* console, const char* data, pvn_u32 bytes) {
    struct pvn_console_buffer* buffer = console->output_free;
    struct pvn_segment segment;

    segment.bytes = bytes < PVN_CONSOLE_BUFFER_BYTES ? bytes : PVN_CONSOLE_BUFFER_BYTES;
    segment.memory = buffer->data;
    copy(buffer->data, data, segment.bytes);
    if (pvn_queue_add(&console->transmit, &segment, 1, 0, buffer) != PVN_OK)
        return 0;
    console->output_free = buffer->next;
    return (int)segment.bytes;
}

int pvn_console_send(struct pvn_console* console, const void* data, pvn_u32 bytes) {
    pvn_u32 sent = 0;
    int step, armed = 0, status = reap_output(console, 0);

    while (status == PVN_OK && sent < bytes) {
        step =
            console->output_free ? send_some(console, (const char*)data + sent, bytes - sent) : 0;
        sent += (pvn_u32)step;
        if (step == 0) {
            /* No buffer or no room in the ring: the next completion wakes the waiter. */
            if (armed)
                break;
            pvn_queue_kick(&console->transmit);
            status = reap_output(console, 1);
        }
        armed = step == 0;
    }
    pvn_queue_kick(&console->transmit);
    return status == PVN_OK ? (int)sent : status;
}

/* Moves what has arrived to the end of the list of inputs. */
static int reap_input(struct pvn_console* console) {
    struct pvn_console_buffer* buffer;
    void* token;
    pvn_u32 written;
    int taken;

    while ((taken = pvn_queue_take_or_arm(&console->receive, &token, &written)) == 1) {
        buffer = (struct pvn_console_buffer*)token;
        buffer->filled = written;
        buffer->next = 0;
        if (console->input_first)
            console->input_last->next = buffer;
        else
            console->input_first = buffer;
        console->input_last = buffer;
    }
    return taken;
}

int pvn_console_receive(struct pvn_console* console, void* data, pvn_u32 bytes) {
    struct pvn_console_buffer* buffer;
    pvn_u32 given = 0, part;

    if (!console->input_first && reap_input(console) != PVN_OK)
        return PVN_BROKEN;
    while ((buffer = console->input_first) && given < bytes) {
        part = buffer->filled - buffer->taken;
        if (part > bytes - given)
            part = bytes - given;
        copy((char*)data + given, buffer->data + buffer->taken, part);
        buffer->taken += part;
        given += part;
        if (buffer->taken < buffer->filled)
            break;
        console->input_first = buffer->next;
        if (offer_input(console, buffer) != PVN_OK)
            return PVN_BROKEN;
    }
    pvn_queue_kick(&console->receive);
    return (int)given;
}

int pvn_console_poll_size(struct pvn_console* console, pvn_u32* columns, pvn_u32* rows) {
    pvn_u32 fields[2];
    int status;

    if (!pvn_device_has(console->device, PVN_CONSOLE_F_SIZE))
        return PVN_REFUSED;
    status = pvn_device_fields(console->device, 0, 2, 2, fields);
    if (status == PVN_OK) {
        *columns = fields[0];
        *rows = fields[1];
    }
    return status;
}

int pvn_console_interrupt(struct pvn_console* console) {
    int ours = pvn_device_interrupts(console->device) != 0;

    if (ours)
        pvn_device_wake(console->device, console->waiter);
    return ours;
}
