// SPDX-License-Identifier: BSD-2-Clause
// pvrun from the command line's wishes to the exit status: source, image, session.
#include "pvrun/failure.hpp"
#include "pvrun/image.hpp"
#include "pvrun/options.hpp"
#include "pvrun/session.hpp"

#include <unistd.h>

#include <iostream>

namespace paravane::pvrun {
namespace {

namespace fs = std::filesystem;

fs::path own_folder() {
    std::error_code error;
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    return error ? fs::path{"."} : self.parent_path();
}

/// build/bin/pvrun finds build/hypervisor, an installed one ../share/paravane.
fs::path find_hypervisor(const options& given) {
    if (!given.hypervisor.empty()) {
        return given.hypervisor;
    }
    for (const char* place : {"../hypervisor", "../share/paravane/hypervisor"}) {
        const fs::path candidate = own_folder() / place / given.board / "paravane.bin";
        if (fs::exists(candidate)) {
            return candidate;
        }
    }
    return {};
}

/// Beside the source, where --search says, then among the guests of this build.
search_path files_of(const options& given) {
    std::vector<fs::path> folders{given.source.parent_path()};
    folders.insert(folders.end(), given.search.begin(), given.search.end());
    folders.push_back(own_folder() / "../guests");
    folders.push_back(own_folder() / "../share/paravane/guests");
    return search_path{folders};
}

bytes build_image(const options& given, const board& target, const fs::path& hypervisor,
                  image_parts& parts) {
    const source_node root = compile_source(given.source);
    const system_spec spec = read_spec(root, files_of(given));
    parts.name = given.source.stem().string();
    parts.target = &target;
    parts.uplink = spec.uplink;
    parts.seed = random_bytes(boot::SEED_BYTES, given.seed);
    for (const vm_spec& vm : spec.vms) {
        parts.vms.push_back(build_vm(vm, target.cpu, given.seed));
    }
    if (!hypervisor.empty()) {
        parts.hypervisor = read_file(hypervisor, "hypervisor");
    }
    if (!given.sign.empty()) {
        const bytes key = read_file(given.sign, "signing key");
        parts.signing_key.assign(key.begin(), key.end());
    }
    bytes image = pack_image(parts);
    const uint64_t ram = static_cast<uint64_t>(given.ram_mib != 0 ? given.ram_mib : target.ram_mib)
                         << 20;
    check_image(image, parts, ram);
    return image;
}

/// A folder that goes away with us.
class scratch_folder {
public:
    scratch_folder() {
        std::string name = (fs::temp_directory_path() / "pvrun-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            throw failure{exit_status::io_failure,
                          "cannot make a folder in " + fs::temp_directory_path().string()};
        }
        path_ = name;
    }
    ~scratch_folder() {
        std::error_code error;
        fs::remove_all(path_, error);
    }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

} // namespace

int run_command(const options& given) {
    const board& target = find_board(given.board);
    if (given.ram_mib > target.ram_max_mib) {
        throw failure{exit_status::usage, "--ram " + std::to_string(given.ram_mib) + ": " +
                                              target.name + " takes at most " +
                                              std::to_string(target.ram_max_mib) + " MiB"};
    }
    const fs::path hypervisor = find_hypervisor(given);
    if (hypervisor.empty() && !given.build_only) {
        throw failure{exit_status::io_failure, "no hypervisor for " + target.name +
                                                   " beside pvrun: build it, or give --hypervisor"};
    }
    image_parts parts;
    const bytes image = build_image(given, target, hypervisor, parts);
    if (given.build_only) {
        write_file(given.output, image);
        if (!given.quiet) {
            std::cout << given.output.string() << ": " << parts.vms.size() << " VM"
                      << (parts.vms.size() == 1 ? "" : "s") << ", " << image.size()
                      << " bytes, for " << target.name << "\n";
        }
        return static_cast<int>(exit_status::ok);
    }
    const scratch_folder scratch;
    const fs::path file = given.output.empty() ? scratch.path() / "system.itb" : given.output;
    write_file(file, image);
    return run_session(given, target, parts, file, hypervisor);
}

} // namespace paravane::pvrun
