/* SPDX-License-Identifier: BSD-2-Clause */
/* Entropy from QEMU's virtio-rng: a stream known to the host, checked by hash there. */
#include "guest.h"
#include "pvn_entropy.h"

#define WANTED 16384u

static pvn_u32 got;

static void done(struct pvn_entropy_request* request, pvn_u32 filled) {
    (void)request;
    got = filled;
}

void check_entropy(void) {
    static struct pvn_entropy entropy;
    static struct pvn_entropy_request request;
    volatile int flag = 0;
    pvn_u32 total = 0, crc = 0, rounds;
    int status = pvn_entropy_start(&entropy, find_device(PVN_KIND_ENTROPY, 0), (void*)&flag);

    if (status != PVN_OK)
        fail("entropy: start", (pvn_u32)status);
    request.memory = pvn_baremetal_memory(&machine, 4096, 64);
    request.done = done;
    while (total < WANTED) {
        request.bytes = WANTED - total < 4096 ? WANTED - total : 4096;
        got = 0;
        if ((status = pvn_entropy_ask(&entropy, &request)) != PVN_OK)
            fail("entropy: ask", (pvn_u32)status);
        for (rounds = 0; got == 0 && rounds < PATIENCE; rounds++)
            if (pvn_entropy_interrupt(&entropy))
                while (pvn_entropy_poll(&entropy) > 0)
                    continue;
        if (got == 0)
            fail("entropy: no answer", total);
        crc = crc32(crc, request.memory, got);
        total += got;
    }
    if (!flag)
        fail("entropy: nobody was woken", 0);
    print_number("entropy crc", crc);
}
