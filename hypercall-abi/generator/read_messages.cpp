// SPDX-License-Identifier: BSD-2-Clause
// Rows of the READ_* messages.
#include "generator/read_messages.hpp"

namespace paravane::abi_model {

toolkit::message_table read_messages() {
    static constexpr toolkit::message_row ROWS[] = {
        {"READ_SYNTAX", "The file is not well-formed TOML (or JSON), or not UTF-8.",
         "Repair the place named; a truncated file is reported at its end."},
        {"READ_UNKNOWN_KEY", "A key that no reader asks for, most often a misspelt one.",
         "Compare with hypercall-abi/README.md, which lists each key."},
        {"READ_MISSING_KEY", "An entry lacks a key that every entry of its kind has.",
         "Add the key."},
        {"READ_TYPE", "A key has a value of the wrong kind.",
         "Give an integer, a one-line string or a table as the message says."},
        {"READ_EMPTY", "A text that documents something is empty.", "Write the sentence."},
        {"READ_NAME", "A name is not lower-case letters, digits and underscores.",
         "Names become identifiers in C, C++ and assembler: keep to [a-z][a-z0-9_]*."},
        {"READ_RANGE", "A number does not fit where it has to go.",
         "Stay within the limits that the message names."},
        {"READ_VERSION", "A version is not of the form major.minor.patch.",
         "Write for example 0.1.0; no leading zeros."},
        {"READ_TYPE_NAME", "A type that the ABI does not have.",
         "Use u8, u16, u32, u64, gva, gpa, status, enum:NAME, or a structure and [n] in layouts."},
        {"READ_REGISTER", "A register is unknown, used twice, or a pair does not fit.",
         "Arguments and results live in r0-r3, 64-bit ones in two neighbours, statuses in r0."},
        {"READ_PATTERN", "The bits of an instruction are not each matched or moved once.",
         "Mask and fields together must cover the instruction, the fields the whole payload."},
        {"READ_ISA", "An instruction set that the plane does not know.",
         "Use arm, thumb16 or thumb32."},
        {"READ_WRITER", "A shared word without one named writer.",
         "Name guest, hypervisor or vcpu."},
        {"READ_DUPLICATE_NAME", "Two entries of one kind have the same name.", "Rename one."},
        {"READ_DUPLICATE_NUMBER", "Two entries of one kind have the same number.",
         "Give the newer one a free number."},
        {"READ_NAME_CLASH", "Two entries become the same identifier in a generated file.",
         "Rename the newer one; the message names both."},
        {"READ_RESERVED", "A name or number that belonged to a removed entry is used again.",
         "Choose another; reserved ones never get a second meaning."},
        {"READ_REFERENCE", "An entry names another that does not exist.",
         "Correct the name or describe what is missing."},
        {"READ_STATUS", "A call takes an enumeration but cannot refuse unknown values.",
         "List invalid_parameter among its statuses."},
        {"READ_CALL", "A call contradicts itself.", "A call that does not return has no results."},
        {"READ_NUMBER_SPACE", "A function number lies outside of the ranges of the convention.",
         "Own calls start at call_base, PSCI at psci_base; both follow the SMCCC."},
        {"READ_SINCE", "An entry claims to come from a later version than the description's.",
         "Raise the version, or correct 'since'."},
        {"READ_ORDER", "Something stands in an order that is not supported.",
         "Describe a structure before those that hold it; the ABI is little-endian."},
        {"READ_UID", "The service's UID is not a UUID.", "Write it in lower case with dashes."},
        {"READ_OVERLAP", "Two fields, ranges or codes claim the same place.", "Move one of them."},
        {"READ_GAP", "A structure leaves bytes that no field names.",
         "Describe them as a reserved field, so that no compiler decides about them."},
        {"READ_ALIGN", "A field or structure is not aligned to its own width.",
         "Move it, or put reserved bytes before it."},
        {"READ_SIZE", "The fields of a structure do not end at its size.",
         "Correct the size or the last reserved field."},
        {"READ_FORBIDDEN_CODE", "A code is one that other software uses for its own purposes.",
         "Choose codes outside of the never_ lists of the plane."},
    };
    return {"Reading a description", ROWS};
}

} // namespace paravane::abi_model
