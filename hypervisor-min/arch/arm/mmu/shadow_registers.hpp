// SPDX-License-Identifier: BSD-2-Clause
// Members of shadow_mmu behind the guest's translation registers: which space runs, and
// what a write of one of the others drops.
#pragma once

#include "arch/arm/mmu/shadow.hpp"

namespace paravane::arm::mmu {

PVN_SHADOW
inline uint8_t PVN_SELF::find_space(uint32_t ttbr0, uint8_t asid) const {
    const uint32_t base = ttbr0 & regs_.lower_base_mask();
    const uint8_t last = made_for_[asid];
    if (spaces_[last].in_use && spaces_[last].ttbr0 == base && spaces_[last].asid == asid)
        [[likely]] {
        return last;
    }
    if (!asids_shared_) [[likely]] {
        return KERNEL_SPACE;
    }
    for (uint32_t i = 1; i < top_; ++i) {
        if (spaces_[i].in_use && spaces_[i].ttbr0 == base && spaces_[i].asid == asid) {
            return static_cast<uint8_t>(i);
        }
    }
    return KERNEL_SPACE;
}

PVN_SHADOW
inline void PVN_SELF::select(uint8_t index) {
    current_ = index;
    spaces_[index].stamp = ++clock_;
    if constexpr (parts::ALL) {
        program_ = spaces_[index].program;
    }
    context_.ttbr0 = (config_.l1_address.value() + index * L1_BYTES) | config_.ttbr_flags;
    context_.contextidr = hw_asid(index);
    changed_ = true;
    aim();
}

PVN_SHADOW
void PVN_SELF::switch_space(uint32_t ttbr0, uint32_t contextidr) {
    if (flips_ != 0) [[unlikely]] {
        restore_user_views();
    }
    regs_.ttbr0 = ttbr0;
    regs_.contextidr = contextidr;
    select(find_space(ttbr0, static_cast<uint8_t>(contextidr)));
}

PVN_SHADOW
void PVN_SELF::set_ttbr1(uint32_t value) {
    const bool matters = (regs_.ttbcr & TTBCR_N) != 0 && value != regs_.ttbr1;
    regs_.ttbr1 = value;
    if (matters) {
        reset();
    }
}

PVN_SHADOW
Result<void, register_error> PVN_SELF::set_ttbcr(uint32_t value) {
    if ((value & TTBCR_EAE) != 0) {
        return unexpected{register_error::long_descriptors};
    }
    if (value != regs_.ttbcr) {
        regs_.ttbcr = value;
        regime_changed();
    }
    return {};
}

PVN_SHADOW
void PVN_SELF::set_sctlr(uint32_t value) {
    const uint32_t changed = value ^ regs_.sctlr;
    regs_.sctlr = value;
    if ((changed & (SCTLR_M | SCTLR_TRE | SCTLR_AFE)) != 0) {
        regime_changed();
    }
}

PVN_SHADOW
PVN_RARE void PVN_SELF::set_page_format(gpa table) {
    regs_.page_format = table;
    regime_changed();
}

PVN_SHADOW
PVN_RARE void PVN_SELF::regime_changed() {
    regs_.derive();
    forget_kinds();
    reset();
}

PVN_SHADOW
void PVN_SELF::set_prrr(uint32_t value) {
    const bool matters = (regs_.sctlr & SCTLR_TRE) != 0 && value != regs_.prrr;
    regs_.prrr = value;
    if (matters) {
        regime_changed();
    }
}

PVN_SHADOW
void PVN_SELF::set_dacr(uint32_t value) {
    const uint32_t old = regs_.dacr;
    regs_.dacr = value;
    if (!regs_.enabled() || old == value) {
        return;
    }
    // Bit 2n of each word speaks of domain n.
    const uint32_t client = value & 0x55555555;
    const uint32_t manager = client & (value >> 1);
    if ((extras_ & ~manager) != 0) {
        reset();
        return;
    }
    if ((window_domains_ & ~client) != 0) {
        purge_window();
    }
    recompute_dacr();
}

/// The pairs have changed: no remembered value holds.
PVN_SHADOW
void PVN_SELF::forget_domains() {
    for (dacr_memo& memo : memo_) {
        memo.valid = false;
    }
    recompute_dacr();
}

/// Kernels alternate between few values, so the last ones are remembered.
PVN_SHADOW
PVN_RARE void PVN_SELF::recompute_dacr() {
    const uint32_t guest = regs_.effective_dacr();
    dacr_memo& memo = memo_[(guest ^ (guest >> 2) ^ (guest >> 5)) % 4];
    if (!memo.valid || memo.guest != guest) {
        memo = {guest, domains_.registers(guest), true};
    }
    dacr_ = memo.hardware;
    changed_ = true;
    aim();
}

} // namespace paravane::arm::mmu
