// SPDX-License-Identifier: BSD-2-Clause
// memcpy and its kin for the freestanding build, under the C names and the run-time
// ABI's (ARM IHI 0043, 4.3.4). Whole words where both sides allow it.
#include <stddef.h>
#include <stdint.h>

namespace {

using word [[gnu::may_alias]] = uint32_t;

constexpr uintptr_t WORD = sizeof(word);

bool aligned(const void* a, const void* b) {
    return ((reinterpret_cast<uintptr_t>(a) | reinterpret_cast<uintptr_t>(b)) & (WORD - 1)) == 0;
}

} // namespace

extern "C" {

void* memcpy(void* target, const void* source, size_t size) {
    auto* to = static_cast<uint8_t*>(target);
    const auto* from = static_cast<const uint8_t*>(source);
    // Disks and frames go through here: half an instruction a word where both sides lie
    // on words, two otherwise. Frames of guests begin anywhere, and everything here is
    // normal memory, where single loads and stores need no alignment (ARM ARM A3.2.1).
    if (aligned(to, from) && size >= 8 * WORD) {
        size -= 8 * WORD;
        asm volatile("1: ldmia %1!, {r3-r6, r8-r10, r12}\n\t"
                     "stmia %0!, {r3-r6, r8-r10, r12}\n\t"
                     "subs %2, %2, #32\n\t"
                     "bhs 1b"
                     : "+r"(to), "+r"(from), "+r"(size)
                     :
                     : "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "cc", "memory");
        size += 8 * WORD;
    }
    for (; size >= 4 * WORD; size -= 4 * WORD) {
        asm volatile("ldr r3, [%1], #4\n\tldr r4, [%1], #4\n\t"
                     "ldr r5, [%1], #4\n\tldr r6, [%1], #4\n\t"
                     "str r3, [%0], #4\n\tstr r4, [%0], #4\n\t"
                     "str r5, [%0], #4\n\tstr r6, [%0], #4"
                     : "+r"(to), "+r"(from)
                     :
                     : "r3", "r4", "r5", "r6", "memory");
    }
    for (; size >= WORD; size -= WORD) {
        asm volatile("ldr r3, [%1], #4\n\tstr r3, [%0], #4"
                     : "+r"(to), "+r"(from)
                     :
                     : "r3", "memory");
    }
    while (size-- != 0) {
        *to++ = *from++;
        asm volatile("" ::: "memory");
    }
    return target;
}

void* memmove(void* target, const void* source, size_t size) {
    auto* to = static_cast<uint8_t*>(target);
    const auto* from = static_cast<const uint8_t*>(source);
    if (to <= from || to >= from + size) {
        return memcpy(target, source, size);
    }
    while (size-- != 0) {
        to[size] = from[size];
        asm volatile("" ::: "memory");
    }
    return target;
}

void* memset(void* target, int value, size_t size) {
    auto* to = static_cast<uint8_t*>(target);
    const uint32_t byte = static_cast<uint8_t>(value);
    if (aligned(to, nullptr)) {
        const uint32_t filled = byte * 0x01010101;
        while (size >= WORD) {
            *reinterpret_cast<word*>(to) = filled;
            to += WORD;
            size -= WORD;
            asm volatile("" ::: "memory");
        }
    }
    while (size-- != 0) {
        *to++ = static_cast<uint8_t>(byte);
        asm volatile("" ::: "memory");
    }
    return target;
}

int memcmp(const void* left, const void* right, size_t size) {
    const auto* a = static_cast<const uint8_t*>(left);
    const auto* b = static_cast<const uint8_t*>(right);
    for (; size != 0; --size, ++a, ++b) {
        if (*a != *b) {
            return *a < *b ? -1 : 1;
        }
    }
    return 0;
}

void __aeabi_memcpy(void* target, const void* source, size_t size) {
    memcpy(target, source, size);
}
void __aeabi_memcpy4(void* target, const void* source, size_t size) {
    memcpy(target, source, size);
}
void __aeabi_memcpy8(void* target, const void* source, size_t size) {
    memcpy(target, source, size);
}
void __aeabi_memmove(void* target, const void* source, size_t size) {
    memmove(target, source, size);
}
void __aeabi_memmove4(void* target, const void* source, size_t size) {
    memmove(target, source, size);
}
void __aeabi_memset(void* target, size_t size, int value) {
    memset(target, value, size);
}
void __aeabi_memset4(void* target, size_t size, int value) {
    memset(target, value, size);
}
void __aeabi_memset8(void* target, size_t size, int value) {
    memset(target, value, size);
}
void __aeabi_memclr(void* target, size_t size) {
    memset(target, 0, size);
}
void __aeabi_memclr4(void* target, size_t size) {
    memset(target, 0, size);
}
void __aeabi_memclr8(void* target, size_t size) {
    memset(target, 0, size);
}

} // extern "C"
