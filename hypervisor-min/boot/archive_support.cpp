// SPDX-License-Identifier: BSD-2-Clause
// What Debian's libfdt.a and libsodium.a expect of a C library and ours lacks.
// memcpy, memmove, memset and memcmp stand in lib/. Freestanding build only; all of
// it but the stack guard and sodium_memzero is boot-only.
#include <stddef.h>
#include <stdint.h>

extern "C" {

// The archives were built with -fstack-protector-strong. The value is no secret:
// they handle no secrets, and a smashed stack stops the boot.
uintptr_t __stack_chk_guard = 0x5ac0f17e;

[[noreturn]] void __stack_chk_fail() {
    __builtin_trap();
}
[[noreturn]] void abort() {
    __builtin_trap();
}

size_t strlen(const char* text) {
    size_t length = 0;
    while (text[length] != '\0') {
        ++length;
    }
    return length;
}

size_t strnlen(const char* text, size_t limit) {
    size_t length = 0;
    while (length < limit && text[length] != '\0') {
        ++length;
    }
    return length;
}

int strncmp(const char* a, const char* b, size_t limit) {
    for (size_t i = 0; i < limit; ++i) {
        if (a[i] != b[i] || a[i] == '\0') {
            return static_cast<unsigned char>(a[i]) - static_cast<unsigned char>(b[i]);
        }
    }
    return 0;
}

void* memchr(const void* data, int wanted, size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (size_t i = 0; i < size; ++i) {
        if (bytes[i] == static_cast<unsigned char>(wanted)) {
            return const_cast<unsigned char*>(bytes + i);
        }
    }
    return nullptr;
}

char* strrchr(const char* text, int wanted) {
    const char* found = nullptr;
    for (;; ++text) {
        if (*text == static_cast<char>(wanted)) {
            found = text;
        }
        if (*text == '\0') {
            return const_cast<char*>(found);
        }
    }
}

// libsodium's own live in an object that drags in its random generator.
void sodium_memzero(void* data, size_t size) {
    auto* bytes = static_cast<volatile unsigned char*>(data);
    for (size_t i = 0; i < size; ++i) {
        bytes[i] = 0;
    }
}

int sodium_is_zero(const unsigned char* data, size_t size) {
    unsigned char any = 0;
    for (size_t i = 0; i < size; ++i) {
        any |= data[i];
    }
    return any == 0 ? 1 : 0;
}

int sodium_memcmp(const void* a, const void* b, size_t size) {
    const auto* x = static_cast<const unsigned char*>(a);
    const auto* y = static_cast<const unsigned char*>(b);
    unsigned char differ = 0;
    for (size_t i = 0; i < size; ++i) {
        differ |= static_cast<unsigned char>(x[i] ^ y[i]);
    }
    return differ == 0 ? 0 : -1;
}

} // extern "C"
