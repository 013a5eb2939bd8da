// SPDX-License-Identifier: BSD-2-Clause
// How the census says that something failed: a value, or one line that names
// file, place and cure together with the exit status it leads to.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace paravane::port {

/// One line for the user; `status` is 3 for bad input, 4 for a failed read or write.
struct failure {
    std::string message;
    int status = 3;
};

template <typename T>
class [[nodiscard]] outcome {
public:
    outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    outcome(failure f) : state_(std::in_place_index<1>, std::move(f)) {}

    explicit operator bool() const { return state_.index() == 0; }
    T& value() {
        assert(*this);
        return *std::get_if<0>(&state_);
    }
    const T& value() const {
        assert(*this);
        return *std::get_if<0>(&state_);
    }
    const failure& error() const {
        assert(!*this);
        return *std::get_if<1>(&state_);
    }
    T& operator*() { return value(); }
    const T& operator*() const { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

private:
    std::variant<T, failure> state_;
};

} // namespace paravane::port
