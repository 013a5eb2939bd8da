// SPDX-License-Identifier: BSD-2-Clause
// Names inside a system image: pvrun writes them (pvrun/image.cpp), the boot code
// reads them (boot/system.cpp). The image is a FIT; /images/system holds the
// description, itself a flattened tree with one node per VM. The description
// carries offset, size and SHA-256 of every payload, so that its own digest, or a
// signature over it, covers the whole system.
#pragma once

#include <stdint.h>

namespace paravane::boot {

inline constexpr uint32_t PAYLOAD_ALIGN = 4096;
inline constexpr char DESCRIPTION_PATH[] = "/images/system";
/// Changes whenever an older hypervisor would misread a newer description.
inline constexpr char DESCRIPTION_FORMAT[] = "paravane,system-image-1";

namespace key {
// The FIT's, as U-Boot's doc/uImage.FIT/source_file_format.txt names them.
inline constexpr char DATA_POSITION[] = "data-position";
inline constexpr char DATA_SIZE[] = "data-size";
inline constexpr char HASH_NODE[] = "hash-1";
inline constexpr char SIGNATURE_NODE[] = "signature-1";
inline constexpr char ALGORITHM[] = "algo";
inline constexpr char VALUE[] = "value";

// Of the system.
inline constexpr char SEED[] = "seed";     // 32 random bytes
inline constexpr char UPLINK[] = "uplink"; // <segment>

// Of a VM; all cells are 32 bits.
inline constexpr char COMPATIBLE[] = "compatible";
inline constexpr char REG[] = "reg";                     // <id>
inline constexpr char NAME[] = "label";                  // string
inline constexpr char MEMORY[] = "memory";               // <base size>, repeated
inline constexpr char ENTRY[] = "entry";                 // <gpa>
inline constexpr char MACHINE[] = "machine";             // <r1>
inline constexpr char BOOT_PARAMETERS[] = "boot-params"; // <gpa>
inline constexpr char ATAGS[] = "atags";                 // flag
inline constexpr char NOTE[] = "note";                   // <version f0 f1 flags page>
inline constexpr char PRIORITY[] = "priority";           // <0…31>
inline constexpr char BUDGET[] = "budget";               // <budget-us period-us>
inline constexpr char RESTART[] = "restart";             // <policy max>
inline constexpr char SERVICE[] = "service";             // flag
inline constexpr char PEERS[] = "peers";                 // <mask>
inline constexpr char RAMDISK[] = "ramdisk";             // <gpa size>
inline constexpr char ARGUMENTS[] = "arguments";         // string

// Of a payload, and of load@N, escapes, device@N and passthrough@N below a VM.
inline constexpr char POSITION[] = "position"; // <offset size>
inline constexpr char SHA256[] = "sha256";     // 32 bytes
inline constexpr char LOAD_NODE[] = "load";
inline constexpr char TARGET[] = "target"; // <gpa>
inline constexpr char ESCAPES_NODE[] = "escapes";
inline constexpr char DEVICE_NODE[] = "device";
inline constexpr char KIND[] = "kind";           // <device_kind>
inline constexpr char TRANSPORT[] = "transport"; // <device_transport>
inline constexpr char READ_ONLY[] = "read-only"; // flag
inline constexpr char BLANK[] = "blank";         // <bytes>
inline constexpr char LINK[] = "link";           // <number>
inline constexpr char DISK[] = "disk";           // <number from 1>
inline constexpr char RATE[] = "rate";           // <KiB a second>
inline constexpr char PASSTHROUGH_NODE[] = "passthrough";
inline constexpr char WINDOW[] = "window";       // <gpa>
inline constexpr char REGISTERS[] = "registers"; // <pa size>
inline constexpr char INTERRUPT[] = "interrupt"; // <number>
} // namespace key

} // namespace paravane::boot
