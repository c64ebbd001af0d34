/* A sensor on the bench: the core on a memory that behaves like NOR flash and a radio with a queue, for the tests. */
#include <stdlib.h>
#include <string.h>

#include "ivg1_crc.h"
#include "ivg1_device.h"

#define QUEUE 64u

struct notification {
    uint32_t characteristic;
    uint32_t n;
    uint8_t bytes[IVG1_PACKET_BYTES_MAX];
};

struct bench {
    struct ivg1_board board;
    struct ivg1_device device;
    struct ivg1_ring_slot *slots;
    uint32_t n_slots;
    uint8_t *memory;
    uint32_t n_memory;
    uint64_t now;
    uint32_t room;          /* notifications that the queue still takes */
    uint32_t n_queued, n_taken;
    struct notification queue[QUEUE];
    uint32_t operations;    /* program and erase operations begun since power on */
    uint32_t cut_at;        /* the operation during which the power goes; 0 = never */
    uint32_t cut_permille;  /* how much of that operation is done */
    bool dead;
    bool chip_fails;        /* the chip reports errors, but the power stays */
    uint32_t misuse;        /* of the chip: a program across pages, or over what is not erased */
};

static bool read_memory(void *context, uint32_t address, uint8_t *to, uint32_t n)
{
    struct bench *bench = context;
    memcpy(to, bench->memory + address, n);
    return !bench->chip_fails;
}

/* How many of n bytes this operation still reaches. */
static uint32_t reach(struct bench *bench, uint32_t n)
{
    if (bench->dead) {
        return 0;
    }
    bench->operations++;
    if (bench->operations != bench->cut_at) {
        return n;
    }
    bench->dead = true;
    return (uint32_t)((uint64_t)n * bench->cut_permille / 1000u);
}

static bool program_memory(void *context, uint32_t address, const uint8_t *from, uint32_t n)
{
    struct bench *bench = context;
    const uint32_t page = bench->board.flash.page_bytes;
    if (bench->chip_fails) {
        return false;
    }
    if (n == 0u || address / page != (address + n - 1u) / page) {
        bench->misuse++;
    }
    const bool alive = !bench->dead;
    const uint32_t done = reach(bench, n);
    for (uint32_t i = 0; i < done; i++) {
        if (bench->memory[address + i] != 0xFFu) {
            bench->misuse++;
        }
        bench->memory[address + i] &= from[i];
    }
    if (alive && done < n) {
        bench->memory[address + done] &= (uint8_t)(from[done] | 0xAAu); /* some bits of the byte in work */
    }
    return true;
}

static bool erase_memory(void *context, uint32_t address)
{
    struct bench *bench = context;
    if (bench->chip_fails) {
        return false;
    }
    if (address % bench->board.flash.sector_bytes != 0u) {
        bench->misuse++;
    }
    memset(bench->memory + address, 0xFF, reach(bench, bench->board.flash.sector_bytes));
    return true;
}

static bool notify(void *context, enum ivg1_characteristic characteristic, const uint8_t *bytes, uint32_t n)
{
    struct bench *bench = context;
    if (bench->room == 0u || bench->n_queued - bench->n_taken == QUEUE) {
        return false;
    }
    struct notification *last = &bench->queue[bench->n_queued % QUEUE];
    last->characteristic = (uint32_t)characteristic;
    last->n = n;
    memcpy(last->bytes, bytes, n);
    bench->n_queued++;
    bench->room--;
    return true;
}

/* This board samples at 208 or 104 Hz, at +-16 g and +-2000 deg/s only. */
static bool start_sampling(void *context, struct ivg1_format *format)
{
    const struct bench *bench = context;
    const uint16_t odr_x10 = format->odr_x10 == 0u ? 2080u : format->odr_x10;
    const bool ranges = format->acc_fs_g % 16u == 0u && format->gyr_fs_125dps % 16u == 0u;
    *format = bench->board.default_format;
    format->odr_x10 = odr_x10;
    return ranges && (odr_x10 == 2080u || odr_x10 == 1040u);
}

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
    const struct bench *bench = context;
    return bench->now;
}

struct bench *bench_new(uint32_t n_slots, uint32_t page_bytes, uint32_t record_bytes, uint32_t sector_bytes,
                        uint32_t n_sectors)
{
    struct bench *bench = calloc(1, sizeof *bench);
    bench->n_slots = n_slots;
    bench->slots = calloc(n_slots, sizeof *bench->slots);
    bench->n_memory = sector_bytes * n_sectors;
    bench->memory = malloc(bench->n_memory + 1u);
    memset(bench->memory, 0xFF, bench->n_memory);
    bench->board = (struct ivg1_board){
        .context = bench,
        .notify = notify,
        .start_sampling = start_sampling,
        .stop_sampling = stop_sampling,
        .identify = identify,
        .ticks = ticks,
        .flash = {bench, read_memory, program_memory, erase_memory, page_bytes, record_bytes, sector_bytes, n_sectors},
        .default_format = {2080, 16, 16, 488000, 70000000, 1000000},
        .firmware = {1, 2, 3},
        .uid = {1, 2, 3, 4, 5, 6, 7, 8},
        .start_mv = 3500,
        .cut_off_mv = 3300,
    };
    return bench;
}

void bench_free(struct bench *bench)
{
    free(bench->slots);
    free(bench->memory);
    free(bench);
}

/* Power on: RAM holds anything, the flash what it held. */
void bench_boot(struct bench *bench, uint32_t boot_id)
{
    memset(&bench->device, 0xA5, sizeof bench->device);
    memset(bench->slots, 0x5A, bench->n_slots * sizeof *bench->slots);
    bench->n_queued = 0;
    bench->n_taken = 0;
    bench->operations = 0;
    bench->cut_at = 0;
    bench->dead = false;
    ivg1_init(&bench->device, &bench->board, bench->slots, bench->n_slots, boot_id);
}

void bench_cut(struct bench *bench, uint32_t operation, uint32_t permille)
{
    bench->operations = 0;
    bench->cut_at = operation;
    bench->cut_permille = permille;
}

void bench_chip(struct bench *bench, bool fails)
{
    bench->chip_fails = fails;
}

void bench_room(struct bench *bench, uint32_t room)
{
    bench->room = room;
}

/* The oldest notification not yet taken; its length, 0 if there is none. */
uint32_t bench_take(struct bench *bench, uint32_t *characteristic, uint8_t *bytes)
{
    if (bench->n_taken == bench->n_queued) {
        return 0;
    }
    const struct notification *oldest = &bench->queue[bench->n_taken % QUEUE];
    bench->n_taken++;
    *characteristic = oldest->characteristic;
    memcpy(bytes, oldest->bytes, oldest->n);
    return oldest->n;
}

bool bench_is_dead(const struct bench *bench)
{
    return bench->dead;
}

uint32_t bench_misuse(const struct bench *bench)
{
    return bench->misuse;
}

uint32_t bench_operations(const struct bench *bench)
{
    return bench->operations;
}

uint8_t *bench_memory(struct bench *bench)
{
    return bench->memory;
}

void bench_push(struct bench *bench, const int16_t sample[6], uint64_t tick, uint16_t dropped)
{
    bench->now = tick;
    ivg1_push(&bench->device, sample, tick, dropped);
}

/* The request in memory of its own size, so that a sanitizer sees a read beyond it. */
uint32_t bench_command(struct bench *bench, const uint8_t *request, uint32_t n, uint8_t *answer)
{
    uint8_t *copy = malloc(n > 0u ? n : 1u);
    memcpy(copy, request, n);
    uint8_t exact[IVG1_ANSWER_BYTES_MAX];
    const uint32_t n_answer = ivg1_command(&bench->device, copy, n, exact);
    memcpy(answer, exact, n_answer);
    free(copy);
    return n_answer;
}

void bench_link(struct bench *bench, uint16_t mtu)
{
    ivg1_link(&bench->device, mtu);
}

void bench_battery(struct bench *bench, uint8_t percent, uint16_t millivolt)
{
    ivg1_battery(&bench->device, percent, millivolt);
}

void bench_ping(struct bench *bench, const uint8_t *request, uint32_t n, uint64_t tick_rx)
{
    ivg1_ping(&bench->device, request, n, tick_rx);
}

void bench_poll(struct bench *bench)
{
    ivg1_poll(&bench->device);
}

void bench_info(struct bench *bench, uint8_t *to)
{
    ivg1_info(&bench->device, to);
}
