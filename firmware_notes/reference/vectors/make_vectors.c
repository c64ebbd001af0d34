/* Prints vectors.json: a conversation with the core, each message's bytes beside what they mean.
 * What they mean is stated from what was asked and pushed here, not read back from the bytes. Runs on a computer. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ivg1_device.h"

#define SESSION 1763798400u
#define OTHER_SESSION 1763799000u
#define BOOT 0xB007C0DEu
#define N_SLOTS 64u
#define SECTOR_BYTES 1024u
#define N_SECTORS 4u
#define QUEUE 32u

static uint8_t memory[SECTOR_BYTES * N_SECTORS];
static bool memory_fails;
static struct ivg1_ring_slot slots[N_SLOTS];
static struct ivg1_device device;
static uint8_t queue[QUEUE][IVG1_PACKET_BYTES_MAX];
static uint32_t queue_bytes[QUEUE];
static uint32_t n_queued, n_shown;
static uint32_t room = QUEUE;
static uint32_t session = SESSION;
static uint32_t next_index;
static bool first_vector = true;

static bool read_memory(void *context, uint32_t address, uint8_t *to, uint32_t n)
{
    (void)context;
    memcpy(to, memory + address, n);
    return !memory_fails;
}

static bool program_memory(void *context, uint32_t address, const uint8_t *from, uint32_t n)
{
    (void)context;
    for (uint32_t i = 0; i < n; i++) {
        memory[address + i] &= from[i];
    }
    return true;
}

static bool erase_memory(void *context, uint32_t address)
{
    (void)context;
    memset(memory + address, 0xFF, SECTOR_BYTES);
    return true;
}

static bool notify(void *context, enum ivg1_characteristic characteristic, const uint8_t *bytes, uint32_t n)
{
    (void)context;
    (void)characteristic;
    if (n_queued == room) {
        return false;
    }
    memcpy(queue[n_queued], bytes, n);
    queue_bytes[n_queued++] = n;
    return true;
}

static bool start_sampling(void *context, struct ivg1_format *format);

static void stop_sampling(void *context)
{
    (void)context;
}

static void identify(void *context, uint8_t seconds)
{
    (void)context;
    (void)seconds;
}

static uint64_t ticks(void *context)
{
    (void)context;
    return 5000012400u;
}

static const struct ivg1_board board = {
    .notify = notify,
    .start_sampling = start_sampling,
    .stop_sampling = stop_sampling,
    .identify = identify,
    .ticks = ticks,
    .flash = {NULL, read_memory, program_memory, erase_memory, 64, 256, SECTOR_BYTES, N_SECTORS},
    .default_format = {2080, 16, 16, 488000, 70000000, 1000000},
    .firmware = {1, 2, 3},
    .uid = {0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0x3F, 0x2A},
    .start_mv = 3500,
    .cut_off_mv = 3300,
};

static bool start_sampling(void *context, struct ivg1_format *format)
{
    (void)context;
    const bool can = (format->odr_x10 == 0u || format->odr_x10 == 2080u) && format->acc_fs_g % 16u == 0u;
    *format = board.default_format;
    return can;
}

static void vector(const char *name, const char *kind, const uint8_t *bytes, uint32_t n)
{
    printf("%s\n  {\"name\": \"%s\", \"kind\": \"%s\",\n   \"hex\": \"", first_vector ? "" : ",", name, kind);
    for (uint32_t i = 0; i < n; i++) {
        printf("%02x", bytes[i]);
    }
    printf("\",\n   \"meaning\": ");
    first_vector = false;
}

static void meaning(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vprintf(format, values);
    va_end(values);
    printf("}");
}

/* Index 20 has an accelerometer value at the end of its scale, index 25 a gyroscope value. */
static void sample_of(uint32_t index, int16_t sample[6])
{
    const int16_t i = (int16_t)index;
    sample[0] = (int16_t)(index == 20u ? 32767 : 100 + i);
    sample[1] = (int16_t)(-200 - i);
    sample[2] = (int16_t)(2049 + i);
    sample[3] = (int16_t)(-1 - i);
    sample[4] = (int16_t)(14286 - 10 * i);
    sample[5] = (int16_t)(index == 25u ? -32768 : 256 * (i % 100));
}

static uint64_t tick_of(uint32_t index)
{
    return 5000000000u + 4808u * (uint64_t)index;
}

static void push(uint32_t n, uint16_t dropped)
{
    int16_t sample[6];
    next_index += dropped;
    for (uint32_t i = 0; i < n; i++) {
        sample_of(next_index, sample);
        ivg1_push(&device, sample, tick_of(next_index), i == 0u ? dropped : 0u);
        next_index++;
    }
}

static void packet(const char *name, uint32_t flags, uint32_t n, uint32_t source, uint32_t first, uint32_t dropped)
{
    int16_t sample[6];
    vector(name, "packet", queue[n_shown], queue_bytes[n_shown]);
    n_shown++;
    printf("{\"flags\": %u, \"n_samples\": %u, \"source\": %u, \"session_id\": %u, \"first_index\": %u, "
           "\"tick\": %llu, \"dropped_before\": %u,\n    \"samples\": [", flags, n, source, session, first,
           (unsigned long long)tick_of(first), dropped);
    for (uint32_t i = 0; i < n; i++) {
        sample_of(first + i, sample);
        printf("%s[%d, %d, %d, %d, %d, %d]", i == 0u ? "" : ", ", sample[0], sample[1], sample[2], sample[3],
               sample[4], sample[5]);
    }
    printf("]}}");
}

static void end_mark(const char *name, uint32_t status, uint32_t from, uint32_t to, uint32_t count)
{
    vector(name, "end_mark", queue[n_shown], queue_bytes[n_shown]);
    n_shown++;
    meaning("{\"status\": %u, \"session_id\": %u, \"from\": %u, \"to\": %u, \"count\": %u}", status, session, from,
            to, count);
}

/* Ask; the answer's fields are stated by a format of JSON members, "" for none. */
static void ask(const char *name, const char *request_fields, const uint8_t *request, uint32_t n, uint32_t status,
                const char *answer_fields)
{
    uint8_t answer[IVG1_ANSWER_BYTES_MAX];
    char label[80];
    const uint32_t n_answer = ivg1_command(&device, request, n, answer);
    vector(name, "request", request, n);
    meaning("{\"op\": %u%s%s}", n > 0u ? request[0] : 0u, *request_fields ? ", " : "", request_fields);
    snprintf(label, sizeof label, "%s: answer", name);
    vector(label, "answer", answer, n_answer);
    meaning("{\"op\": %u, \"status\": %u%s%s}", n > 0u ? request[0] : 0u, status, *answer_fields ? ", " : "",
            answer_fields);
    ivg1_poll(&device);
}

#define ASK(name, request_fields, status, answer_fields, ...)                                                  \
    do {                                                                                                       \
        const uint8_t request[] = {__VA_ARGS__};                                                               \
        ask(name, request_fields, request, sizeof request, status, answer_fields);                             \
    } while (0)

#define SESSION_BYTES 0x80, 0x6D, 0x21, 0x69
#define OTHER_BYTES 0xD8, 0x6F, 0x21, 0x69
#define THIRD_BYTES 0xC0, 0x73, 0x21, 0x69
#define FORMAT_FIELDS                                                                                          \
    "\"odr_x10\": 2080, \"acc_fs_g\": 16, \"gyr_fs_125dps\": 16, \"acc_ng_per_lsb\": 488000, "                 \
    "\"gyr_ndps_per_lsb\": 70000000, \"tick_hz\": 1000000"
#define START_FIELDS(session, n, flags)                                                                        \
    "\"session_id\": " session ", \"odr_x10\": 0, \"acc_fs_g\": 0, \"gyr_fs_125dps\": 0, \"n\": " n            \
    ", \"flags\": " flags
#define RANGE_FIELDS(from, to) "\"session_id\": 1763798400, \"from\": " from ", \"to\": " to

static void info(const char *name, uint32_t of_session, uint32_t n_max, uint32_t flags, uint32_t mtu,
                 uint32_t oldest, uint32_t next, uint32_t free_samples, uint32_t millivolt)
{
    uint8_t bytes[IVG1_INFO_BYTES];
    ivg1_info(&device, bytes);
    vector(name, "info", bytes, IVG1_INFO_BYTES);
    meaning("{\"proto\": 1, \"firmware\": [1, 2, 3], \"uid\": \"1032547698ba3f2a\", \"boot_id\": %u, "
            "\"session_id\": %u,\n    \"format\": {" FORMAT_FIELDS "},\n    \"n_max\": %u, \"flags\": %u, "
            "\"mtu\": %u, \"oldest\": %u, \"next\": %u, \"flash_free_samples\": %u, \"flash_total_samples\": 256, "
            "\"placement\": %u, \"battery_percent\": %u, \"battery_mv\": %u}",
            BOOT, of_session, n_max, flags, mtu, oldest, next, free_samples, device.placement, device.battery_percent,
            millivolt);
}

static void time_ping(void)
{
    const uint8_t ping[IVG1_PING_BYTES] = {0x15, 0xC9, 0x5B, 0x07, 0x01, 0x00, 0x00, 0x00};
    vector("ping", "ping", ping, sizeof ping);
    meaning("{\"host_ns\": 4418423061}");
    ivg1_ping(&device, ping, sizeof ping, 5000012345u);
    vector("pong", "pong", queue[n_shown], queue_bytes[n_shown]);
    n_shown++;
    meaning("{\"host_ns\": 4418423061, \"tick_rx\": 5000012345, \"tick_tx\": 5000012400}");
}

static void record_a_session(void)
{
    info("info at rest", 0, 18, 0, 247, 0, 0, 256, 4012);
    ASK("stop before any start", "\"session_id\": 1763798400", 0x04, "", 0x02, SESSION_BYTES);
    ASK("set placement", "\"placement\": 2", 0x00, "", 0x31, 0x02);
    ASK("start", START_FIELDS("1763798400", "16", "1"), 0x00,
        "\"session_id\": 1763798400, \"flash_free_samples\": 256, \"n\": 16, \"n_max\": 18", 0x01, SESSION_BYTES, 0,
        0, 0, 0, 16, 1);
    push(16, 0);
    packet("live, 16 samples at MTU 247", 0, 16, 0, 0, 0);
    ASK("start again, the answer was lost", START_FIELDS("1763798400", "16", "1"), 0x00,
        "\"session_id\": 1763798400, \"flash_free_samples\": 240, \"n\": 16, \"n_max\": 18", 0x01, SESSION_BYTES, 0,
        0, 0, 0, 16, 1);
    ASK("start of another session while running", START_FIELDS("1763799000", "0", "1"), 0x03, "", 0x01,
        OTHER_BYTES, 0, 0, 0, 0, 0, 1);
    ivg1_link(&device, 185);
    push(13, 0);
    packet("live, 13 samples at MTU 185, clipped", 6, 13, 0, 16, 0);
    push(2, 0);
    push(13, 3);
    packet("live, cut short by a gap", 0, 2, 0, 29, 0);
    packet("live, behind 3 dropped samples", 1, 13, 0, 34, 3);
    ASK("status", "", 0x00,
        "\"flags\": 3, \"battery_percent\": 87, \"battery_mv\": 4012, \"oldest\": 0, \"next\": 47, \"dropped\": 3, "
        "\"flash_free_s\": 1",
        0x03);
    time_ping();
    ASK("backfill from RAM over the gap", RANGE_FIELDS("28", "36"), 0x00, RANGE_FIELDS("28", "36"), 0x10,
        SESSION_BYTES, 28, 0, 0, 0, 36, 0, 0, 0);
    packet("backfill from RAM, before the gap", 0, 3, 1, 28, 0);
    packet("backfill from RAM, behind the gap", 1, 2, 1, 34, 3);
    end_mark("end mark of a whole backfill", 0x00, 28, 36, 5);
    ivg1_link(&device, 23);
    ASK("backfill at MTU 23", RANGE_FIELDS("0", "36"), 0x05, "", 0x10, SESSION_BYTES, 0, 0, 0, 0, 36, 0, 0, 0);
    push(40, 0);
    ivg1_link(&device, 0);
    ivg1_link(&device, 247);
    packet("live, caught up after a reconnect", 0, 16, 0, 47, 0);
    packet("live, caught up after a reconnect, second", 0, 16, 0, 63, 0);
    ASK("identify", "\"seconds\": 5", 0x00, "", 0x30, 5);
    ASK("stop", "\"session_id\": 1763798400", 0x00, "\"session_id\": 1763798400, \"final\": 87", 0x02,
        SESSION_BYTES);
    packet("live, the short rest at STOP", 0, 8, 0, 79, 0);
    ASK("stop again, the answer was lost", "\"session_id\": 1763798400", 0x00,
        "\"session_id\": 1763798400, \"final\": 87", 0x02, SESSION_BYTES);
}

static void read_it_back(void)
{
    info("info after stop", SESSION, 18, 2, 247, 0, 87, 128, 4012);
    room = n_queued + 1u;
    ASK("backfill of all", RANGE_FIELDS("0", "4294967295"), 0x00, RANGE_FIELDS("0", "87"), 0x10, SESSION_BYTES, 0, 0,
        0, 0, 0xFF, 0xFF, 0xFF, 0xFF);
    packet("backfill from flash, a whole record", 0, 16, 2, 0, 0);
    ASK("start while a backfill runs", START_FIELDS("1763799000", "0", "1"), 0x03, "", 0x01, OTHER_BYTES, 0, 0, 0, 0,
        0, 1);
    room = QUEUE;
    ASK("abort", "", 0x00, "", 0x11);
    packet("backfill from flash, up to a gap, sent after the abort", 6, 15, 2, 16, 0);
    end_mark("end mark of an aborted backfill", 0x0B, 0, 87, 31);
    ASK("list, the first", "\"after\": 0", 0x00,
        "\"session_id\": 1763798400, \"boot_id\": 2953298142, \"first\": 0, \"next\": 87, \"flags\": 1", 0x20, 0, 0, 0,
        0);
    ASK("list, no more", "\"after\": 1763798400", 0x00,
        "\"session_id\": 0, \"boot_id\": 0, \"first\": 0, \"next\": 0, \"flags\": 0", 0x20, SESSION_BYTES);
    ASK("format", "\"session_id\": 1763798400", 0x00, FORMAT_FIELDS, 0x21, SESSION_BYTES);
}

static void lose_some(void)
{
    session = OTHER_SESSION;
    next_index = 0;
    ASK("start without flash", START_FIELDS("1763799000", "0", "0"), 0x00,
        "\"session_id\": 1763799000, \"flash_free_samples\": 128, \"n\": 0, \"n_max\": 18", 0x01, OTHER_BYTES, 0, 0, 0,
        0, 0, 0);
    push(100, 0);
    ASK("backfill, part of it is gone", "\"session_id\": 1763799000, \"from\": 80, \"to\": 90", 0x00,
        "\"session_id\": 1763799000, \"from\": 80, \"to\": 90", 0x10, OTHER_BYTES, 80, 0, 0, 0, 90, 0, 0, 0);
    packet("backfill of the second session", 0, 10, 1, 80, 0);
    end_mark("end mark of the second session", 0x00, 80, 90, 10);
    ASK("backfill, the ring has lost the beginning", "\"session_id\": 1763799000, \"from\": 30, \"to\": 40", 0x06,
        "\"session_id\": 1763799000, \"from\": 36, \"to\": 40", 0x10, OTHER_BYTES, 30, 0, 0, 0, 40, 0, 0, 0);
    packet("backfill of what remains", 0, 4, 1, 36, 0);
    end_mark("end mark of what remains", 0x00, 36, 40, 4);
    ASK("backfill, all of it is gone", "\"session_id\": 1763799000, \"from\": 0, \"to\": 9", 0x06,
        "\"session_id\": 1763799000, \"from\": 9, \"to\": 9", 0x10, OTHER_BYTES, 0, 0, 0, 0, 9, 0, 0, 0);
    end_mark("end mark of nothing", 0x00, 9, 9, 0);
    ASK("erase while running", "\"session_id\": 1763798400", 0x03, "", 0x22, SESSION_BYTES, 'E', 'R', 'A', 'S');
    ivg1_battery(&device, 2, 3250);
    info("info, ended by the sensor", OTHER_SESSION, 18, 0x50, 247, 36, 100, 128, 3250);
}

static void refuse(void)
{
    ASK("unknown op", "", 0x01, "", 0x7E);
    ask("empty request", "", (const uint8_t *)"", 0, 0x01, "");
    ASK("status with an argument", "", 0x02, "", 0x03, 0x00);
    ASK("start of session 0", START_FIELDS("0", "0", "0"), 0x02, "", 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    ASK("start with a low battery", START_FIELDS("1763800000", "0", "0"), 0x09, "", 0x01, THIRD_BYTES, 0, 0,
        0, 0, 0, 0);
    ivg1_battery(&device, 87, 4012);
    ASK("start with too many samples a packet", START_FIELDS("1763800000", "19", "0"), 0x05, "\"n_max\": 18", 0x01,
        THIRD_BYTES, 0, 0, 0, 0, 19, 0);
    ASK("start of a session that is held", START_FIELDS("1763798400", "0", "0"), 0x0A, "", 0x01, SESSION_BYTES, 0, 0,
        0, 0, 0, 0);
    ASK("backfill of an unknown session", "\"session_id\": 1763800000, \"from\": 0, \"to\": 9", 0x0A, "", 0x10,
        THIRD_BYTES, 0, 0, 0, 0, 9, 0, 0, 0);
    memory_fails = true;
    ASK("list with a failing flash", "\"after\": 0", 0x08, "", 0x20, 0, 0, 0, 0);
    memory_fails = false;
    ASK("erase", "\"session_id\": 1763798400", 0x00, "\"sectors_left\": 0", 0x22, SESSION_BYTES, 'E', 'R', 'A', 'S');
}

static void fill_the_flash(void)
{
    ASK("start to fill the flash", START_FIELDS("1763800000", "0", "1"), 0x00,
        "\"session_id\": 1763800000, \"flash_free_samples\": 256, \"n\": 0, \"n_max\": 18", 0x01, THIRD_BYTES, 0, 0, 0, 0,
        0, 1);
    next_index = 0;
    push(300, 0);
    ASK("status, flash full", "", 0x00,
        "\"flags\": 7, \"battery_percent\": 87, \"battery_mv\": 4012, \"oldest\": 0, \"next\": 300, \"dropped\": 0, "
        "\"flash_free_s\": 0",
        0x03);
    ASK("stop, flash full", "\"session_id\": 1763800000", 0x00, "\"session_id\": 1763800000, \"final\": 300", 0x02,
        THIRD_BYTES);
    ASK("start with a full flash", START_FIELDS("1763800001", "0", "1"), 0x07, "", 0x01, 0xC1, 0x73, 0x21, 0x69, 0, 0,
        0, 0, 0, 1);
}

int main(void)
{
    memset(memory, 0xFF, sizeof memory);
    ivg1_init(&device, &board, slots, N_SLOTS, BOOT);
    ivg1_link(&device, 247);
    ivg1_battery(&device, 87, 4012);
    printf("{\"vectors\": [");
    record_a_session();
    read_it_back();
    lose_some();
    refuse();
    fill_the_flash();
    printf("\n]}\n");
    return n_shown == n_queued ? 0 : 1; /* each notification must have been shown */
}
