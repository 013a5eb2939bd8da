// SPDX-License-Identifier: BSD-2-Clause
// The machine's report and the way back. The schema's name changes when a
// reader of the old one would go wrong.
#include "writers.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>

namespace paravane::port {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* SCHEMA = "paravane-port-report-1";

/// Leaves out what is empty: most fields of most sites are.
void put(json& object, const char* key, const std::string& value) {
    if (!value.empty())
        object[key] = value;
}

void put(json& object, const char* key, const source_place& place) {
    if (place.line != 0 || !place.file.empty())
        object[key] = {{"file", place.file}, {"line", place.line}};
}

void put_fate(json& object, disposition fate, port_level level, const std::string& rule) {
    object["disposition"] = name_of(fate);
    if (level != port_level::none)
        object["level"] = static_cast<int>(level);
    put(object, "rule", rule);
}

json json_of(const object_site& site) {
    json out;
    put(out, "object", site.object);
    put(out, "unit", site.unit);
    put(out, "section", site.section);
    put(out, "function", site.function);
    put(out, "place", site.place);
    out["address"] = site.address;
    out["function_offset"] = site.function_offset;
    out["encoding"] = site.encoding;
    out["size"] = site.size;
    out["isa"] = name_of(site.set);
    out["kind"] = name_of(site.what);
    out["class"] = name_of(site.cls);
    put(out, "reason", site.reason);
    put(out, "text", site.text);
    put_fate(out, site.fate, site.level, site.rule);
    put(out, "edit", site.edit);
    return out;
}

json json_of(const source_site& site) {
    json out;
    put(out, "place", site.place);
    put(out, "expansion", site.expansion);
    put(out, "unit", site.unit);
    put(out, "function", site.function);
    put(out, "macro", site.macro);
    put(out, "text", site.text);
    if (site.assembly)
        out["assembly"] = true;
    if (!site.identities.empty())
        out["identities"] = site.identities;
    for (const kind what : site.open)
        out["open"].push_back(name_of(what));
    out["class"] = name_of(site.cls);
    put(out, "category", site.category);
    put(out, "reason", site.reason);
    put_fate(out, site.fate, site.level, site.rule);
    put(out, "edit", site.edit);
    return out;
}

/// Reads typed fields of one object; the first wrong one is remembered.
class field_reader {
public:
    explicit field_reader(const json& object) : object_(object) {}

    std::string text(const char* key) {
        const auto it = object_.find(key);
        if (it == object_.end())
            return {};
        if (!it->is_string())
            return wrong<std::string>(key);
        return it->get<std::string>();
    }
    uint64_t number(const char* key) {
        const auto it = object_.find(key);
        if (it == object_.end())
            return 0;
        if (!it->is_number_unsigned())
            return wrong<uint64_t>(key);
        return it->get<uint64_t>();
    }
    source_place place(const char* key) {
        const auto it = object_.find(key);
        if (it == object_.end())
            return {};
        if (!it->is_object())
            return wrong<source_place>(key);
        field_reader inner(*it);
        source_place result{inner.text("file"), static_cast<unsigned>(inner.number("line"))};
        wrong_ = wrong_.empty() ? inner.wrong_ : wrong_;
        return result;
    }
    template <typename Enum, typename Find>
    Enum name(const char* key, Find find) {
        const auto found = find(text(key));
        return found ? *found : wrong<Enum>(key);
    }
    port_level level() {
        if (!object_.contains("level"))
            return port_level::none;
        const uint64_t level = number("level");
        return level <= 2 ? static_cast<port_level>(level) : wrong<port_level>("level");
    }
    const std::string& complaint() const { return wrong_; }
    const json& object() const { return object_; }

private:
    template <typename T>
    T wrong(const char* key) {
        if (wrong_.empty())
            wrong_ = key;
        return T{};
    }

    const json& object_;
    std::string wrong_;
};

object_site object_of(field_reader& in) {
    object_site site;
    site.object = in.text("object");
    site.unit = in.text("unit");
    site.section = in.text("section");
    site.function = in.text("function");
    site.place = in.place("place");
    site.address = in.number("address");
    site.function_offset = in.number("function_offset");
    site.encoding = static_cast<uint32_t>(in.number("encoding"));
    site.size = static_cast<uint8_t>(in.number("size"));
    site.set = in.text("isa") == name_of(isa::thumb) ? isa::thumb : isa::arm;
    site.what = in.name<kind>("kind", kind_of);
    site.cls = in.name<sensitivity>("class", sensitivity_of);
    site.reason = in.text("reason");
    site.text = in.text("text");
    site.fate = in.name<disposition>("disposition", disposition_of);
    site.level = in.level();
    site.rule = in.text("rule");
    site.edit = in.text("edit");
    return site;
}

source_site source_of(field_reader& in) {
    source_site site;
    site.place = in.place("place");
    site.expansion = in.place("expansion");
    site.unit = in.text("unit");
    site.function = in.text("function");
    site.macro = in.text("macro");
    site.text = in.text("text");
    site.assembly = in.object().contains("assembly");
    if (const auto it = in.object().find("identities"); it != in.object().end() && it->is_array())
        for (const json& value : *it)
            if (value.is_number_unsigned())
                site.identities.push_back(value.get<uint32_t>());
    if (const auto it = in.object().find("open"); it != in.object().end() && it->is_array())
        for (const json& value : *it)
            if (const auto what = kind_of(value.is_string() ? value.get<std::string>() : ""))
                site.open.push_back(*what);
    site.cls = in.name<sensitivity>("class", sensitivity_of);
    site.category = in.text("category");
    site.reason = in.text("reason");
    site.fate = in.name<disposition>("disposition", disposition_of);
    site.level = in.level();
    site.rule = in.text("rule");
    site.edit = in.text("edit");
    return site;
}

template <typename Site, typename Read>
std::string read_list(const json& root, const char* key, std::vector<Site>& out, Read read) {
    const auto it = root.find(key);
    if (it == root.end() || !it->is_array())
        return std::string("'") + key + "' is missing";
    for (const json& element : *it) {
        if (!element.is_object())
            return std::string("'") + key + "' holds something that is no object";
        field_reader in(element);
        out.push_back(read(in));
        if (!in.complaint().empty())
            return std::string("'") + key + "' has a wrong '" + in.complaint() + "'";
    }
    return {};
}

} // namespace

std::string to_json(const report& all) {
    json root;
    root["schema"] = SCHEMA;
    root["tree"] = all.tree;
    root["configuration"] = all.configuration;
    root["files"] = all.objects_read;
    root["instructions"] = all.instructions;
    root["notes"] = all.notes;
    root["objects"] = json::array();
    for (const object_site& site : all.objects)
        root["objects"].push_back(json_of(site));
    root["sources"] = json::array();
    for (const source_site& site : all.sources)
        root["sources"].push_back(json_of(site));
    return root.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

outcome<report> parse_report(std::string_view text, const std::string& path) {
    const json root = json::parse(text, nullptr, false);
    if (root.is_discarded() || !root.is_object())
        return failure{path + ": not a JSON report; write one with pvport scan --format json", 3};
    field_reader in(root);
    if (in.text("schema") != SCHEMA)
        return failure{path + ": not a report of schema " + SCHEMA, 3};
    report all;
    all.tree = in.text("tree");
    all.configuration = in.text("configuration");
    all.objects_read = static_cast<unsigned>(in.number("files"));
    all.instructions = in.number("instructions");
    if (!in.complaint().empty())
        return failure{path + ": '" + in.complaint() + "' is wrong", 3};
    if (const auto it = root.find("notes"); it != root.end() && it->is_array())
        for (const json& note : *it)
            if (note.is_string())
                all.notes.push_back(note.get<std::string>());
    std::string wrong = read_list(root, "objects", all.objects, object_of);
    if (wrong.empty())
        wrong = read_list(root, "sources", all.sources, source_of);
    if (!wrong.empty())
        return failure{path + ": " + wrong, 3};
    return all;
}

outcome<report> read_report(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return failure{path + ": cannot open the report", 3};
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return parse_report(text, path);
}

} // namespace paravane::port
