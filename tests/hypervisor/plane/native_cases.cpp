// SPDX-License-Identifier: BSD-2-Clause
// Random cases for the native comparison: every form in every mode in which it is
// not UNPREDICTABLE, with operands chosen so that what follows is a stop.
#include "thumb_forms.hpp"

namespace paravane::plane_test {

native_bank& native_case::bank(uint32_t mode) {
    switch (mode) {
    case MODE_SVC:
        return svc;
    case MODE_ABT:
        return abt;
    case MODE_UND:
        return und;
    case MODE_IRQ:
        return irq;
    default:
        return fiq;
    }
}

uint32_t& native_case::reg(uint32_t number, uint32_t mode) {
    if (number >= 13) {
        if (mode == MODE_USR || mode == MODE_SYS) {
            return usr[number - 13];
        }
        return number == 13 ? bank(mode).sp : bank(mode).lr;
    }
    return mode == MODE_FIQ && number >= 8 ? fiq_r[number - 8] : r[number];
}

namespace {

class maker : private thumb_forms {
public:
    using thumb_forms::thumb_forms;

    named_case make() {
        using method = void (maker::*)();
        struct kind {
            const char* name;
            method fill;
        };
        static constexpr kind KINDS[] = {
            {"mrs", &maker::mrs},
            {"msr", &maker::msr},
            {"cps", &maker::cps},
            {"setend", &maker::setend},
            {"return", &maker::data_return},
            {"ldm_return", &maker::ldm_return},
            {"ldm_stm_user", &maker::user_block},
            {"srs", &maker::srs},
            {"rfe", &maker::rfe},
            {"unprivileged", &maker::unprivileged},
            {"cp15", &maker::cp15},
            {"cp15_user", &maker::cp15_user},
            {"fp_status", &maker::fp_status},
            {"thumb", &maker::thumb_status},
            {"thumb_block", &maker::thumb_block},
            {"thumb_unprivileged", &maker::thumb_unprivileged},
        };
        const kind& chosen = KINDS[below(std::size(KINDS))];
        (this->*chosen.fill)();
        return {chosen.name, case_};
    }

private:
    // Status ---------------------------------------------------------------------
    void mrs() {
        const bool spsr = coin();
        begin(spsr ? NOT_SYS : ~0u);
        case_.code[0] = condition() | 0x010f0000 | (spsr ? 1u << 22 : 0) | low() << 12;
    }
    void msr() {
        const bool spsr = coin();
        begin(spsr ? NOT_SYS : ~0u);
        const uint32_t mask = 1 + below(15);
        const uint32_t head = condition() | (spsr ? 1u << 22 : 0) | mask << 16;
        if (coin()) {
            const uint32_t rm = low();
            r(rm) = (word() & NO_IL & ~0x1fu) | legal_mode();
            case_.code[0] = head | 0x0120f000 | rm;
        } else {
            static constexpr uint32_t ROTATIONS[] = {0x000, 0x400, 0xc00};
            const bool rotated = (mask & 1) == 0;
            const uint32_t imm = (word() & 0xe0) | legal_mode();
            case_.code[0] =
                head | 0x0320f000 | (rotated ? (word() & 0xff) | ROTATIONS[below(3)] : imm);
        }
    }
    void cps() {
        begin(~0u);
        case_.code[0] = 0xf1000000 | cps_fields();
    }
    void setend() {
        begin(~0u);
        case_.code[0] = 0xf1010000 | below(2) << 9;
    }

    // Returns --------------------------------------------------------------------
    static uint32_t shifted(uint32_t value, uint32_t type, uint32_t amount, bool carry) {
        const uint64_t wide = value;
        switch (type) {
        case 0:
            return static_cast<uint32_t>(wide << amount);
        case 1:
            return static_cast<uint32_t>(wide >> (amount == 0 ? 32 : amount));
        case 2:
            return static_cast<uint32_t>(static_cast<int64_t>(static_cast<int32_t>(value)) >>
                                         (amount == 0 ? 32 : amount));
        default:
            return amount == 0 ? value >> 1 | (carry ? 0x80000000 : 0)
                               : static_cast<uint32_t>(wide << 32 >> amount | wide >> amount);
        }
    }
    /// SUBS and MOVS: QEMU 7.2 takes the other opcodes for plain branches, so
    /// return_test.cpp has those.
    void data_return() {
        begin(NOT_USR & NOT_SYS);
        const uint32_t to = target(case_.bank(mode_).spsr);
        const uint32_t carry = case_.cpsr >> 29 & 1;
        const uint32_t rn = coin() ? 14 : low();
        if (coin()) {
            const uint32_t imm = word() & 0xfff;
            const uint32_t turn = (imm >> 8) * 2;
            const uint32_t byte = imm & 0xff;
            r(rn) = to + (turn == 0 ? byte : byte >> turn | byte << (32 - turn));
            case_.code[0] = condition() | 0x0250f000 | rn << 16 | imm;
        } else if (coin()) {
            r(rn) = to;
            case_.code[0] = condition() | 0x01b0f000 | rn;
        } else {
            const uint32_t rm = (rn + 1 + below(12)) % 13;
            const uint32_t type = below(4);
            const uint32_t amount = below(32);
            r(rn) = to + shifted(r(rm), type, amount, carry != 0);
            case_.code[0] = condition() | 0x0050f000 | rn << 16 | amount << 7 | type << 5 | rm;
        }
    }

    // Blocks ---------------------------------------------------------------------
    void ldm_return() {
        begin(NOT_USR & NOT_SYS);
        const uint32_t rn = coin() ? 13 : low();
        base(rn);
        const bool up = coin();
        const bool before = coin();
        const bool back = coin();
        uint32_t list = word() & word() & 0x7fff;
        list &= ~(1u << rn);
        const auto words = static_cast<uint32_t>(__builtin_popcount(list)) + 1;
        const uint32_t to = target(case_.bank(mode_).spsr);
        data(lowest(data_ + 64, words, up, before) + 4 * (words - 1)) =
            (case_.cpsr & CPSR_E) != 0 ? __builtin_bswap32(to) : to;
        case_.code[0] = condition() | 0x08508000 | (before ? 1u << 24 : 0) | (up ? 1u << 23 : 0) |
                        (back ? 1u << 21 : 0) | rn << 16 | list;
    }
    void user_block() {
        begin(NOT_SYS);
        const uint32_t rn = coin() ? 13 : low();
        base(rn);
        const bool load = coin();
        const uint32_t list = (word() & word() & (load ? 0x7fff : 0xffff)) | 1u << below(15);
        case_.code[0] =
            condition() | 0x08400000 | (load ? 1u << 20 : 0) | below(4) << 23 | rn << 16 | list;
    }
    void srs() {
        begin(NOT_SYS);
        uint32_t mode = legal_mode();
        while (mode == case_.runner) {
            mode = legal_mode();
        }
        case_.code[0] = 0xf84d0500 | below(4) << 23 | below(2) << 21 | mode;
    }
    void rfe() {
        begin(~0u);
        const uint32_t rn = coin() ? 13 : low();
        base(rn);
        const bool up = coin();
        const bool before = coin();
        const uint32_t cpsr = status(legal_mode(), coin());
        const uint32_t at = lowest(data_ + 64, 2, up, before);
        const bool big = (case_.cpsr & CPSR_E) != 0;
        data(at) = big ? __builtin_bswap32(target(cpsr)) : target(cpsr);
        data(at + 4) = big ? __builtin_bswap32(cpsr) : cpsr;
        case_.code[0] =
            0xf8100a00 | (before ? 1u << 24 : 0) | (up ? 1u << 23 : 0) | below(2) << 21 | rn << 16;
    }

    // Unprivileged accesses --------------------------------------------------------
    void unprivileged() {
        begin(~0u);
        const uint32_t rn = low();
        const uint32_t rt = (rn + 1 + below(12)) % 13;
        base(rn);
        const uint32_t head = condition() | below(2) << 23 | rn << 16 | rt << 12;
        const uint32_t rm = low();
        switch (below(3)) {
        case 0:
            case_.code[0] = head | 0x04200000 | below(2) << 20 | below(2) << 22 | (word() & 0xfff);
            break;
        case 1:
            case_.code[0] =
                head | 0x06200000 | below(2) << 20 | below(2) << 22 | (word() & 0xfe0) | rm;
            break;
        default: {
            const bool load = coin();
            const uint32_t op = load ? 1 + below(3) : 1;
            const bool by_immediate = coin();
            case_.code[0] = head | 0x00200090 | (load ? 1u << 20 : 0) | op << 5 |
                            (by_immediate ? 1u << 22 | (word() & 0xf0f) : rm);
            break;
        }
        }
    }

    // Coprocessors -----------------------------------------------------------------
    static constexpr uint32_t cp15_word(bool load, uint32_t crn, uint32_t crm, uint32_t opc2,
                                        uint32_t rt) {
        return 0x0e000f10 | (load ? 1u << 20 : 0) | crn << 16 | rt << 12 | opc2 << 5 | crm;
    }
    void cp15() {
        struct stored {
            uint8_t crn, crm, opc2;
            uint32_t mask;
        };
        static constexpr stored REGISTERS[] = {{3, 0, 0, ~0u},  {5, 0, 0, ~0u}, {5, 0, 1, ~0u},
                                               {6, 0, 0, ~0u},  {6, 0, 2, ~0u}, {13, 0, 1, ~0u},
                                               {13, 0, 3, ~0u}, {13, 0, 4, ~0u}};
        begin(NOT_USR);
        const stored& which = REGISTERS[below(std::size(REGISTERS))];
        const uint32_t rt = low();
        r(rt) &= which.mask;
        case_.code[0] = condition() | cp15_word(false, which.crn, which.crm, which.opc2, rt);
        case_.code[1] = condition() | cp15_word(true, which.crn, which.crm, which.opc2, low());
    }
    /// User mode: only the barriers and the two thread registers, of whatever is asked.
    void cp15_user() {
        static constexpr uint8_t NAMES[][3] = {
            {0, 0, 0}, {0, 0, 5},  {1, 0, 0},  {2, 0, 0},  {2, 0, 2},  {3, 0, 0},  {5, 0, 0},
            {6, 0, 0}, {7, 5, 4},  {7, 5, 0},  {7, 10, 4}, {7, 10, 5}, {7, 10, 1}, {7, 14, 2},
            {8, 7, 0}, {10, 2, 0}, {12, 0, 0}, {13, 0, 0}, {13, 0, 1}, {13, 0, 3}, {13, 0, 4}};
        begin(1);
        const uint8_t* const name = NAMES[below(std::size(NAMES))];
        case_.code[0] = 0xe0000000 | cp15_word(coin(), name[0], name[1], name[2], low());
    }
    void fp_status() {
        begin(coin() ? NOT_USR : 1);
        const uint32_t rt = low();
        r(rt) = word() & 0x7fffffff;
        case_.code[0] = 0xeee80a10 | rt << 12;                          // VMSR FPEXC
        case_.code[1] = condition() | 0x0ee10a10 | (rt + 1) % 13 << 12; // VMSR FPSCR
        case_.code[2] = condition() | 0x0ef10a10 | (coin() ? 15 : low()) << 12;
        case_.code[3] = condition() | 0x0ef80a10 | low() << 12;
        for (uint32_t i = 0; i < 13; ++i) { // FPSCR's flags and rounding alone
            if (i != rt) {
                r(i) &= 0xf3c00000;
            }
        }
    }
};

} // namespace

std::vector<named_case> make_cases(uint32_t base, uint32_t count, uint32_t seed) {
    maker one{base, seed};
    std::vector<named_case> cases;
    cases.reserve(count);
    for (uint32_t i = 0; i < count; ++i) {
        cases.push_back(one.make());
    }
    return cases;
}

} // namespace paravane::plane_test
