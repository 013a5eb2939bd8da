// SPDX-License-Identifier: BSD-2-Clause
// An environment for host tests: a sparse memory with per-page rights, registers
// that record what they were told, and the state of one vCPU. Every environment of a
// program that links fake_environment.cpp is one of these.
#pragma once

#include "arch/arm/plane/exception.hpp"
#include "arch/arm/plane/mode.hpp"
#include "arch/arm/plane/plane.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace paravane::plane_test {

using namespace arm;
using namespace arm::plane;

/// Who may do what with a page.
struct rights {
    bool kernel_read = true;
    bool kernel_write = true;
    bool user_read = true;
    bool user_write = true;
};

inline cpu_identity fake_identity() {
    cpu_identity id{};
    id.words[0] = 0x412fc0f1;
    id.words[1] = 0x8444c004;
    id.words[5] = MPIDR_UNIPROCESSOR;
    for (uint32_t i = 0; i < 16; ++i) {
        id.words[8 + i] = 0x11110000 + i;
    }
    id.clidr = 0x0a200023;
    id.ccsidr[0] = 0x701fe00a;
    id.ccsidr[2] = 0x711fe07a;
    id.fpsid = 0x410430f0;
    id.mvfr[0] = 0x10110222;
    id.mvfr[1] = 0x11111111;
    return id;
}

class fake_environment : public environment {
public:
    fake_environment();

    vcpu_state storage{};
    vcpu_page shared{};
    cpu_identity id = fake_identity();

    std::map<uint32_t, uint8_t> bytes;
    std::map<uint32_t, rights> pages;
    std::map<translation_register, uint32_t> registers;
    std::vector<std::string> log;
    std::vector<uint32_t> escapes;
    uint32_t thread_rw = 0;
    uint32_t fp_status = 0;
    uint64_t now = 0x123456789abcdef0;

    bool move(gva at, mmu::access kind, uint32_t count, mmu::privilege level, uint32_t& value) {
        const bool write = kind == mmu::access::write;
        if (!allowed(at, level, write)) {
            fault = {at, write ? 0x80fu : 0x00fu};
            return false;
        }
        const uint32_t stored = value;
        value = write ? value : 0;
        for (uint32_t i = 0; i < count; ++i) {
            if (write) {
                bytes[at.value() + i] = static_cast<uint8_t>(stored >> (8 * i));
            } else if (const auto found = bytes.find(at.value() + i); found != bytes.end()) {
                value |= uint32_t{found->second} << (8 * i);
            }
        }
        return true;
    }
    bool escape_word(uint32_t index, uint32_t& word) {
        if (index >= escapes.size()) {
            return false;
        }
        word = escapes[index];
        return true;
    }

    uint32_t translation(translation_register which) { return registers[which]; }
    bool set_translation(translation_register which, uint32_t value) {
        if (which == translation_register::ttbcr && (value >> 31) != 0) {
            return false;
        }
        registers[which] = value;
        note("translation", static_cast<uint32_t>(which), value);
        return true;
    }
    void set_dacr(uint32_t value) { note("dacr", value); }
    void set_sctlr(uint32_t value) { note("sctlr", value); }
    void flush_tlb(tlb_scope scope, uint32_t argument) {
        note("tlb", static_cast<uint32_t>(scope), argument);
    }
    uint32_t translate(gva at, mmu::access kind, mmu::privilege level) {
        return at.value() | static_cast<uint32_t>(kind) << 1 | static_cast<uint32_t>(level);
    }
    void cache(cache_operation operation, cache_target target, uint32_t argument) {
        note("cache", static_cast<uint32_t>(operation), static_cast<uint32_t>(target), argument);
    }
    void barrier(barrier_kind kind) { note("barrier", static_cast<uint32_t>(kind)); }
    void clear_monitor() { note("clear_monitor"); }
    void privilege_changed(bool user) { note("user", user ? 1 : 0); }
    void set_thread_read_only(uint32_t value) { note("thread_ro", value); }
    uint32_t thread_read_write() { return thread_rw; }
    void set_thread_read_write(uint32_t value) { thread_rw = value; }
    void fp_access_changed() { note("fp_access"); }
    uint32_t fpscr() { return fp_status; }
    void set_fpscr(uint32_t value) { fp_status = value; }
    uint64_t counter() { return now; }

    void poke(uint32_t at, uint32_t value) {
        for (uint32_t i = 0; i < 4; ++i) {
            bytes[at + i] = static_cast<uint8_t>(value >> (8 * i));
        }
    }
    void poke_half(uint32_t at, uint32_t value) {
        bytes[at] = static_cast<uint8_t>(value);
        bytes[at + 1] = static_cast<uint8_t>(value >> 8);
    }
    uint32_t peek(uint32_t at) {
        uint32_t value = 0;
        return move(gva{at}, mmu::access::read, 4, mmu::privilege::kernel, value) ? value
                                                                                  : 0xbad0bad0;
    }
    /// Puts the vCPU into a mode with this CPSR, as hardware would have come there.
    void enter(uint32_t cpsr) {
        restore_cpsr(*this, cpsr);
        log.clear();
    }
    uint32_t& r(uint32_t number) { return reg(storage, number); }

    /// Runs one ARM word as if its code had trapped at `at`.
    outcome run(uint32_t word, uint32_t at = 0x8000) {
        storage.frame.pc = at + 4;
        return emulate(*this, decode_arm(word), word);
    }

private:
    bool allowed(gva at, mmu::privilege level, bool write) const {
        const auto page = pages.find(at.page().value());
        const rights granted = page == pages.end() ? rights{} : page->second;
        if (level == mmu::privilege::user) {
            return write ? granted.user_write : granted.user_read;
        }
        return write ? granted.kernel_write : granted.kernel_read;
    }

    template <class... Values>
    void note(const char* what, Values... values) {
        std::string line = what;
        ((line += ' ', line += std::to_string(values)), ...);
        log.push_back(line);
    }
};

} // namespace paravane::plane_test
