// SPDX-License-Identifier: BSD-2-Clause
// Files, digests and random bytes for pvrun.
#include "pvrun/bytes.hpp"

#include "pvrun/failure.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>

namespace paravane::pvrun {

std::filesystem::path search_path::find(const std::string& name) const {
    for (const std::filesystem::path& folder : folders_) {
        std::error_code error;
        if (std::filesystem::exists(folder / name, error)) {
            return folder / name;
        }
    }
    return folders_.empty() ? std::filesystem::path{name} : folders_.front() / name;
}

bytes read_file(const std::filesystem::path& path, const std::string& context) {
    std::ifstream file{path, std::ios::binary};
    if (!file || std::filesystem::is_directory(path)) {
        const int error = file ? EISDIR : errno;
        throw failure{exit_status::io_failure,
                      context + ": cannot read " + path.string() + ": " + std::strerror(error)};
    }
    return {std::istreambuf_iterator<char>{file}, {}};
}

void write_file(const std::filesystem::path& path, const bytes& content) {
    std::filesystem::path part = path;
    part += ".part";
    std::ofstream file{part, std::ios::binary | std::ios::trunc};
    file.write(reinterpret_cast<const char*>(content.data()),
               static_cast<std::streamsize>(content.size()));
    file.close();
    std::error_code error;
    if (file) {
        std::filesystem::rename(part, path, error);
    }
    if (!file || error) {
        throw failure{exit_status::io_failure,
                      "cannot write " + path.string() + ": " +
                          (error ? error.message() : std::strerror(errno))};
    }
}

digest sha256(const bytes& content) {
    digest out{};
    if (EVP_Digest(content.data(), content.size(), out.data(), nullptr, EVP_sha256(), nullptr) !=
        1) {
        throw failure{exit_status::io_failure, "OpenSSL cannot compute SHA-256"};
    }
    return out;
}

bytes sign(const bytes& content, const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> text{
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
        PEM_read_bio_PrivateKey(text.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
    if (key == nullptr || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519) {
        throw failure{exit_status::bad_input, "the signing key is no Ed25519 private key in PEM: "
                                              "make one with openssl genpkey -algorithm ed25519"};
    }
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free};
    bytes out(64);
    size_t size = out.size();
    if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), out.data(), &size, content.data(), content.size()) != 1) {
        throw failure{exit_status::io_failure, "OpenSSL cannot sign"};
    }
    return out;
}

bytes random_bytes(size_t count, const std::string& seed) {
    bytes out(count);
    if (seed.empty()) {
        if (RAND_bytes(out.data(), static_cast<int>(count)) != 1) {
            throw failure{exit_status::io_failure, "the system gives no random bytes"};
        }
        return out;
    }
    bytes state{seed.begin(), seed.end()};
    for (size_t at = 0; at < count; at += sizeof(digest)) {
        const digest block = sha256(state);
        std::memcpy(out.data() + at, block.data(), std::min(sizeof(digest), count - at));
        state.insert(state.end(), block.begin(), block.end());
    }
    return out;
}

std::string hex(uint64_t value) {
    std::ostringstream out;
    out << "0x" << std::hex << value;
    return out.str();
}

std::string amount(uint64_t size) {
    if (size != 0 && size % (1u << 20) == 0) {
        return std::to_string(size >> 20) + " MiB";
    }
    if (size != 0 && size % (1u << 10) == 0) {
        return std::to_string(size >> 10) + " KiB";
    }
    return std::to_string(size) + " bytes";
}

} // namespace paravane::pvrun
