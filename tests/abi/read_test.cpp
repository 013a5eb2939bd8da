// SPDX-License-Identifier: BSD-2-Clause
// Hostile descriptions: each is refused with an id, a line and a column, and
// never crashes; a sound one survives the way through JSON and back.
#include "generator/read.hpp"

#include "generator/emit.hpp"
#include "mutation.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace {

using namespace paravane;
using namespace paravane::abi_model;
using testing::HasSubstr;

struct attempt {
    std::optional<description> result;
    toolkit::diagnostics messages;
};

attempt read(std::string_view text) {
    attempt a;
    a.result = read_any(text, "f.toml", a.messages);
    return a;
}

/// Every refusal names file, line and column in its first message.
void expect_refused(const attempt& a, const std::string& what) {
    EXPECT_FALSE(a.result) << what;
    ASSERT_FALSE(a.messages.empty()) << what;
    for (const toolkit::diagnostic& m : a.messages) {
        EXPECT_EQ(m.file, "f.toml") << what;
        EXPECT_GT(m.at.line, 0U) << what << ": " << m.text;
        EXPECT_GT(m.at.column, 0U) << what << ": " << m.text;
        EXPECT_TRUE(m.id.starts_with("READ_")) << what;
    }
}

struct bad_edit {
    std::string from;
    std::string to;
    std::string id;
    std::string text;
};

const std::string PAINT = "[[call]]\nname = \"paint\"\nid = 0x86000001\n";
const std::string KIND = R"({ name = "kind", offset = 0, type = "u32",)";
const std::string LEVEL = R"({ name = "level", offset = 4, type = "u32",)";

const std::vector<bad_edit> BAD_EDITS = {
    {"[plane]\n", "[plane]\nflavour = 1\n", "READ_UNKNOWN_KEY", "'flavour'"},
    {"[abi]\n", "[abi\n", "READ_SYNTAX", ""},
    {"name = \"sample\"\n", "name = \"sample\"\nname = \"sample\"\n", "READ_SYNTAX", ""},
    {"doc = \"A sample.\"", "doc = \"\xff\xfe\"", "READ_SYNTAX", ""},
    {"doc = \"A sample.\"", "doc = \"\"", "READ_EMPTY", "'doc'"},
    {"doc = \"A sample.\"", "doc = \"A\\nB\"", "READ_TYPE", "one line"},
    {"doc = \"A sample.\"\n", "", "READ_MISSING_KEY", "'doc'"},
    {"doc = \"A sample.\"", "doc = 1", "READ_TYPE", "a string"},
    {"version = \"0.3.0\"", "version = \"0.3\"", "READ_VERSION", "version"},
    {"version = \"0.3.0\"", "version = \"0.03.0\"", "READ_VERSION", "version"},
    {"version = \"0.3.0\"", "version = \"0.3.99999\"", "READ_VERSION", "version"},
    {"version = \"0.3.0\"", "version = \"0.1.0\"", "READ_SINCE", "0.2.0"},
    {"-000000000001\"", "-00000000000g\"", "READ_UID", "uid"},
    {"byte_order = \"little\"", "byte_order = \"big\"", "READ_ORDER", "little"},
    {"\"r12\"", "\"r7\"", "READ_REGISTER", "r12"},
    {"owner = 6", "owner = 64", "READ_RANGE", "owner"},
    {"owner = 6", "owner = 5", "READ_NUMBER_SPACE", "call_base"},
    {"arm_immediate = 0x5000", "arm_immediate = 0xc00010", "READ_OVERLAP", "plane"},
    {"value = -5", "value = 5", "READ_RANGE", "value"},
    {"value = -5", "value = -2", "READ_DUPLICATE_NUMBER", "invalid_parameter"},
    {"name = \"busy\"", "name = \"success\"", "READ_DUPLICATE_NAME", "line"},
    {"name = \"busy\"", "name = \"Busy\"", "READ_NAME", "Busy"},
    {"name = \"busy\"", "name = \"a b\"", "READ_NAME", "a b"},
    {"bit = 3", "bit = 0", "READ_DUPLICATE_NUMBER", "alpha"},
    {"bit = 3", "bit = 64", "READ_RANGE", "bit"},
    {"name = \"blue\", value = 2", "name = \"blue\", value = 1", "READ_DUPLICATE_NUMBER", "green"},
    {"id = 0x86000002", "id = 0x86000001", "READ_DUPLICATE_NUMBER", "paint"},
    {"id = 0x86000002", "id = 0x86000009", "READ_RESERVED", "smear"},
    {"id = 0x86000002", "id = 0x85000002", "READ_NUMBER_SPACE", "0x85000002"},
    {"id = 0x86000002", "id = 0x186000002", "READ_RANGE", "id"},
    {"id = 0x86000002", "id = 99999999999999999999", "READ_SYNTAX", ""},
    {"reg = \"r3\"", "reg = \"r4\"", "READ_REGISTER", "r0, r1, r2 or r3"},
    {"reg = \"r3\"", "reg = \"r2\"", "READ_REGISTER", "used twice"},
    {"reg = \"r2\", type = \"u32\"", "reg = \"r2\", type = \"u64\"", "READ_REGISTER", "twice"},
    {"reg = \"r3\", type = \"enum:colour\"", "reg = \"r3\", type = \"u64\"", "READ_REGISTER",
     "r0-r3"},
    {"type = \"enum:colour\"", "type = \"enum:colors\"", "READ_REFERENCE", "colors"},
    {"type = \"enum:colour\"", "type = \"u128\"", "READ_TYPE_NAME", "u128"},
    {"{ name = \"invalid_parameter\", cause = \"no such colour\" },", "", "READ_STATUS", "paint"},
    {"{ name = \"invalid_parameter\", cause", "{ name = \"frozen\", cause", "READ_REFERENCE",
     "frozen"},
    {"feature = \"alpha\"", "feature = \"omega\"", "READ_REFERENCE", "omega"},
    {"args = [{ name = \"amount\"", "args = [1, { name = \"amount\"", "READ_TYPE", "tables only"},
    {"noreturn = true", "noreturn = 1", "READ_TYPE", "true or false"},
    {"arm_base = 0xc00000", "arm_base = 0xc00001", "READ_RANGE", "arm_base"},
    {"base = 0x001000", "base = 0x000000", "READ_OVERLAP", "read"},
    {"base = 0x001000", "base = 0x001001", "READ_RANGE", "aligned"},
    {"base = 0x001000", "base = 0x400000", "READ_RANGE", "too large"},
    {"isa = \"thumb16\"", "isa = \"riscv\"", "READ_ISA", "isa"},
    {"mask = 0x0ffffff0, value = 0x01600070", "mask = 0x0ffffff0, value = 0x01600071",
     "READ_PATTERN", "outside"},
    {"mask = 0x0ffffff0, value = 0x01600070", "mask = 0x0fffffe0, value = 0x01600060",
     "READ_PATTERN", "neither"},
    {"{ name = \"spsr\", from = 22", "{ name = \"spsr\", from = 21", "READ_OVERLAP", "spsr"},
    {"width = 1, to = 4 }", "width = 1, to = 3 }", "READ_OVERLAP", "rd"},
    {"width = 1, to = 4 }", "width = 1, to = 5 }", "READ_OVERLAP", "spsr"},
    {KIND, R"({ name = "kind", offset = 2, type = "u32",)", "READ_GAP", "kind"},
    {LEVEL, R"({ name = "level", offset = 2, type = "u32",)", "READ_OVERLAP", "level"},
    {LEVEL, R"({ name = "level", offset = 4, type = "u16",)", "READ_GAP", "free"},
    {LEVEL, R"({ name = "level", offset = 4, type = "u64",)", "READ_ALIGN", "level"},
    {LEVEL, R"({ name = "level", offset = 4, type = "bowl",)", "READ_REFERENCE", "bowl"},
    {LEVEL, R"({ name = "level", offset = 4, type = "pot",)", "READ_ORDER", "pot"},
    {LEVEL, R"({ name = "level", offset = 4, type = "u32[0]",)", "READ_TYPE_NAME", "u32[0]"},
    {LEVEL, R"({ name = "level", offset = 4, type = "u32[1",)", "READ_TYPE_NAME", "u32[1"},
    {LEVEL, R"({ name = "level", offset = 4, type = "u32[99999999999]",)", "READ_TYPE_NAME", "99"},
    {LEVEL, R"({ name = "level", offset = -4, type = "u32",)", "READ_RANGE", "offset"},
    {"size = 32", "size = 40", "READ_SIZE", "40"},
    {"align = 8", "align = 3", "READ_ALIGN", "power of two"},
    {"writer = \"hypervisor\", since = \"0.1.0\", doc = \"Level.\"",
     "writer = \"anybody\", since = \"0.1.0\", doc = \"Level.\"", "READ_WRITER", "writer"},
    {"first = 0x0b000000", "first = 0x0b020000", "READ_RANGE", "shelf"},
    {"space = \"guest_physical\"\nsince", "space = \"virtual\"\nsince", "", ""},
    {"name = \"limit\"", "name = \"window_last\"", "READ_NAME_CLASH", "PVN_WINDOW_LAST"},
    {"name = \"limit\"", "name = \"pot_kind\"", "READ_NAME_CLASH", "PVN_POT_KIND"},
    {"name = \"lid\"", "name = \"colour\"", "READ_NAME_CLASH", "colour"},
    {"name = \"lid\"", "name = \"status\"", "READ_NAME_CLASH", "status"},
    {"name = \"green\"", "name = \"new\"", "READ_NAME", "keyword"},
    {"name = \"amount\"", "name = \"register\"", "READ_NAME", "keyword"},
    {"what = \"call\"", "what = \"shoe\"", "READ_REFERENCE", "shoe"},
};

TEST(hostile_toml, each_defect_has_its_id_and_place) {
    for (const bad_edit& b : BAD_EDITS) {
        const attempt a = read(test::edited(test::sample_text(), {{b.from, b.to}}));
        if (b.id.empty()) {
            EXPECT_TRUE(a.result) << b.to;
            continue;
        }
        expect_refused(a, b.to);
        const bool found = std::any_of(a.messages.begin(), a.messages.end(), [&](const auto& m) {
            return m.id == b.id && m.text.find(b.text) != std::string::npos;
        });
        EXPECT_TRUE(found) << b.to << '\n' << test::listing(a.messages);
    }
}

TEST(hostile_toml, the_place_is_the_value_at_fault) {
    const std::string text = test::edited(test::sample_text(), {{"bit = 3", "bit = 0"}});
    const attempt a = read(text);
    ASSERT_EQ(a.messages.size(), 1U);
    const auto lines = std::count(
        text.begin(), text.begin() + static_cast<long>(text.find("name = \"beta\"")), '\n');
    EXPECT_EQ(a.messages[0].at.line, lines + 2);
    EXPECT_EQ(a.messages[0].at.column, 7U);
}

TEST(hostile_toml, ranges_of_one_space_do_not_overlap) {
    const attempt a = read(
        test::edited(test::sample_text(), {{"first = 0x0b000000", "first = 0xfffef000"},
                                           {"last = 0x0b00ffff", "last = 0xffffffff"},
                                           {"space = \"guest_physical\"", "space = \"virtual\""}}));
    expect_refused(a, "overlap");
    EXPECT_EQ(a.messages[0].id, "READ_OVERLAP");
}

TEST(hostile_toml, empty_and_alien_files_are_refused) {
    for (const std::string& text :
         {std::string(), std::string("\n\n"), std::string("# nothing\n"), std::string("\0", 1),
          std::string(4096, '\0'), std::string("\xef\xbb\xbf"), std::string("{}"), std::string("{"),
          std::string("[]"),
          std::string("\x7f"
                      "ELF"),
          std::string(100000, '['), "a = " + std::string(100000, '['),
          std::string("[abi]\nname = \"")}) {
        expect_refused(read(text), text.substr(0, 20));
    }
}

TEST(hostile_toml, cut_at_every_byte) {
    const std::string whole = test::sample_text();
    const size_t optional_from = whole.find("[[reserved]]");
    for (size_t size = 0; size < whole.size(); ++size) {
        const attempt a = read(std::string_view(whole).substr(0, size));
        if (a.result) {
            EXPECT_GE(size + 2, optional_from) << "accepted when cut to " << size;
        } else {
            expect_refused(a, std::to_string(size));
        }
    }
}

TEST(hostile_toml, every_byte_spoilt) {
    const std::string whole = test::sample_text();
    for (size_t at = 0; at < whole.size(); at += 11) {
        for (const char spoilt : {'\0', '"', '\xff', '9'}) {
            std::string text = whole;
            text[at] = spoilt;
            const attempt a = read(text);
            EXPECT_NE(a.result.has_value(), toolkit::has_errors(a.messages)) << at;
        }
    }
}

TEST(hostile_json, cut_at_every_byte) {
    const std::string whole = emit_json(test::parsed(test::sample_text()));
    for (size_t size = 1; size + 1 < whole.size(); size += 7) {
        expect_refused(read(std::string_view(whole).substr(0, size)), std::to_string(size));
    }
}

TEST(hostile_json, types_that_no_description_has) {
    for (const char* text :
         {R"({"abi": null})", R"({"abi": 1.5})", R"({"abi": {}, "abi": {}})", R"({"abi": [1]})",
          R"({"a": 18446744073709551615})", R"({"a":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]})"}) {
        expect_refused(read(text), text);
    }
}

TEST(normal_form, json_gives_the_same_description_back) {
    for (const std::string& path :
         {std::string(PARAVANE_TEST_DATA "/base.toml"), std::string(PARAVANE_DESCRIPTION)}) {
        const description first = test::parsed(test::file_text(path));
        const std::string json = emit_json(first);
        const description second = test::parsed(json);
        EXPECT_EQ(emit_json(second), json);
        for (const auto emit : {emit_c_header, emit_stubs, emit_assembler, emit_dispatch,
                                emit_plane_cpp, emit_plane_c}) {
            EXPECT_EQ(emit(second).size(), emit(first).size());
        }
    }
}

TEST(normal_form, does_not_depend_on_the_order_of_entries) {
    const std::string text = test::sample_text();
    const size_t at = text.find("[[constant]]");
    const size_t next = text.find("[[constant]]", at + 1);
    const size_t end = text.find("[[range]]");
    const std::string swapped = text.substr(0, at) + text.substr(next, end - next) +
                                text.substr(at, next - at) + text.substr(end);
    EXPECT_EQ(emit_json(test::parsed(swapped)), emit_json(test::parsed(text)));
}

TEST(generated_text, documentation_cannot_leave_its_comment) {
    const description d = test::parsed(test::edited(
        test::sample_text(), {{"doc = \"Washes.\"", "doc = \"a */ int x; /* b \\\\\""}}));
    const std::string header = emit_c_header(d);
    EXPECT_THAT(header, HasSubstr("a * / int x; / * b"));
    EXPECT_THAT(header, testing::Not(HasSubstr("a */")));
    EXPECT_THAT(emit_cpp_header(d), testing::Not(HasSubstr("b \\\n")));
}

} // namespace
