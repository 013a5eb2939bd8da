/* SPDX-License-Identifier: BSD-2-Clause */
/* A trusted service in a VM of its own: keeps a key and answers challenges over
 * vsock, port 77. A request is 32 bytes; the answer is their HMAC-SHA256 under the
 * key, by libsodium. Nothing else leaves, whatever becomes of the system beside it.
 * Arguments: the key in 64 hex digits, a blank, how many answers until it ends; 0: it
 * answers as long as the system lives. */
#include "guest.h"

#include "pvn_baremetal.h"
#include "pvn_baremetal_calls.h"
#include "pvn_vsock.h"

#define PAGE ((volatile struct pvn_vcpu_page *)PVN_VCPU_PAGE_DEFAULT)
#define PORT 77
#define BYTES 32
#define SECOND 1000000000u /* ns */

/* libsodium's headers want a hosted C library. */
int crypto_auth_hmacsha256(unsigned char *out, const unsigned char *in, unsigned long long bytes,
                           const unsigned char *key);

static char arena[1 << 18] __attribute__((aligned(4096)));
static struct pvn_baremetal system;
static struct pvn_paravane transport;
static struct pvn_vsock vsock;
static struct pvn_vsock_listener listener;
static struct pvn_vsock_socket socket;
static char received[256];
static unsigned char key[BYTES];
static volatile int awake;
static int taken;

static __attribute__((noreturn)) void fail(const char *why)
{
    guest_print("vault: ");
    guest_print(why);
    guest_print("\n");
    guest_exit(1);
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static uint32_t read_arguments(void)
{
    const volatile uint8_t *at = PAGE->boot.arguments;
    uint32_t answers = 0;
    int i;

    for (i = 0; i < 2 * BYTES; i++) {
        const int digit = digit_of((char)*at++);

        if (digit < 0)
            fail("the arguments do not start with a key of 64 hex digits");
        key[i / 2] = (unsigned char)(key[i / 2] << 4 | digit);
    }
    while (*at == ' ')
        at++;
    while (*at >= '0' && *at <= '9')
        answers = answers * 10 + *at++ - '0';
    return answers;
}

/* One client at a time; another is refused. */
static struct pvn_vsock_socket *accept(struct pvn_vsock_listener *where, pvn_u32 cid, pvn_u32 port)
{
    (void)where;
    (void)cid;
    (void)port;
    if (taken)
        return 0;
    taken = 1;
    return &socket;
}

/* Whether a source was pending; it is not any more. */
static int claim(uint32_t source)
{
    const uint8_t raised = PAGE->irq_raised[source];
    const int pending = raised != PAGE->irq_claimed[source];

    PAGE->irq_claimed[source] = raised;
    return pending;
}

/* Handles what arrived, and sleeps when there was nothing. Interrupts stay masked:
 * idle returns when one is pending, and claiming is a store. */
static void pump(void)
{
    const int done = pvn_vsock_poll(&vsock);

    if (done < 0)
        fail("the socket device broke");
    if (done > 0)
        return;
    pvn_idle();
    claim(PVN_IRQ_SOURCE_DEVICE_FIRST);
    pvn_vsock_interrupt(&vsock);
}

static void send_all(const unsigned char *data, uint32_t bytes)
{
    while (bytes && socket.state == PVN_VSOCK_OPEN) {
        const int put = pvn_vsock_send(&vsock, &socket, data, bytes);

        if (put < 0)
            return;
        data += put;
        bytes -= (uint32_t)put;
        if (put == 0)
            pump();
    }
}

/* A client that does not confirm the end within a second is cut off. */
static void hang_up(void)
{
    pvn_u64 now = 0;

    pvn_vsock_close(&vsock, &socket);
    pvn_time_read(&now);
    pvn_timer_set(now + SECOND);
    while (socket.state != PVN_VSOCK_CLOSED) {
        pump();
        if (claim(PVN_IRQ_SOURCE_TIMER))
            pvn_vsock_close(&vsock, &socket);
    }
    pvn_timer_set(~0ull);
}

/* Serves one client until it leaves; how many answers it got, `most` at the most. */
static uint32_t serve(uint32_t most)
{
    unsigned char request[BYTES], answer[BYTES];
    uint32_t have = 0, given = 0;

    while (!taken)
        pump();
    while (socket.state != PVN_VSOCK_CLOSED && given < most) {
        have += (uint32_t)pvn_vsock_receive(&vsock, &socket, request + have, BYTES - have);
        if (have == BYTES) {
            crypto_auth_hmacsha256(answer, request, BYTES, key);
            send_all(answer, BYTES);
            have = 0;
            given++;
        } else if (socket.peer_done) {
            break;
        } else {
            pump();
        }
    }
    hang_up();
    taken = 0;
    return given;
}

uint32_t main(void)
{
    const uint32_t wanted = read_arguments();
    uint32_t given = 0;

    pvn_baremetal_start(&system, arena, sizeof arena, guest_print);
    if (pvn_paravane_probe(&transport, &pvn_baremetal_calls,
                           (struct pvn_device_page *)PVN_DEVICE_PAGES, 0, &system.os) != PVN_OK ||
        pvn_vsock_start(&vsock, &transport.device, (void *)&awake) != PVN_OK)
        fail("no socket device behind a device page");
    socket.buffer = received;
    socket.capacity = sizeof received;
    listener.port = PORT;
    listener.accept = accept;
    pvn_vsock_listen(&vsock, &listener);
    guest_print("vault: ready\n");
    while (wanted == 0 || given < wanted)
        given += serve(wanted == 0 ? ~0u : wanted - given);
    guest_print("vault: every answer given, the key is still here\n");
    return 0;
}
