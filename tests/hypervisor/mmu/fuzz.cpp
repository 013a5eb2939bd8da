// SPDX-License-Identifier: BSD-2-Clause
// Fuzzer of the shadow MMU: bytes are a guest's life, as script.hpp reads them.
#include "script.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    paravane::test::guest g{4, 12};
    paravane::test::script{data, size}.run(g);
    if (::testing::Test::HasFailure()) {
        std::abort();
    }
    return 0;
}
