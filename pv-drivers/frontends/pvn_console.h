/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Console front end (virtio 1.2, 5.3): one port, bytes in and out.
 *
 * Contract
 *   Interrupt context: every call but start; none of them blocks.
 *   One caller at a time: receive; send; poll_size. The three may overlap each
 *     other, and interrupt may overlap all of them.
 *   Buffers: the front end copies; the caller's memory is free on return.
 *   Wake-ups: after a receive that gave 0 or a send that was cut short, an
 *     interrupt wakes `waiter` when there is something to read or room to write.
 */
#ifndef PVN_CONSOLE_H
#define PVN_CONSOLE_H

#include "pvn_device.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PVN_CONSOLE_BUFFERS 8
#define PVN_CONSOLE_BUFFER_BYTES 256

struct pvn_console_buffer {
    char* data;
    pvn_u32 filled;
    pvn_u32 taken;
    struct pvn_console_buffer* next;
};

/* Zero before the first start. */
struct pvn_console {
    struct pvn_device* device;
    struct pvn_queue receive;
    struct pvn_queue transmit;
    void* waiter;
    char* memory;
    struct pvn_console_buffer inputs[PVN_CONSOLE_BUFFERS];
    struct pvn_console_buffer outputs[PVN_CONSOLE_BUFFERS];
    struct pvn_console_buffer* input_first;
    struct pvn_console_buffer* input_last;
    struct pvn_console_buffer* output_free;
};

/* `waiter` goes to pvn_os.wake. Errors: those of pvn_device_begin and pvn_queue_start. */
int pvn_console_start(struct pvn_console* console, struct pvn_device* device, void* waiter);

/* Sends up to `bytes` bytes; the number taken (0 when full), or PVN_BROKEN. */
int pvn_console_send(struct pvn_console* console, const void* data, pvn_u32 bytes);

/* Receives up to `bytes` bytes; the number given (0 when none), or PVN_BROKEN. */
int pvn_console_receive(struct pvn_console* console, void* data, pvn_u32 bytes);

/* Columns and rows; PVN_REFUSED where the device has no such notion. */
int pvn_console_poll_size(struct pvn_console* console, pvn_u32* columns, pvn_u32* rows);

/* The device's interrupt; 0 when it was not this device's. */
int pvn_console_interrupt(struct pvn_console* console);

#ifdef __cplusplus
}
#endif
#endif
