/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * virtio 1.2 as it lies in shared memory: ring structures, status and feature
 * bits, and the requests of each device type. Both sides of the ring include
 * it: core/ and frontends/ here, and hypervisor-min/backend. Little-endian.
 */
#ifndef PVN_WIRE_H
#define PVN_WIRE_H

#include "pvn_os.h"

/* Device types (virtio 1.2, section 5). */
#define PVN_KIND_NET 1u
#define PVN_KIND_BLOCK 2u
#define PVN_KIND_CONSOLE 3u
#define PVN_KIND_ENTROPY 4u
#define PVN_KIND_BALLOON 5u
#define PVN_KIND_VSOCK 19u

/* Device status (2.1). */
#define PVN_STATUS_ACKNOWLEDGE 1u
#define PVN_STATUS_DRIVER 2u
#define PVN_STATUS_DRIVER_OK 4u
#define PVN_STATUS_FEATURES_OK 8u
#define PVN_STATUS_NEEDS_RESET 64u
#define PVN_STATUS_FAILED 128u

/* Feature bits that belong to the ring and the transport (section 6). */
#define PVN_FEATURE(bit) ((pvn_u64)1 << (bit))
#define PVN_F_ANY_LAYOUT 27
#define PVN_F_INDIRECT 28
#define PVN_F_EVENT_INDEX 29
#define PVN_F_VERSION_1 32

/* Split ring (2.7). */
#define PVN_DESC_NEXT 1u
#define PVN_DESC_WRITE 2u
#define PVN_DESC_INDIRECT 4u
#define PVN_AVAIL_NO_INTERRUPT 1u
#define PVN_USED_NO_NOTIFY 1u
#define PVN_QUEUE_LARGEST 32768u

struct pvn_desc {
    pvn_u64 address;
    pvn_u32 bytes;
    pvn_u16 flags;
    pvn_u16 next;
};

struct pvn_used_element {
    pvn_u32 id;
    pvn_u32 bytes;
};

/* Both rings are a flags word, an index, the entries and one event index. */
struct pvn_ring_head {
    pvn_u16 flags;
    pvn_u16 index;
};

#define PVN_AVAIL_BYTES(size) (sizeof(struct pvn_ring_head) + 2u * (size) + 2u)
#define PVN_USED_BYTES(size)                                                                       \
    (sizeof(struct pvn_ring_head) + sizeof(struct pvn_used_element) * (size) + 2u)
#define PVN_AVAIL_RING(head) ((pvn_u16*)((head) + 1))
#define PVN_USED_RING(head) ((struct pvn_used_element*)((head) + 1))

/* True when moving an index from `before` to `after` passes the event `wanted`. */
#define PVN_EVENT_PASSED(wanted, after, before)                                                    \
    ((pvn_u16)((after) - (wanted) - 1u) < (pvn_u16)((after) - (before)))

/* virtio-mmio registers (4.2.2, and 4.2.4 for version 1). */
#define PVN_MMIO_MAGIC 0x000u
#define PVN_MMIO_VERSION 0x004u
#define PVN_MMIO_KIND 0x008u
#define PVN_MMIO_OFFERED 0x010u
#define PVN_MMIO_OFFERED_SELECT 0x014u
#define PVN_MMIO_ACCEPTED 0x020u
#define PVN_MMIO_ACCEPTED_SELECT 0x024u
#define PVN_MMIO_LEGACY_PAGE_SIZE 0x028u
#define PVN_MMIO_QUEUE_SELECT 0x030u
#define PVN_MMIO_QUEUE_LIMIT 0x034u
#define PVN_MMIO_QUEUE_SIZE 0x038u
#define PVN_MMIO_LEGACY_QUEUE_ALIGN 0x03cu
#define PVN_MMIO_LEGACY_QUEUE_PAGE 0x040u
#define PVN_MMIO_QUEUE_READY 0x044u
#define PVN_MMIO_KICK 0x050u
#define PVN_MMIO_INTERRUPT_STATUS 0x060u
#define PVN_MMIO_INTERRUPT_ACKNOWLEDGE 0x064u
#define PVN_MMIO_STATUS 0x070u
#define PVN_MMIO_QUEUE_DESC 0x080u
#define PVN_MMIO_QUEUE_AVAIL 0x090u
#define PVN_MMIO_QUEUE_USED 0x0a0u
#define PVN_MMIO_GENERATION 0x0fcu
#define PVN_MMIO_CONFIG 0x100u
#define PVN_MMIO_MAGIC_VALUE 0x74726976u

#define PVN_INTERRUPT_QUEUE 1u
#define PVN_INTERRUPT_CONFIG 2u

/* The alignment of a legacy ring's used part and of its first byte. */
#define PVN_LEGACY_ALIGNMENT 4096u

/* Console (5.3). */
#define PVN_CONSOLE_F_SIZE 0
#define PVN_CONSOLE_RX 0u
#define PVN_CONSOLE_TX 1u

/* Block (5.2). */
#define PVN_BLOCK_F_SEGMENT_BYTES 1
#define PVN_BLOCK_F_SEGMENT_COUNT 2
#define PVN_BLOCK_F_READ_ONLY 5
#define PVN_BLOCK_F_FLUSH 9
#define PVN_BLOCK_SECTOR 512u
#define PVN_BLOCK_READ 0u
#define PVN_BLOCK_WRITE 1u
#define PVN_BLOCK_FLUSH 4u
#define PVN_BLOCK_IDENTITY 8u
#define PVN_BLOCK_IDENTITY_BYTES 20u
#define PVN_BLOCK_OK 0u
#define PVN_BLOCK_IO_ERROR 1u
#define PVN_BLOCK_UNSUPPORTED 2u

struct pvn_block_header {
    pvn_u32 type;
    pvn_u32 reserved;
    pvn_u64 sector;
};

/* Configuration fields of the block device, as offsets. */
#define PVN_BLOCK_CONFIG_CAPACITY 0u
#define PVN_BLOCK_CONFIG_SEGMENT_BYTES 8u
#define PVN_BLOCK_CONFIG_SEGMENT_COUNT 12u

/* Network (5.1). */
#define PVN_NET_F_MTU 3
#define PVN_NET_F_MAC 5
#define PVN_NET_F_STATUS 16
#define PVN_NET_RX 0u
#define PVN_NET_TX 1u
#define PVN_NET_CONFIG_MAC 0u
#define PVN_NET_CONFIG_STATUS 6u
#define PVN_NET_CONFIG_MTU 10u
#define PVN_NET_LINK_UP 1u

/* Legacy devices leave out the last field unless receive buffers are merged. */
struct pvn_net_header {
    pvn_u8 flags;
    pvn_u8 segmentation;
    pvn_u16 header_bytes;
    pvn_u16 segment_bytes;
    pvn_u16 checksum_start;
    pvn_u16 checksum_offset;
    pvn_u16 buffers;
};
#define PVN_NET_HEADER_BYTES 12u
#define PVN_NET_LEGACY_HEADER_BYTES 10u

/* Balloon (5.5). */
#define PVN_BALLOON_F_MUST_TELL 0
#define PVN_BALLOON_F_DEFLATE_ON_OOM 2
#define PVN_BALLOON_INFLATE 0u
#define PVN_BALLOON_DEFLATE 1u
#define PVN_BALLOON_CONFIG_TARGET 0u
#define PVN_BALLOON_CONFIG_ACTUAL 4u
#define PVN_BALLOON_PAGE_SHIFT 12u

/* Socket device (5.10). */
#define PVN_VSOCK_RX 0u
#define PVN_VSOCK_TX 1u
#define PVN_VSOCK_EVENT 2u
#define PVN_VSOCK_CONFIG_CID 0u
#define PVN_VSOCK_STREAM 1u
#define PVN_VSOCK_REQUEST 1u
#define PVN_VSOCK_RESPONSE 2u
#define PVN_VSOCK_RESET 3u
#define PVN_VSOCK_SHUTDOWN 4u
#define PVN_VSOCK_DATA 5u
#define PVN_VSOCK_CREDIT_UPDATE 6u
#define PVN_VSOCK_CREDIT_REQUEST 7u
#define PVN_VSOCK_SHUTDOWN_RECEIVE 1u
#define PVN_VSOCK_SHUTDOWN_SEND 2u
#define PVN_VSOCK_HEADER_BYTES 44u
#define PVN_VSOCK_TRANSPORT_RESET 0u

/* Addresses are 64-bit in two words, so that the size is 44 on every ABI. */
struct pvn_vsock_header {
    pvn_u32 source_cid;
    pvn_u32 source_cid_high;
    pvn_u32 target_cid;
    pvn_u32 target_cid_high;
    pvn_u32 source_port;
    pvn_u32 target_port;
    pvn_u32 bytes;
    pvn_u16 type;
    pvn_u16 operation;
    pvn_u32 flags;
    pvn_u32 buffer_bytes;
    pvn_u32 forwarded;
};

#endif
