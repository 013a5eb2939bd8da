// SPDX-License-Identifier: BSD-2-Clause
// Uses the C++ headers hosted and freestanding; compiled by headers_test.cpp.
#include <paravane/dispatch.hpp>
#include <paravane/plane.hpp>

using namespace paravane::abi;

static_assert(plane::instruction(plane::decode_arm(plane::encode_arm(0xe10f0000).value)).value ==
              0xe10f0000);

struct handler {
    vcpu_page* page;
    bool has(feature f) const { return (page->features[feature_word(f)] & feature_mask(f)) != 0; }
    version_call::result on(const version_call&) const { return {VERSION}; }
    console_write_call::result on(const console_write_call& c) const {
        return {.status = status::success, .written = c.length};
    }
};

void serve(handler& h, uint32_t (&r)[16]);

void serve(handler& h, uint32_t (&r)[16]) {
    dispatch(h, r[12], r);
}
