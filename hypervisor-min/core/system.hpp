// SPDX-License-Identifier: BSD-2-Clause
// What the boot code hands to the running hypervisor: plain structs, filled once
// from the system image and the board's device tree by boot/ (see boot/system.hpp),
// checked, and constant afterwards. Core and arch only read them.
#pragma once

#include "lib/address.hpp"
#include "lib/digest.hpp"
#include "lib/result.hpp"

#include <stdint.h>

namespace paravane::boot {

inline constexpr uint32_t MAX_VMS = 8;
inline constexpr uint32_t MAX_REGIONS = 4;
inline constexpr uint32_t MAX_LOADS = 8;
inline constexpr uint32_t MAX_DEVICES = 8;
inline constexpr uint32_t MAX_SEGMENTS = 8; ///< Networks; numbers below this.
inline constexpr uint32_t SEED_BYTES = 32;
inline constexpr uint32_t MAX_PASSTHROUGH = 4;
inline constexpr uint32_t MAX_BANKS = 4;
inline constexpr uint32_t MAX_RESERVED = 8;
inline constexpr uint32_t NAME_BYTES = 24;
inline constexpr uint32_t DIGEST_BYTES = digest::BYTES;
inline constexpr uint32_t ARGUMENT_BYTES = 192; ///< As boot_info.arguments; NUL included.
inline constexpr uint32_t MAX_PRIORITY = 31;

/// Bytes that somebody else owns: the image, a payload, the board's device tree.
struct byte_span {
    const uint8_t* data;
    uint32_t size;
};

/// Why the boot code refuses an image, for one line in the log. All strings are
/// literals. `vm` is 0 when the fault is not in one VM's description.
struct refusal {
    const char* what;
    const char* where;
    uint8_t vm;
};

/// A range of a system image with the digest its bytes must have.
struct payload {
    uint32_t offset; ///< From the start of the image; a multiple of 4 KiB.
    uint32_t size;
    uint8_t sha256[DIGEST_BYTES];
};

/// RAM of a VM. `backing` is chosen by plan_memory(); both are 1 MiB aligned.
struct memory_region {
    gpa base;
    uint32_t size;
    pa backing;
    bool planned; ///< `backing` is valid.
};

/// One copy into guest RAM at every start of the VM: a piece of the kernel, the
/// ramdisk or the device tree. ELF files are taken apart by pvrun, so a load is
/// all that the hypervisor knows of kernel formats. RAM outside loads is zero.
struct load {
    payload source;
    gpa target;
};

enum class device_kind : uint8_t { console = 1, block, net, entropy, vsock, balloon };
enum class device_transport : uint8_t { mmio = 1, shared_page = 2 };

/// A virtual device. Device i of a VM has page i of the ABI's device_pages: its
/// device_page, or virtio-mmio registers; its irq_source is device_first + i.
struct device_config {
    device_kind kind;
    device_transport transport;
    bool read_only;
    payload content; ///< Block: its initial bytes. Size 0 when there are none.
    uint32_t blank;  ///< Block: bytes of zeroes when it has no content.
    /// Net: number of the segment. Vsock: context id. Balloon: pages it should hold.
    uint32_t link;
    uint32_t disk; ///< Block: n for the n-th disk of the board, instead of bytes; or 0.
    uint32_t rate; ///< KiB a second that its driver may move; 0: no limit.
};

/// Registers and one interrupt of a device without DMA, given to one VM. The
/// irq_source of entry i is passthrough_first + i.
struct passthrough_config {
    gpa window;
    pa registers;
    uint32_t size;      ///< A multiple of 4 KiB.
    uint16_t interrupt; ///< The controller's number (SPI n is 32 + n); 0 when none.
};

enum class restart_policy : uint8_t { never = 0, on_failure = 1 };

struct memory_range {
    pa base;
    uint32_t size;
};

struct vm_config {
    uint8_t id; ///< 1…MAX_VMS: the unit address of vm@N and its console stream.
    char name[NAME_BYTES];

    uint32_t region_count;
    memory_region regions[MAX_REGIONS];
    uint32_t load_count;
    load loads[MAX_LOADS];

    /// State at start: virtual SVC mode, MMU off, IRQ and FIQ masked, r0 = 0.
    gpa entry;           ///< Bit 0 set: the alternative instruction set.
    uint32_t machine;    ///< r1
    gpa boot_parameters; ///< r2: device tree or ATAGs.
    bool atags;          ///< boot_parameters are ATAGs, not a device tree.
    gpa ramdisk;
    uint32_t ramdisk_size; ///< 0: no ramdisk.
    char arguments[ARGUMENT_BYTES];

    /// The words of note_descriptor, from the ELF note or the system description.
    uint32_t abi_version;
    uint32_t features[2];
    uint32_t note_flags;
    payload escapes; ///< Words of .paravane.insns; size 0 when the kernel has none.
    gva vcpu_page;   ///< VCPU_PAGE_DEFAULT already put in for 0.

    uint8_t priority;   ///< 0…31, higher runs first.
    uint32_t budget_us; ///< CPU time per period; 0: no limit.
    uint32_t period_us;

    restart_policy restart;
    uint8_t restart_max; ///< Restarts granted over the VM's life.

    bool service;   ///< Keeps no system alive: stopped once all others have ended.
    uint32_t peers; ///< Bit n: this VM may ring VM n.
    uint32_t device_count;
    device_config devices[MAX_DEVICES];
    /// Their pages, one for each device, then what they are made of; chosen by
    /// plan_memory(). Empty without devices.
    memory_range device_memory;
    uint32_t passthrough_count;
    passthrough_config passthrough[MAX_PASSTHROUGH];

    uint32_t ram_bytes() const {
        uint32_t sum = 0;
        for (uint32_t i = 0; i < region_count; ++i) {
            sum += regions[i].size;
        }
        return sum;
    }
};

struct system_config {
    uint8_t seed[SEED_BYTES]; ///< Of the random numbers for entropy devices.
    bool seeded;
    uint32_t uplink; ///< The segment that has the board's network card; 0: none.
    uint32_t vm_count;
    vm_config vms[MAX_VMS];
};

/// What the board's device tree and boot loader say.
struct board_config {
    uint32_t bank_count;
    memory_range banks[MAX_BANKS];
    uint32_t reserved_count; ///< /memreserve/, /reserved-memory, the tree itself.
    memory_range reserved[MAX_RESERVED];
    memory_range image; ///< The system image: /chosen linux,initrd-*.
    bool log_debug;     ///< bootargs has "debug".
    bool trace;         ///< bootargs has "trace".
};

/// The filling of a VM's RAM for a start, a batch at a time: zeroes, then its loads,
/// each checked after the copy. Zero-initialized is the beginning. Stays resident: a
/// restart runs it again.
class loading {
public:
    /// Another batch, of about 2 * 10^5 instructions; true when all is done. `at` turns
    /// planned RAM into something to write to.
    Result<bool, refusal> step(byte_span image, const vm_config& vm, uint8_t* (*at)(pa));

private:
    void clear(const memory_region& region, uint8_t* (*at)(pa));
    bool finish_piece(const payload& source);

    uint32_t regions_{0}; ///< cleared
    uint32_t pieces_{0};  ///< in place
    uint32_t done_{0};    ///< bytes of the next one of these
    digest sum_;          ///< of them
};

} // namespace paravane::boot
