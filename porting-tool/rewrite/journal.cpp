// SPDX-License-Identifier: BSD-2-Clause
// The journal lists what is about to be replaced or created; originals are kept
// beside the files until the journal is gone.
#include "journal.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace paravane::port {
namespace fs = std::filesystem;
namespace {

constexpr const char* OLD = ".pvport-old";
constexpr const char* NEW = ".pvport-new";

failure cannot(const std::string& path, const char* what) {
    return {path + ": cannot be " + what + ": " + std::strerror(errno) + "; nothing was changed",
            4};
}

outcome<bool> write_synced(const std::string& path, std::string_view content, mode_t mode) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (file < 0)
        return cannot(path, "written");
    for (size_t at = 0; at < content.size();) {
        const ssize_t done = ::write(file, content.data() + at, content.size() - at);
        if (done < 0) {
            const failure why = cannot(path, "written");
            ::close(file);
            return why;
        }
        at += static_cast<size_t>(done);
    }
    ::fchmod(file, mode);
    const bool kept = ::fsync(file) == 0;
    return ::close(file) == 0 && kept ? outcome<bool>(true) : cannot(path, "written");
}

mode_t mode_of(const std::string& path) {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0644;
}

struct target {
    std::string path;
    std::string content;
    bool existed = false;
};

// Fails when a file is not what it was when the plan was made.
outcome<std::vector<target>> targets_of(const port_plan& plan) {
    std::vector<target> out;
    for (const auto& [path, file] : plan.edits.files()) {
        const auto now = read_file(path);
        if (!now)
            return now.error();
        if (now.value() != file.before)
            return failure{path + ": changed since the plan was made; run again", 3};
        if (::access(path.c_str(), W_OK) != 0)
            return cannot(path, "written");
        out.push_back({path, edited(file), true});
    }
    for (const new_file& file : plan.added) {
        const std::string path = (fs::path(plan.tree) / file.name).string();
        std::error_code ignored;
        const bool exists = fs::exists(path, ignored);
        if (exists) {
            const auto now = read_file(path);
            if (now && now.value() == file.content)
                continue;
        }
        out.push_back({path, file.content, exists});
    }
    return out;
}

std::string journal_path(const std::string& tree) {
    return (fs::path(tree) / JOURNAL_NAME).string();
}

std::string done_path(const std::string& tree) {
    return journal_path(tree) + "-done";
}

// Folders that a target needs and that are not there yet, the outermost first.
std::vector<std::string> missing_folders(const std::vector<target>& targets) {
    std::vector<std::string> out;
    for (const target& one : targets) {
        std::vector<std::string> chain;
        std::error_code ignored;
        for (fs::path folder = fs::path(one.path).parent_path();
             !folder.empty() && !fs::exists(folder, ignored) &&
             std::find(out.begin(), out.end(), folder.string()) == out.end();
             folder = folder.parent_path())
            chain.push_back(folder.string());
        out.insert(out.end(), chain.rbegin(), chain.rend());
    }
    return out;
}

outcome<bool> write_journal(const std::string& tree, const std::vector<target>& targets) {
    std::string text;
    for (const target& one : targets)
        text += std::string(one.existed ? "replace " : "create ") + one.path + "\n";
    auto folders = missing_folders(targets);
    for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder)
        text += "folder " + *folder + "\n";
    return write_synced(journal_path(tree), text, 0600);
}

outcome<bool> stage(const std::vector<target>& targets) {
    for (const target& one : targets) {
        std::error_code error;
        fs::create_directories(fs::path(one.path).parent_path(), error);
        const mode_t mode = one.existed ? mode_of(one.path) : 0644;
        if (auto written = write_synced(one.path + NEW, one.content, mode); !written)
            return written;
        if (one.existed && ::link(one.path.c_str(), (one.path + OLD).c_str()) != 0)
            return cannot(one.path + OLD, "made");
    }
    return true;
}

outcome<bool> commit(const std::vector<target>& targets) {
    for (const target& one : targets)
        if (::rename((one.path + NEW).c_str(), one.path.c_str()) != 0)
            return cannot(one.path, "replaced");
    return true;
}

} // namespace

namespace {

struct journal_entry {
    std::string what;
    std::string path;
};

// Entries that name files of the tree; others were never written by us.
outcome<std::vector<journal_entry>> read_journal(const std::string& tree, const std::string& path) {
    const auto text = read_file(path);
    if (!text)
        return text.error();
    std::vector<journal_entry> out;
    std::string_view rest = text.value();
    while (!rest.empty()) {
        const size_t end = std::min(rest.find('\n'), rest.size());
        const std::string line(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const size_t blank = line.find(' ');
        if (blank != std::string::npos && inside_tree(tree, line.substr(blank + 1)))
            out.push_back({line.substr(0, blank), line.substr(blank + 1)});
    }
    return out;
}

outcome<bool> put_back(const journal_entry& one) {
    std::error_code error;
    const std::string& path = one.path;
    if (one.what == "folder") {
        ::rmdir(path.c_str());
        return true;
    }
    ::unlink((path + NEW).c_str());
    if (one.what == "create")
        ::unlink(path.c_str());
    else if (fs::exists(path + OLD, error) && ::rename((path + OLD).c_str(), path.c_str()) != 0)
        return cannot(path, "put back");
    else
        ::unlink((path + OLD).c_str());
    return true;
}

} // namespace

outcome<bool> recover(const std::string& folder) {
    std::error_code error;
    const std::string tree = fs::canonical(folder, error).string();
    const bool done = !error && fs::exists(done_path(tree), error);
    const std::string journal = done ? done_path(tree) : journal_path(tree);
    if (tree.empty() || !fs::exists(journal, error))
        return false;
    const auto entries = read_journal(tree, journal);
    if (!entries)
        return entries.error();
    for (const journal_entry& one : entries.value()) {
        if (done)
            ::unlink((one.path + OLD).c_str());
        else if (auto back = put_back(one); !back)
            return back;
    }
    ::unlink(journal.c_str());
    return true;
}

outcome<unsigned> apply_in_place(const port_plan& plan) {
    const auto targets = targets_of(plan);
    if (!targets)
        return targets.error();
    if (targets.value().empty())
        return 0u;
    auto done = write_journal(plan.tree, targets.value());
    if (done)
        done = stage(targets.value());
    if (done)
        done = commit(targets.value());
    if (!done) {
        const failure why = done.error();
        if (auto undone = recover(plan.tree); !undone)
            return undone.error();
        return why;
    }
    // From this rename on the apply counts as done; what is left to do is to clean up.
    if (::rename(journal_path(plan.tree).c_str(), done_path(plan.tree).c_str()) != 0)
        return cannot(journal_path(plan.tree), "renamed");
    for (const target& one : targets.value())
        ::unlink((one.path + OLD).c_str());
    ::unlink(done_path(plan.tree).c_str());
    return static_cast<unsigned>(targets.value().size());
}

namespace {

// As the standard library copies a tree, symbolic links as they are, but told step by step.
void copy_tree(const fs::path& from, const fs::path& to, const step_report& progress,
               std::error_code& error) {
    std::vector<fs::path> names;
    for (auto it = fs::recursive_directory_iterator(from, error);
         !error && it != fs::recursive_directory_iterator(); it.increment(error))
        names.push_back(it->path().lexically_relative(from));
    if (!error)
        fs::create_directory(to, from, error);
    for (size_t i = 0; i < names.size() && !error; ++i) {
        const fs::path source = from / names[i];
        const fs::file_status status = fs::symlink_status(source, error);
        if (fs::is_symlink(status))
            fs::copy_symlink(source, to / names[i], error);
        else if (fs::is_directory(status))
            fs::create_directory(to / names[i], source, error);
        else if (fs::is_regular_file(status))
            fs::copy_file(source, to / names[i], error);
        if (progress)
            progress(i + 1, names.size());
    }
}

} // namespace

outcome<unsigned> apply_to(const port_plan& plan, const std::string& folder,
                           const step_report& progress) {
    std::error_code error;
    if (fs::exists(folder, error))
        return failure{folder + ": exists already; name a folder that does not", 3};
    const fs::path whole = fs::weakly_canonical(fs::absolute(folder), error);
    if (inside_tree(plan.tree, whole.string()))
        return failure{folder + ": lies in the tree that it would be a copy of; name one outside",
                       3};
    const std::string partial = folder + ".pvport-partial";
    fs::remove_all(partial, error);
    const auto targets = targets_of(plan);
    if (!targets)
        return targets.error();
    if (const auto parent = fs::path(folder).parent_path(); !parent.empty())
        fs::create_directories(parent, error);
    copy_tree(plan.tree, partial, progress, error);
    for (const target& one : targets.value()) {
        if (error)
            break;
        const fs::path to = fs::path(partial) / *inside_tree(plan.tree, one.path);
        fs::create_directories(to.parent_path(), error);
        if (auto written = write_synced(to.string(), one.content, mode_of(one.path)); !written) {
            fs::remove_all(partial, error);
            return written.error();
        }
    }
    if (!error)
        fs::rename(partial, folder, error);
    if (error) {
        const std::string why = error.message();
        fs::remove_all(partial, error);
        return failure{folder + ": cannot be written: " + why, 4};
    }
    return static_cast<unsigned>(targets.value().size());
}

} // namespace paravane::port
