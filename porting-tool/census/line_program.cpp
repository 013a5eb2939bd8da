// SPDX-License-Identifier: BSD-2-Clause
// A checked cursor, a header reader by version, and the state machine.
#include "line_program.hpp"

#include "elf_internal.hpp"

#include <algorithm>

namespace paravane::port {
namespace {

constexpr uint32_t SHT_REL = 9;
constexpr uint8_t R_ARM_ABS32 = 2;

// Reads past the end give zero and are remembered.
class cursor {
public:
    cursor(std::span<const uint8_t> bytes, size_t at, size_t end)
        : bytes_(bytes), at_(at), end_(std::min(end, bytes.size())) {}

    bool good() const { return good_; }
    bool more() const { return good_ && at_ < end_; }
    size_t at() const { return at_; }
    size_t end() const { return end_; }

    template <typename T>
    T take() {
        const auto value =
            at_ <= end_ && end_ - at_ >= sizeof(T) ? read_at<T>(bytes_, at_) : std::nullopt;
        good_ = good_ && value.has_value();
        at_ += value ? sizeof(T) : 0;
        return value.value_or(T{});
    }
    void skip(uint64_t count) {
        good_ = good_ && count <= end_ - at_;
        at_ = good_ ? at_ + static_cast<size_t>(count) : end_;
    }
    uint64_t uleb() {
        uint64_t value = 0;
        for (unsigned shift = 0; good_; shift += 7) {
            const uint8_t byte = take<uint8_t>();
            if (shift < 64)
                value |= static_cast<uint64_t>(byte & 0x7f) << shift;
            if ((byte & 0x80) == 0)
                break;
        }
        return value;
    }
    int64_t sleb() {
        uint64_t value = 0;
        unsigned shift = 0;
        uint8_t byte = 0x80;
        while (good_ && (byte & 0x80) != 0) {
            byte = take<uint8_t>();
            if (shift < 64)
                value |= static_cast<uint64_t>(byte & 0x7f) << shift;
            shift += 7;
        }
        if (shift < 64 && (byte & 0x40) != 0)
            value |= ~uint64_t{0} << shift;
        return static_cast<int64_t>(value);
    }
    std::string_view string() {
        const std::string_view text = string_at(bytes_.first(end_), static_cast<uint32_t>(at_));
        skip(text.size() + 1);
        return text;
    }

private:
    std::span<const uint8_t> bytes_;
    size_t at_;
    size_t end_;
    bool good_ = true;
};

// Where a word of .debug_line gets its section from, in an ET_REL file.
struct relocated {
    uint32_t offset = 0;
    uint16_t section = 0;
    uint32_t value = 0;
};

std::vector<relocated> relocations_of(const elf_image& image, const elf_section& lines) {
    std::vector<relocated> out;
    const auto sections = image.sections();
    const auto index = static_cast<uint32_t>(&lines - sections.data());
    for (const elf_section& section : sections) {
        if (section.type != SHT_REL || section.info != index || section.link >= sections.size())
            continue;
        const auto symbols = sections[section.link].bytes;
        for (uint64_t at = 0; at + 8 <= section.bytes.size(); at += 8) {
            const uint32_t info = *read_at<uint32_t>(section.bytes, at + 4);
            const uint64_t symbol = uint64_t{info >> 8} * 16;
            const auto value = read_at<uint32_t>(symbols, symbol + 4);
            const auto home = read_at<uint16_t>(symbols, symbol + 14);
            if ((info & 0xff) == R_ARM_ABS32 && value && home)
                out.push_back({*read_at<uint32_t>(section.bytes, at), *home, *value});
        }
    }
    std::sort(out.begin(), out.end(),
              [](const relocated& a, const relocated& b) { return a.offset < b.offset; });
    return out;
}

class program {
public:
    using visitor = std::function<void(const line_files&, const line_sequence&)>;

    program(const elf_image& image, std::span<const uint8_t> bytes,
            std::span<const relocated> moved, size_t begin, size_t end)
        : image_(image), moved_(moved), in_(bytes, begin, end) {}

    void run(const visitor& visit) {
        if (!read_header())
            return;
        start();
        while (in_.more())
            step(visit);
    }

private:
    bool read_header() {
        files_.version = in_.take<uint16_t>();
        if (files_.version < 2 || files_.version > 5)
            return false;
        if (files_.version == 5)
            in_.skip(2);
        const uint32_t length = in_.take<uint32_t>();
        const size_t code = in_.at() + length;
        step_ = in_.take<uint8_t>();
        if (files_.version >= 4)
            in_.skip(1);
        in_.skip(1);
        line_base_ = static_cast<int8_t>(in_.take<uint8_t>());
        line_range_ = in_.take<uint8_t>();
        opcode_base_ = in_.take<uint8_t>();
        for (unsigned i = 1; i < opcode_base_; ++i)
            operands_.push_back(in_.take<uint8_t>());
        if (!in_.good() || line_range_ == 0 || opcode_base_ == 0 || code > in_.end())
            return false;
        files_.version == 5 ? read_tables() : read_lists();
        if (!in_.good() || in_.at() > code)
            return false;
        in_.skip(code - in_.at());
        return true;
    }

    void read_lists() {
        files_.folders.emplace_back();
        for (std::string_view name = in_.string(); in_.good() && !name.empty(); name = in_.string())
            files_.folders.push_back(name);
        files_.files.emplace_back();
        for (std::string_view name = in_.string(); in_.good() && !name.empty();
             name = in_.string()) {
            files_.files.push_back({name, static_cast<uint32_t>(in_.uleb())});
            in_.uleb();
            in_.uleb();
        }
    }

    void read_tables() {
        for (const line_files::entry& one : read_table())
            files_.folders.push_back(one.name);
        files_.files = read_table();
    }

    std::vector<line_files::entry> read_table() {
        std::vector<std::pair<uint64_t, uint64_t>> format(in_.take<uint8_t>());
        for (auto& [content, form] : format) {
            content = in_.uleb();
            form = in_.uleb();
        }
        std::vector<line_files::entry> all;
        const uint64_t count = format.empty() ? 0 : in_.uleb();
        if (format.empty())
            in_.uleb();
        for (uint64_t i = 0; i < count && in_.more(); ++i) {
            line_files::entry one;
            for (const auto& [content, form] : format)
                read_field(content, form, one);
            all.push_back(one);
        }
        return all;
    }

    void read_field(uint64_t content, uint64_t form, line_files::entry& one) {
        constexpr uint64_t PATH = 1;
        constexpr uint64_t FOLDER = 2;
        std::string_view text;
        uint64_t number = 0;
        switch (form) {
        case 0x08:
            text = in_.string();
            break;
        case 0x0e:
            text = text_of(".debug_str");
            break;
        case 0x1f:
            text = text_of(".debug_line_str");
            break;
        case 0x0b:
            number = in_.take<uint8_t>();
            break;
        case 0x05:
            number = in_.take<uint16_t>();
            break;
        case 0x06:
            number = in_.take<uint32_t>();
            break;
        case 0x07:
            in_.skip(8);
            break;
        case 0x1e:
            in_.skip(16);
            break;
        case 0x0f:
            number = in_.uleb();
            break;
        case 0x09:
            in_.skip(in_.uleb());
            break;
        default:
            in_.skip(~uint64_t{0});
            break;
        }
        if (content == PATH)
            one.name = text;
        if (content == FOLDER)
            one.folder = static_cast<uint32_t>(number);
    }

    std::string_view text_of(const char* section) {
        const uint32_t offset = in_.take<uint32_t>();
        const elf_section* table = image_.section_named(section);
        return table == nullptr ? std::string_view{} : string_at(table->bytes, offset);
    }

    void start() {
        row_ = {0, 1, 1};
        sequence_ = {};
    }

    void advance(uint64_t operations) { row_.address += static_cast<uint32_t>(operations * step_); }

    void step(const visitor& visit) {
        const uint8_t opcode = in_.take<uint8_t>();
        if (opcode >= opcode_base_) {
            const unsigned adjusted = opcode - opcode_base_;
            advance(adjusted / line_range_);
            row_.line +=
                static_cast<uint32_t>(line_base_ + static_cast<int>(adjusted % line_range_));
            sequence_.rows.push_back(row_);
        } else if (opcode == 0) {
            extended(visit);
        } else {
            standard(opcode);
        }
    }

    void standard(uint8_t opcode) {
        switch (opcode) {
        case 1:
            sequence_.rows.push_back(row_);
            break;
        case 2:
            advance(in_.uleb());
            break;
        case 3:
            row_.line += static_cast<uint32_t>(in_.sleb());
            break;
        case 4:
            row_.file = static_cast<uint32_t>(in_.uleb());
            break;
        case 8:
            advance((255u - opcode_base_) / line_range_);
            break;
        case 9:
            row_.address += in_.take<uint16_t>();
            break;
        default:
            for (unsigned i = 0; i < operands_[opcode - 1u]; ++i)
                in_.uleb();
        }
    }

    void extended(const visitor& visit) {
        const uint64_t length = in_.uleb();
        if (length == 0 || length > in_.end() - in_.at())
            return in_.skip(~uint64_t{0});
        const size_t next = in_.at() + static_cast<size_t>(length);
        const uint8_t opcode = in_.take<uint8_t>();
        if (opcode == 1) {
            sequence_.rows.push_back(row_);
            visit(files_, sequence_);
            start();
        } else if (opcode == 2 && length == 5) {
            set_address();
        }
        if (in_.at() <= next)
            in_.skip(next - in_.at());
    }

    void set_address() {
        const auto offset = static_cast<uint32_t>(in_.at());
        row_.address = in_.take<uint32_t>();
        const auto found = std::lower_bound(
            moved_.begin(), moved_.end(), offset,
            [](const relocated& one, uint32_t wanted) { return one.offset < wanted; });
        if (found != moved_.end() && found->offset == offset) {
            row_.address += found->value;
            sequence_.section = found->section;
        }
    }

    const elf_image& image_;
    std::span<const relocated> moved_;
    cursor in_;
    line_files files_;
    uint8_t step_ = 1;
    int line_base_ = 0;
    unsigned line_range_ = 1;
    unsigned opcode_base_ = 1;
    std::vector<uint8_t> operands_; ///< LEB128 operands of each standard opcode, from 1
    line_row row_;
    line_sequence sequence_;
};

} // namespace

std::string line_files::path_of(uint32_t file) const {
    if (file >= files.size() || files[file].name.empty())
        return {};
    std::string path(files[file].name);
    const uint32_t folder = files[file].folder;
    if (path[0] != '/' && folder < folders.size() && !folders[folder].empty())
        path = std::string(folders[folder]) + "/" + path;
    if (path[0] != '/' && version == 5 && folder != 0 && !folders.empty() && !folders[0].empty())
        path = std::string(folders[0]) + "/" + path;
    return path;
}

void for_each_sequence(const elf_image& image,
                       const std::function<void(const line_files&, const line_sequence&)>& visit) {
    constexpr uint32_t COMPRESSED = 0x800;
    constexpr uint32_t LONGEST = 0xfffffff0;
    const elf_section* lines = image.section_named(".debug_line");
    if (lines == nullptr || (lines->flags & COMPRESSED) != 0)
        return;
    const auto moved = relocations_of(image, *lines);
    for (uint64_t at = 0; const auto length = read_at<uint32_t>(lines->bytes, at);) {
        const uint64_t begin = at + 4;
        if (*length >= LONGEST || *length > lines->bytes.size() - begin)
            return;
        at = begin + *length;
        program(image, lines->bytes, moved, static_cast<size_t>(begin), static_cast<size_t>(at))
            .run(visit);
    }
}

} // namespace paravane::port
