// SPDX-License-Identifier: BSD-2-Clause
// The forms of native_cases.cpp that are Thumb's.
#pragma once

#include "case_maker.hpp"

namespace paravane::plane_test {

class thumb_forms : protected case_maker {
protected:
    using case_maker::case_maker;

    void begin_thumb(uint32_t modes) {
        begin(modes, true);
        if (coin()) { // the last instruction of an IT block
            case_.cpsr |= CPSR_IT & ((below(14) << 4 | 8) << 8);
        }
    }
    void wide(uint32_t instruction) { case_.code[0] = instruction << 16 | instruction >> 16; }
    void narrow(uint32_t instruction) {
        case_.code[0] = (case_.code[0] & 0xffff0000) | instruction;
    }
    void thumb_status() {
        const uint32_t which = below(6);
        const bool returns = which == 5;
        begin_thumb(returns ? NOT_USR & NOT_SYS : which == 1 || which == 2 ? NOT_SYS : ~0u);
        const uint32_t spsr = (which == 1 || which == 2) && coin() ? 1u << 20 : 0;
        const uint32_t rn = low();
        switch (which) {
        case 0:
            narrow(0xb660 | below(2) << 4 | (1 + below(7)));
            break;
        case 1:
            wide(0xf3ef8000 | spsr | rn << 8);
            break;
        case 2:
            r(rn) = (word() & NO_IL & ~0x1fu) | legal_mode();
            wide(0xf3808000 | spsr | rn << 16 | (1 + below(15)) << 8);
            break;
        case 3: {
            const uint32_t fields = cps_fields();
            wide(0xf3af8000 | (fields >> 9 & 0x700) | (fields >> 1 & 0xe0) | (fields & 0x1f));
            break;
        }
        case 4:
            case_.cpsr &= ~CPSR_IT; // SETEND and CPS are not for IT blocks
            narrow(0xb650 | below(2) << 3);
            break;
        default: {
            const uint32_t imm = below(256);
            r(14) = target(case_.bank(mode_).spsr) + imm;
            wide(0xf3de8f00 | imm);
            break;
        }
        }
        if (which == 0 || which == 3) {
            case_.cpsr &= ~CPSR_IT;
        }
    }
    void thumb_block() {
        const bool store = coin();
        begin_thumb(store ? NOT_USR & NOT_SYS : NOT_USR);
        const bool increment = coin();
        const uint32_t way = (increment ? 0x01800000 : 0) | below(2) << 21;
        if (store) {
            case_.cpsr &= ~CPSR_IT; // QEMU 7.2 forgets to leave the block after SRS
            uint32_t mode = legal_mode();
            while (mode == case_.runner) {
                mode = legal_mode();
            }
            wide(0xe80dc000 | way | mode);
            return;
        }
        const uint32_t rn = coin() ? 13 : low();
        base(rn);
        case_.cpsr &= ~CPSR_E;
        const uint32_t cpsr = status(legal_mode(), coin());
        const uint32_t at = lowest(data_ + 64, 2, increment, !increment);
        data(at) = target(cpsr);
        data(at + 4) = cpsr;
        wide(0xe810c000 | way | rn << 16);
    }
    void thumb_unprivileged() {
        begin_thumb(~0u);
        const uint32_t rn = low();
        const uint32_t rt = low();
        r(rn) = data_ + 4 * below(8);
        const bool load = coin();
        const uint32_t size = below(3);
        const bool sign = load && size != 2 && coin();
        wide(0xf8000e00 | (sign ? 1u << 24 : 0) | size << 21 | (load ? 1u << 20 : 0) | rn << 16 |
             rt << 12 | 4 * below(20));
    }
};

} // namespace paravane::plane_test
