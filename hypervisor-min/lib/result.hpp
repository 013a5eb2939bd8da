// SPDX-License-Identifier: BSD-2-Clause
// Result<T, E>: a value or the reason why there is none, named as std::expected
// names it. Freestanding; used by every part of the hypervisor.
#pragma once

namespace paravane {

/// The error side of a Result on its way out; converts to any Result<T, E>.
template <class E>
class unexpected {
public:
    constexpr explicit unexpected(E error) : error_{error} {}
    constexpr const E& error() const { return error_; }

private:
    E error_;
};

/// A trivially copyable value or error. Reading the side that is not there
/// traps: it is a fault of ours, never of a guest.
template <class T, class E>
class [[nodiscard]] Result {
    static_assert(__is_trivially_copyable(T) && __is_trivially_copyable(E));

public:
    using value_type = T;
    using error_type = E;

    constexpr Result(T value) : value_{value}, has_value_{true} {}
    constexpr Result(unexpected<E> failure) : error_{failure.error()}, has_value_{false} {}

    constexpr bool has_value() const { return has_value_; }
    constexpr explicit operator bool() const { return has_value_; }

    constexpr const T& value() const {
        require(has_value_);
        return value_;
    }
    constexpr T& value() {
        require(has_value_);
        return value_;
    }
    constexpr const E& error() const {
        require(!has_value_);
        return error_;
    }
    constexpr T value_or(T fallback) const { return has_value_ ? value_ : fallback; }

    constexpr const T& operator*() const { return value(); }
    constexpr T& operator*() { return value(); }
    constexpr const T* operator->() const { return &value(); }
    constexpr T* operator->() { return &value(); }

private:
    static constexpr void require(bool held) {
        if (!held) {
            __builtin_trap();
        }
    }

    union {
        T value_;
        E error_;
    };
    bool has_value_;
};

/// Success without a value, or an error.
template <class E>
class [[nodiscard]] Result<void, E> {
    static_assert(__is_trivially_copyable(E));

public:
    using value_type = void;
    using error_type = E;

    constexpr Result() : error_{}, has_value_{true} {}
    constexpr Result(unexpected<E> failure) : error_{failure.error()}, has_value_{false} {}

    constexpr bool has_value() const { return has_value_; }
    constexpr explicit operator bool() const { return has_value_; }

    constexpr void value() const {
        if (!has_value_) {
            __builtin_trap();
        }
    }
    constexpr const E& error() const {
        if (has_value_) {
            __builtin_trap();
        }
        return error_;
    }

private:
    E error_;
    bool has_value_;
};

} // namespace paravane

/// The value of a Result, or return from the enclosing function with its error.
#define TRY(expression)                                                                            \
    ({                                                                                             \
        auto&& try_result_ = (expression);                                                         \
        if (!try_result_) {                                                                        \
            return ::paravane::unexpected{try_result_.error()};                                    \
        }                                                                                          \
        try_result_.value();                                                                       \
    })
