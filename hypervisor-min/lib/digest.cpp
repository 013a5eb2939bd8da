// SPDX-License-Identifier: BSD-2-Clause
// SHA-256; see digest.hpp. Small rather than fast: about 45 instructions a byte.
#include "lib/digest.hpp"

#include <string.h>

namespace paravane {

namespace {

/// Fractions of the cube roots of the first primes (4.2.2).
constexpr uint32_t ROUND[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

uint32_t right(uint32_t value, uint32_t count) {
    return value >> count | value << (32 - count);
}

/// A word of the message, whatever its alignment.
uint32_t word_at(const uint8_t* bytes) {
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return __builtin_bswap32(word);
}

} // namespace

void digest::compress(const uint8_t* block) {
    uint32_t words[16];
    uint32_t a = state_[0], b = state_[1], c = state_[2], d = state_[3];
    uint32_t e = state_[4], f = state_[5], g = state_[6], h = state_[7];
    for (uint32_t i = 0; i < 64; ++i) {
        uint32_t& word = words[i % 16];
        if (i < 16) {
            word = word_at(block + i * 4);
        } else {
            const uint32_t near = words[(i + 14) % 16];
            const uint32_t far = words[(i + 1) % 16];
            word += (right(near, 17) ^ right(near, 19) ^ near >> 10) + words[(i + 9) % 16] +
                    (right(far, 7) ^ right(far, 18) ^ far >> 3);
        }
        const uint32_t first =
            h + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + (g ^ (e & (f ^ g))) + ROUND[i] + word;
        const uint32_t second =
            (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & b) | (c & (a | b)));
        h = g, g = f, f = e, e = d + first;
        d = c, c = b, b = a, a = first + second;
    }
    const uint32_t last[8] = {a, b, c, d, e, f, g, h};
    for (uint32_t i = 0; i < 8; ++i) {
        state_[i] += last[i];
    }
}

void digest::add(const uint8_t* bytes, uint32_t size) {
    uint32_t fill = size_ % BLOCK;
    size_ += size;
    while (size != 0) {
        const uint32_t room = BLOCK - fill;
        const uint32_t part = size < room ? size : room;
        memcpy(rest_ + fill, bytes, part);
        bytes += part;
        size -= part;
        fill += part;
        if (fill == BLOCK) {
            compress(rest_);
            fill = 0;
        }
    }
}

void digest::finish(uint8_t (&out)[BYTES]) {
    static constexpr uint8_t MARK[BLOCK] = {0x80};
    const uint32_t high = __builtin_bswap32(size_ >> 29);
    const uint32_t low = __builtin_bswap32(size_ << 3);
    const uint32_t fill = size_ % BLOCK;
    add(MARK, (fill < 56 ? 56 : 120) - fill);
    add(reinterpret_cast<const uint8_t*>(&high), sizeof high);
    add(reinterpret_cast<const uint8_t*>(&low), sizeof low);
    for (uint32_t i = 0; i < 8; ++i) {
        const uint32_t word = __builtin_bswap32(state_[i]);
        memcpy(out + i * 4, &word, sizeof word);
    }
}

} // namespace paravane
