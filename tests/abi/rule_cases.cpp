// SPDX-License-Identifier: BSD-2-Clause
// See rule_cases.hpp.
#include "rule_cases.hpp"

namespace paravane::test {

namespace {

const std::string WASH = R"([[call]]
name = "wash"
id = 0x86000002
family = "art"
since = "0.1.0"
feature = "alpha"
doc = "Washes."
args = [{ name = "amount", reg = "r0", type = "u32", doc = "How much." }]
results = [{ name = "status", reg = "r0", type = "status" }]
statuses = [{ name = "success", cause = "always" }]
)";
const std::string LIMIT = "[[constant]]\nname = \"limit\"\nvalue = 64\nsince = \"0.1.0\"\n"
                          "doc = \"Limit.\"\n";
const std::string FREE =
    R"({ name = "free", offset = 8, type = "u8[16]", writer = "hypervisor", since = "0.1.0", doc = "Zero.", reserved = true },)";
const std::string MINE =
    R"({ name = "mine", offset = 24, type = "u64", writer = "guest", since = "0.1.0", doc = "Zero.", reserved = true },)";
const std::string SHELF = "[[range]]\nname = \"shelf\"\nfirst = 0x0b000000\nlast = 0x0b00ffff\n"
                          "space = \"guest_physical\"\nsince = \"0.1.0\"\ndoc = \"The shelf.\"\n";
const std::string BUSY = "[[status]]\nname = \"busy\"\nvalue = -5\nsince = \"0.1.0\"\n"
                         "doc = \"Later.\"\n";
const std::string BETA = "[[feature]]\nname = \"beta\"\nbit = 3\nsince = \"0.1.0\"\n"
                         "doc = \"Second.\"\n";
const std::string BLUE = R"({ name = "blue", value = 2, since = "0.1.0", doc = "Blue." },)";
const std::string SHAPE = "[[enum]]\nname = \"shape\"\ndoc = \"Shapes.\"\nvalues = [{ name = "
                          "\"round\", value = 0, since = \"0.1.0\", doc = \"Round.\" }]\n";
const std::string MONITOR = R"([[code]]
name = "call_monitor"
isa = "arm"
base = 0x001000
bits = 4
since = "0.1.0"
doc = "SMC."
match = { mask = 0x0ffffff0, value = 0x01600070 }
fields = [{ name = "imm4", from = 0, width = 4, to = 0 }]
)";
const std::string LID = R"([[struct]]
name = "lid"
size = 8
align = 4
since = "0.1.0"
doc = "A lid."
fields = [{ name = "handles", offset = 0, type = "u32[2]", writer = "guest", since = "0.1.0", doc = "Handles." }]
)";
std::string reserve(const std::string& what, const std::string& name, const std::string& number) {
    return "[[reserved]]\nwhat = \"" + what + "\"\nname = \"" + name + "\"\nnumber = " + number +
           "\nsince = \"0.3.1\"\ndoc = \"Gone.\"\n";
}

std::string new_call(const std::string& name, const std::string& id, const std::string& since) {
    return "[[call]]\nname = \"" + name + "\"\nid = " + id + "\nfamily = \"art\"\nsince = \"" +
           since + "\"\ndoc = \"New.\"\nresults = []\nstatuses = []\n";
}

const std::string COUNT = R"({ name = "count", reg = "r2", type = "u32", doc = "How many." },)";
const std::string DONE =
    R"({ name = "done", reg = "r1", type = "u32", doc = "How many were painted." },)";
const std::string AMOUNT = R"({ name = "amount", reg = "r0", type = "u32", doc = "How much." })";

std::vector<rule_case> call_cases() {
    return {
        {"CALL_NO_DELETE", {{WASH, ""}}, {PATCH, {WASH, reserve("call", "wash", "0x86000002")}}},
        {"CALL_SAME_ID",
         {{"id = 0x86000002", "id = 0x86000004"}},
         {{"doc = \"Washes.\"", "doc = \"Cleans.\""}}},
        {"CALL_NO_REUSE",
         {PATCH, {WASH, new_call("other", "0x86000002", "0.3.1")}},
         {PATCH, {WASH, WASH + new_call("other", "0x86000004", "0.3.1")}}},
        {"CALL_SAME_REGISTER",
         {{COUNT, ""},
          {"reg = \"r3\", type = \"enum:colour\", doc = \"Which.\" },",
           "reg = \"r2\", type = \"enum:colour\", doc = \"Which.\" },\n"
           R"({ name = "count", reg = "r3", type = "u32", doc = "How many." },)"}},
         {{COUNT, ""}, {"doc = \"Which.\" },", "doc = \"Which.\" },\n" + COUNT}}},
        {"CALL_SAME_WIDTH",
         {{COUNT, R"({ name = "count", reg = "r2", type = "u16", doc = "How many." },)"}},
         {{"doc = \"How many.\"", "doc = \"The count.\""}}},
        {"CALL_SAME_WIDTH",
         {{COUNT, R"({ name = "count", reg = "r2", type = "s32", doc = "How many." },)"}},
         {}},
        {"CALL_SAME_DIRECTION",
         {{COUNT, ""},
          {DONE, DONE + R"({ name = "count", reg = "r2", type = "u32", doc = "x" },)"}},
         {}},
        {"CALL_NO_NEW_ARGUMENT",
         {{AMOUNT, AMOUNT + R"(, { name = "soap", reg = "r1", type = "u32", doc = "Soap." })"}},
         {PATCH, {WASH, WASH + new_call("wash_soap", "0x86000004", "0.3.1")}}},
        {"CALL_ARGUMENT_NO_DELETE", {{AMOUNT, ""}}, {}},
        {"CALL_RESULT_NO_DELETE", {{DONE, ""}}, {}},
        {"CALL_CLOBBERS",
         {{DONE, DONE + R"({ name = "more", reg = "r2", type = "u32", doc = "More." },)"}},
         {}},
        {"CALL_SAME_RETURN",
         {{"statuses = []\nnoreturn = true", "statuses = []"}},
         {{"statuses = []\nnoreturn = true", "noreturn = true\nstatuses = []"}}},
        {"CALL_SAME_FEATURE",
         {{"feature = \"alpha\"", "feature = \"beta\""}},
         {{"feature = \"alpha\"\n", ""}}},
        {"CALL_STATUS_NEEDS_FEATURE",
         {{R"({ name = "success", cause = "always" })",
           R"({ name = "success", cause = "always" }, { name = "busy", cause = "wet" })"}},
         {PATCH,
          {BETA, BETA + "[[feature]]\nname = \"gamma\"\nbit = 4\nsince = \"0.3.1\"\ndoc = \"x\"\n"},
          {R"({ name = "success", cause = "always" })",
           R"({ name = "success", cause = "always" }, { name = "busy", cause = "wet", feature = "gamma" })"}}},
        {"CALL_STATUS_NEEDS_FEATURE",
         {{R"({ name = "success", cause = "always" })",
           R"({ name = "success", cause = "always" }, { name = "busy", cause = "wet", feature = "beta" })"}},
         {}},
        {"CALL_SAME_NAME", {{"name = \"wash\"", "name = \"clean\""}}, {}},
        {"CALL_SAME_TYPE",
         {{AMOUNT, R"({ name = "amount", reg = "r0", type = "gva", doc = "How much." })"}},
         {}},
        {"CALL_OPERAND_SAME_NAME", {{"{ name = \"amount\"", "{ name = \"litres\""}}, {}},
    };
}

std::vector<rule_case> number_cases() {
    return {
        {"STATUS_SAME_VALUE",
         {{"value = -5", "value = -6"}},
         {{"doc = \"Later.\"", "doc = \"Wait.\""}}},
        {"STATUS_NO_DELETE", {{BUSY, ""}}, {PATCH, {BUSY, reserve("status", "busy", "-5")}}},
        {"STATUS_NO_REUSE",
         {PATCH,
          {"name = \"busy\"\nvalue = -5\nsince = \"0.1.0\"",
           "name = \"late\"\nvalue = -5\nsince = \"0.3.1\""}},
         {PATCH,
          {BUSY,
           BUSY + "[[status]]\nname = \"late\"\nvalue = -6\nsince = \"0.3.1\"\ndoc = \"x\"\n"}}},
        {"ENUM_SAME_VALUE",
         {{"name = \"blue\", value = 2", "name = \"blue\", value = 3"}},
         {{"doc = \"Blue.\"", "doc = \"Bleu.\""}}},
        {"ENUM_NO_DELETE",
         {{BLUE, ""}},
         {PATCH, {BLUE, ""}, {RESERVED, RESERVED + reserve("enum:colour", "blue", "2")}}},
        {"ENUM_NO_REUSE",
         {{BLUE, R"({ name = "pink", value = 2, since = "0.3.1", doc = "Pink." },)"}, PATCH},
         {PATCH,
          {BLUE, BLUE + R"({ name = "pink", value = 3, since = "0.3.1", doc = "Pink." },)"}}},
        {"FEATURE_SAME_BIT", {{"bit = 3", "bit = 4"}}, {{"doc = \"Second.\"", "doc = \"2nd.\""}}},
        {"FEATURE_NO_DELETE", {{BETA, ""}}, {PATCH, {BETA, reserve("feature", "beta", "3")}}},
        {"FEATURE_NO_REUSE",
         {{"name = \"beta\"\nbit = 3\nsince = \"0.1.0\"",
           "name = \"gamma\"\nbit = 3\nsince = \"0.3.1\""},
          PATCH},
         {PATCH,
          {BETA,
           BETA + "[[feature]]\nname = \"gamma\"\nbit = 4\nsince = \"0.3.1\"\ndoc = \"x\"\n"}}},
        {"CONSTANT_SAME_VALUE", {{"value = 64", "value = 65"}}, {{"value = 64", "value = 0x40"}}},
        {"CONSTANT_NO_DELETE", {{LIMIT, ""}}, {}},
        {"ENUM_TYPE_NO_DELETE", {{SHAPE, ""}}, {}},
        {"CONVENTION_SAME", {{"arm_immediate = 0x5000", "arm_immediate = 0x5001"}}, {}},
        {"CONVENTION_SAME", {{"thumb_immediate = 0x50", "thumb_immediate = 0x51"}}, {}},
        {"CONVENTION_CLOBBERS", {{"[\"r9\"]", "[\"r9\", \"r8\"]"}}, {{"[\"r9\"]", "[]"}}},
        {"ABI_SAME_IDENTITY", {{"-000000000001\"", "-000000000002\""}}, {}},
        {"NOTE_SAME",
         {{"section = \".note.sample\"", "section = \".note.other\""}},
         {{"doc = \"The note.\"", "doc = \"A note.\""}}},
        {"BOOT_SAME_REGISTERS",
         {{"{ reg = \"r2\", doc = \"The tree.\" },", ""}},
         {{"{ reg = \"r2\", doc = \"The tree.\" },",
           "{ reg = \"r2\", doc = \"A tree.\" },\n{ reg = \"r3\", doc = \"More.\" },"}}},
        {"RESERVED_KEPT", {{RESERVED, ""}}, {{"doc = \"Never worked.\"", "doc = \"Withdrawn.\""}}},
    };
}

std::vector<rule_case> layout_cases() {
    return {
        {"STRUCT_NO_DELETE", {{LID, ""}}, {}},
        {"STRUCT_SAME_SIZE",
         {{"size = 8\nalign = 4", "size = 12\nalign = 4"},
          {"type = \"u32[2]\"", "type = \"u32[3]\""}},
         {}},
        {"STRUCT_SAME_ALIGN", {{"size = 8\nalign = 4", "size = 8\nalign = 8"}}, {}},
        {"FIELD_NO_DELETE",
         {{R"(type = "u32", writer = "hypervisor", since = "0.1.0", doc = "Level." })",
           R"(type = "u32", writer = "hypervisor", since = "0.1.0", doc = "Level.", reserved = true })"}},
         {}},
        {"FIELD_NO_DELETE",
         {{R"({ name = "level", offset = 4, type = "u32",)",
           R"({ name = "depth", offset = 4, type = "u16[2]",)"}},
         {}},
        {"FIELD_SAME_OFFSET",
         {{"name = \"kind\", offset = 0", "name = \"level\", offset = 0"},
          {"name = \"level\", offset = 4", "name = \"kind\", offset = 4"}},
         {}},
        {"FIELD_SAME_TYPE",
         {{"name = \"level\", offset = 4, type = \"u32\"",
           "name = \"level\", offset = 4, type = \"u16[2]\""}},
         {}},
        {"FIELD_SAME_WRITER",
         {{"offset = 4, type = \"u32\", writer = \"hypervisor\"",
           "offset = 4, type = \"u32\", writer = \"guest\""}},
         {}},
        {"FIELD_RESERVED_ZERO",
         {PATCH,
          {FREE,
           R"({ name = "lost", offset = 8, type = "u8[16]", writer = "hypervisor", since = "0.1.0", doc = "x" },)"}},
         {PATCH,
          {FREE,
           R"({ name = "won", offset = 8, type = "u64", writer = "guest", since = "0.3.1", doc = "x" },
           { name = "free", offset = 16, type = "u8[8]", writer = "hypervisor", since = "0.1.0", doc = "Zero.", reserved = true },)"}}},
        {"FIELD_RESERVED_ZERO",
         {PATCH,
          {MINE,
           R"({ name = "ours", offset = 24, type = "u64", writer = "hypervisor", since = "0.3.1", doc = "x" },)"}},
         {PATCH,
          {MINE,
           R"({ name = "ours", offset = 24, type = "u64", writer = "guest", since = "0.3.1", doc = "x" },)"}}},
        {"FIELD_SAME_NAME", {{"name = \"level\", offset", "name = \"depth\", offset"}}, {}},
        {"RANGE_SAME",
         {{"last = 0x0b00ffff", "last = 0x0b01ffff"}},
         {{"doc = \"The shelf.\"", "doc = \"A shelf.\""}}},
        {"RANGE_NO_DELETE", {{SHELF, ""}}, {}},
        {"RANGE_NO_NEW",
         {PATCH,
          {SHELF, SHELF +
                      "[[range]]\nname = \"more\"\nfirst = 0x0c000000\nlast = 0x0c00ffff\nspace = "
                      "\"guest_physical\"\nsince = \"0.3.1\"\ndoc = \"x\"\n"}},
         {}},
        {"CODE_SAME_BASE",
         {{"base = 0x001000", "base = 0x002000"}},
         {{"doc = \"SMC.\"", "doc = \"Secure.\""}}},
        {"CODE_SAME_BITS",
         {{"base = 0x001000\nbits = 4", "base = 0x001000\nbits = 3"},
          {"match = { mask = 0x0ffffff0, value = 0x01600070 }",
           "match = { mask = 0x0ffffff8, value = 0x01600070 }"},
          {"{ name = \"imm4\", from = 0, width = 4, to = 0 }",
           "{ name = \"imm4\", from = 0, width = 3, to = 0 }"}},
         {}},
        {"CODE_SAME_FIELDS",
         {{"{ name = \"spsr\", from = 22, width = 1, to = 4 }",
           "{ name = \"spsr\", from = 22, width = 1, to = 0 }"},
          {"{ name = \"rd\", from = 12, width = 4, to = 0 }",
           "{ name = \"rd\", from = 12, width = 4, to = 1 }"}},
         {}},
        {"CODE_SAME_MATCH", {{"value = 0x01600070", "value = 0x01400070"}}, {}},
        {"CODE_NO_DELETE",
         {{MONITOR, ""}},
         {PATCH, {MONITOR, reserve("code", "call_monitor", "0x1000")}}},
        {"CODE_SAME_NAME", {{"name = \"call_monitor\"", "name = \"monitor_call\""}}, {}},
        {"CODE_SAME_NAME", {{"name = \"imm4\"", "name = \"immediate\""}}, {}},
        {"PLANE_SAME_BASE", {{"arm_base = 0xc00000", "arm_base = 0x400000"}}, {}},
    };
}

std::vector<rule_case> version_cases() {
    const std::string added = WASH + new_call("rinse", "0x86000004", "0.3.1");
    return {
        {"SINCE_OF_ADDITION",
         {PATCH, {WASH, WASH + new_call("rinse", "0x86000004", "0.3.0")}},
         {PATCH, {WASH, added}}},
        {"VERSION_KEPT", {{RAISE_FROM, "version = \"0.2.9\""}}, {PATCH}},
        {"VERSION_ON_ADDITION",
         {{RAISE_FROM, "version = \"1.3.9\""},
          {WASH, WASH + new_call("rinse", "0x86000004", "1.3.9")}},
         {{RAISE_FROM, "version = \"1.4.0\""},
          {WASH, WASH + new_call("rinse", "0x86000004", "1.4.0")}},
         {{RAISE_FROM, "version = \"1.3.0\""}}},
        {"VERSION_ON_BREAK", {PATCH, {"bit = 3", "bit = 4"}}, {MINOR, {"bit = 3", "bit = 4"}}},
        {"VERSION_ON_BREAK",
         {{RAISE_FROM, "version = \"1.4.0\""}, {"bit = 3", "bit = 4"}},
         {{RAISE_FROM, "version = \"2.0.0\""}, {"bit = 3", "bit = 4"}},
         {{RAISE_FROM, "version = \"1.3.0\""}}},
    };
}

} // namespace

std::vector<rule_case> all_rule_cases() {
    std::vector<rule_case> all;
    for (const auto& part : {call_cases(), number_cases(), layout_cases(), version_cases()}) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

} // namespace paravane::test
