// SPDX-License-Identifier: BSD-2-Clause
// The scratch tree behind fixture.hpp.
#include "fixture.hpp"

#include "census/census.hpp"

#include <cstdlib>
#include <fstream>

namespace paravane::port::test {
namespace fs = std::filesystem;

scratch_tree::scratch_tree() {
    std::string pattern = (fs::temp_directory_path() / "pvport-rewrite-XXXXXX").string();
    root_ = fs::canonical(::mkdtemp(pattern.data()));
}

scratch_tree::~scratch_tree() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
}

void scratch_tree::write(const std::string& name, std::string_view content) const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << content;
}

std::string scratch_tree::read(const std::string& name) const {
    auto text = read_file((root_ / name).string());
    return text ? *text : std::string("unreadable: ") + name;
}

void scratch_tree::copy_data(const std::string& folder) const {
    fs::copy(fs::path(REWRITE_DATA) / folder, root_, fs::copy_options::recursive);
}

outcome<port_plan> scratch_tree::plan(const std::vector<std::string>& files, int level,
                                      const std::vector<std::string>& flags) const {
    plan_request request;
    request.tree = root_.string();
    request.rules_roots = {PVPORT_RULES_DIR};
    request.level = level;
    for (const std::string& file : files)
        request.database.files.push_back(path(file));
    request.database.flags = flags;
    return make_plan(request);
}

std::string scratch_tree::compile(const std::string& compiler, const std::string& name) const {
    const std::string object = path(name + ".o");
    const std::string command = compiler + " -O2 -march=armv7-a -c '" + path(name) + "' -o '" +
                                object + "' 2> '" + path("errors") + "'";
    return std::system(command.c_str()) == 0 ? object : std::string{};
}

std::vector<std::string> scratch_tree::left_in(const std::string& object) {
    std::vector<std::string> left;
    const auto result = take_census_of({{object, ""}}, {false, true}, 1);
    if (!result)
        return {result.error().message};
    for (const object_site& site : result.value().objects)
        if (site.cls != sensitivity::harmless)
            left.push_back(site.text);
    return left;
}

std::vector<std::string> compilers() {
    std::vector<std::string> found;
    for (const char* one : {"clang-19 --target=arm-linux-gnueabi", "arm-linux-gnueabi-gcc"}) {
        const std::string name = std::string(one).substr(0, std::string(one).find(' '));
        if (std::system(("command -v " + name + " > /dev/null").c_str()) == 0)
            found.emplace_back(one);
    }
    return found;
}

} // namespace paravane::port::test
