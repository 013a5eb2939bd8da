/* SPDX-License-Identifier: BSD-2-Clause */
/* Two VMs reach the world beyond the board's network card, which is QEMU's and its
 * user network: each finds the gateway by ARP and gets every one of its echo requests
 * back, of all lengths. */
#include "kit.h"

#include "pvn_net.h"

#define ROUNDS 200u
#define LONGEST 1472u /* of an echo's data: a frame of 1514 bytes */
#define ECHO_AT 42u   /* Ethernet 14, IP 20, ICMP 8 */

static struct pvn_net card;
static volatile int flag;
static struct pvn_segment part;
static struct pvn_net_frame frame;
static volatile int busy;
static uint8_t gateway[6];
static int found;
static uint32_t wanted, answers, wrong;

static const uint8_t gateway_ip[4] = {10, 0, 2, 2};

static uint8_t* bytes(void) {
    return (uint8_t*)part.memory;
}

static void copy(uint8_t* to, const uint8_t* from, uint32_t count) {
    while (count--)
        *to++ = *from++;
}

static void put16(uint8_t* at, uint32_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static uint32_t get16(const uint8_t* at) {
    return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t checksum(const uint8_t* at, uint32_t count) {
    uint32_t sum = 0;

    for (; count > 1; count -= 2, at += 2)
        sum += get16(at);
    if (count)
        sum += (uint32_t)*at << 8;
    sum = (sum >> 16) + (sum & 0xffff);
    return ~(sum + (sum >> 16)) & 0xffff;
}

static void own_ip(uint8_t* at) {
    copy(at, gateway_ip, 3);
    at[3] = (uint8_t)(14 + PAGE->vm_id);
}

static uint8_t data_of(uint32_t number, uint32_t i) {
    return (uint8_t)(number * 31 + i * 7 + (i >> 8) + PAGE->vm_id);
}

static uint32_t length_of(uint32_t number) {
    return number * 97 % (LONGEST + 1);
}

static void sent(struct pvn_net_frame* which) {
    (void)which;
    busy = 0;
}

static void send(const uint8_t* to, uint32_t type, uint32_t length) {
    copy(bytes(), to, 6);
    copy(bytes() + 6, card.mac, 6);
    put16(bytes() + 12, type);
    part.bytes = length < 60 ? 60 : length;
    busy = 1;
    kit_must("send", pvn_net_send(&card, &frame));
    pvn_net_kick(&card);
}

static void ask_for_gateway(void) {
    static const uint8_t everyone[6] = {255, 255, 255, 255, 255, 255};
    uint8_t* arp = bytes() + 14;

    put16(arp, 1);
    put16(arp + 2, 0x800);
    arp[4] = 6;
    arp[5] = 4;
    put16(arp + 6, 1);
    copy(arp + 8, card.mac, 6);
    own_ip(arp + 14);
    copy(arp + 24, gateway_ip, 4);
    send(everyone, 0x806, 42);
}

static void send_echo(uint32_t number) {
    uint8_t *ip = bytes() + 14, *icmp = ip + 20;
    uint32_t i, length = length_of(number);

    for (i = 0; i < 28; i++)
        ip[i] = 0;
    ip[0] = 0x45;
    put16(ip + 2, 28 + length);
    ip[8] = 64;
    ip[9] = 1;
    own_ip(ip + 12);
    copy(ip + 16, gateway_ip, 4);
    put16(ip + 10, checksum(ip, 20));
    icmp[0] = 8;
    put16(icmp + 4, PAGE->vm_id);
    put16(icmp + 6, number);
    for (i = 0; i < length; i++)
        icmp[8 + i] = data_of(number, i);
    put16(icmp + 2, checksum(icmp, 8 + length));
    send(gateway, 0x800, ECHO_AT + length);
}

static int is_answer(const uint8_t* in, uint32_t count) {
    uint32_t i, length = length_of(wanted);

    if (count < ECHO_AT + length || get16(in + 16) != 28 + length ||
        get16(in + 38) != PAGE->vm_id || get16(in + 40) != wanted)
        return 0;
    for (i = 0; i < length; i++)
        if (in[ECHO_AT + i] != data_of(wanted, i))
            return 0;
    return checksum(in + 34, 8 + length) == 0;
}

static void receive(void* context, const void* data, pvn_u32 count) {
    const uint8_t* in = (const uint8_t*)data;

    (void)context;
    if (count >= 42 && get16(in + 12) == 0x806 && get16(in + 20) == 2) {
        copy(gateway, in + 22, 6);
        found = 1;
    } else if (count >= ECHO_AT && get16(in + 12) == 0x800 && in[23] == 1 && in[34] == 0) {
        answers++;
        wrong += !is_answer(in, count);
    }
}

static void wait_until(const int* done, const uint32_t* count, uint32_t enough) {
    while (busy || (done ? !*done : *count < enough))
        if (pvn_net_poll(&card) == 0)
            kit_wait(&flag);
}

uint32_t main(void) {
    struct pvn_device* device;

    kit_start();
    device = kit_find(PVN_KIND_NET, 0);
    part.memory = kit_memory(1536);
    frame.segments = &part;
    frame.segment_count = 1;
    frame.sent = sent;
    card.receive = receive;
    kit_must("net", pvn_net_start(&card, device, (void*)&flag));
    kit_on_interrupt(device, (int (*)(void*))pvn_net_interrupt, &card);
    ask_for_gateway();
    wait_until(&found, 0, 0);
    for (wanted = 0; wanted < ROUNDS; wanted++) {
        send_echo(wanted);
        wait_until(0, &answers, wanted + 1);
    }
    check("every echo came back", answers, ROUNDS);
    check("and whole", wrong, 0);
    finish("uplink");
}
