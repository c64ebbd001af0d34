/* CONTROL: one request's bytes in, one answer's bytes out. Every request may be repeated. */
#include "ivg1_bytes.h"
#include "ivg1_device.h"
#include "ivg1_transfer.h"

#define ANSWER 0x80u
#define ERASE_MAGIC 0x53415245u /* "ERAS" */
#define PLACEMENTS 8u

enum op {
    OP_START = 0x01,
    OP_STOP = 0x02,
    OP_STATUS = 0x03,
    OP_BACKFILL = 0x10,
    OP_ABORT = 0x11,
    OP_LIST = 0x20,
    OP_FORMAT = 0x21,
    OP_ERASE = 0x22,
    OP_IDENTIFY = 0x30,
    OP_SET = 0x31
};

enum start_flag { START_LOG = 0x01, START_WRAP = 0x02 };

/* An answer being written: what follows op and status. */
struct answer {
    uint8_t *arguments;
    uint32_t n;
};

static void add_u8(struct answer *answer, uint8_t value)
{
    answer->arguments[answer->n] = value;
    answer->n += 1u;
}

static void add_u16(struct answer *answer, uint16_t value)
{
    ivg1_put_u16(answer->arguments + answer->n, value);
    answer->n += 2u;
}

static void add_u32(struct answer *answer, uint32_t value)
{
    ivg1_put_u32(answer->arguments + answer->n, value);
    answer->n += 4u;
}

static enum ivg1_status status_of(enum ivg1_flash_result result)
{
    switch (result) {
    case IVG1_FLASH_OK:
        return IVG1_OK;
    case IVG1_FLASH_NOTHING:
        return IVG1_WRONG_SESSION;
    default:
        return IVG1_FLASH_ERROR;
    }
}

static void add_started(const struct ivg1_device *device, struct answer *answer)
{
    add_u32(answer, device->session_id);
    add_u32(answer, ivg1_log_free_samples(&device->log));
    add_u8(answer, device->live.n);
    add_u8(answer, ivg1_samples_at_mtu(device->mtu));
}

/* Whether a session may begin, before the sensor is touched. */
static enum ivg1_status may_start(const struct ivg1_device *device, uint32_t session_id, uint8_t n, uint8_t flags)
{
    struct ivg1_stored stored;
    if (device->transfer.active) {
        return IVG1_BUSY;
    }
    const enum ivg1_flash_result held = ivg1_archive_find(&device->board->flash, session_id, &stored);
    if (session_id == device->session_id || held == IVG1_FLASH_OK) {
        return IVG1_WRONG_SESSION;
    }
    if (held == IVG1_FLASH_FAILED) {
        return IVG1_FLASH_ERROR;
    }
    if (ivg1_battery_is_low(device)) {
        return IVG1_BATTERY_LOW;
    }
    if (n > ivg1_samples_at_mtu(device->mtu)) {
        return IVG1_MTU_TOO_SMALL;
    }
    return (flags & START_LOG) != 0 && device->log.free_sectors == 0u ? IVG1_FLASH_FULL : IVG1_OK;
}

static void begin_session(struct ivg1_device *device, uint32_t session_id, uint8_t n, uint8_t flags)
{
    device->running = true;
    device->logged = (flags & START_LOG) != 0;
    device->ended_by_sensor = false;
    device->session_id = session_id;
    device->dropped = 0;
    device->live.n = n;
    device->live.next = 0;
    device->live.resumed = false;
    ivg1_ring_restart(&device->ring);
    device->log.full = false;
    if (device->logged) {
        ivg1_log_begin(&device->log, session_id, device->boot_id, &device->format, (flags & START_WRAP) != 0);
    }
}

static enum ivg1_status start(struct ivg1_device *device, const uint8_t *arguments, struct answer *answer)
{
    const uint32_t session_id = ivg1_get_u32(arguments);
    const uint8_t n = arguments[8];
    const uint8_t flags = arguments[9];
    struct ivg1_format format = {
        .odr_x10 = ivg1_get_u16(arguments + 4),
        .acc_fs_g = arguments[6],
        .gyr_fs_125dps = arguments[7],
    };
    if (session_id == 0u || session_id == UINT32_MAX || (flags & ~(START_LOG | START_WRAP)) != 0) {
        return IVG1_BAD_ARGUMENT;
    }
    if (device->running) {
        if (session_id != device->session_id) {
            return IVG1_BUSY;
        }
        add_started(device, answer); /* the answer was lost on the way */
        return IVG1_OK;
    }
    const enum ivg1_status status = may_start(device, session_id, n, flags);
    if (status == IVG1_MTU_TOO_SMALL) {
        add_u8(answer, ivg1_samples_at_mtu(device->mtu));
    }
    if (status != IVG1_OK) {
        return status;
    }
    if (!device->board->start_sampling(device->board->context, &format)) {
        return IVG1_BAD_ARGUMENT;
    }
    device->format = format;
    begin_session(device, session_id, n, flags);
    add_started(device, answer);
    return IVG1_OK;
}

static enum ivg1_status stop(struct ivg1_device *device, const uint8_t *arguments, struct answer *answer)
{
    const uint32_t session_id = ivg1_get_u32(arguments);
    if (device->session_id == 0u) {
        return IVG1_NOT_RUNNING;
    }
    if (session_id != device->session_id) {
        return IVG1_WRONG_SESSION;
    }
    if (device->running) {
        ivg1_stop(device, false);
    }
    add_u32(answer, session_id);
    add_u32(answer, device->ring.next);
    return IVG1_OK;
}

static enum ivg1_status report(struct ivg1_device *device, struct answer *answer)
{
    const uint32_t rate_x10 = device->format.odr_x10;
    const uint32_t free = ivg1_log_free_samples(&device->log);
    const uint64_t free_s = rate_x10 == 0u ? 0u : (uint64_t)free * 10u / rate_x10;
    add_u8(answer, ivg1_flags(device));
    add_u8(answer, device->battery_percent);
    add_u16(answer, device->battery_mv);
    add_u32(answer, ivg1_oldest(device));
    add_u32(answer, device->ring.next);
    add_u32(answer, device->dropped);
    add_u16(answer, (uint16_t)(free_s < UINT16_MAX ? free_s : UINT16_MAX));
    return IVG1_OK;
}

static enum ivg1_status backfill(struct ivg1_device *device, const uint8_t *arguments, struct answer *answer)
{
    struct ivg1_transfer *transfer = &device->transfer;
    const uint32_t session_id = ivg1_get_u32(arguments);
    const uint32_t from = ivg1_get_u32(arguments + 4);
    const uint32_t to = ivg1_get_u32(arguments + 8);
    if (from > to) {
        return IVG1_BAD_ARGUMENT;
    }
    if (ivg1_samples_at_mtu(device->mtu) == 0u) {
        return IVG1_MTU_TOO_SMALL;
    }
    if (!transfer->active) {
        const enum ivg1_flash_result found = ivg1_transfer_begin(device, session_id, from, to);
        if (found != IVG1_FLASH_OK) {
            return status_of(found);
        }
    } else if (transfer->over || transfer->session_id != session_id || transfer->asked_from != from
               || transfer->asked_to != to) {
        return IVG1_BUSY;
    }
    add_u32(answer, session_id);
    add_u32(answer, transfer->from);
    add_u32(answer, transfer->to);
    return transfer->whole ? IVG1_OK : IVG1_RANGE_GONE;
}

static enum ivg1_status list(const struct ivg1_device *device, const uint8_t *arguments, struct answer *answer)
{
    const struct ivg1_flash *flash = &device->board->flash;
    uint32_t session_id = 0;
    struct ivg1_stored stored;
    stored.boot_id = stored.first = stored.next = 0;
    stored.flags = 0;
    enum ivg1_flash_result result = ivg1_archive_after(flash, ivg1_get_u32(arguments), &session_id);
    if (result == IVG1_FLASH_OK && session_id != 0u) {
        result = ivg1_archive_find(flash, session_id, &stored);
    }
    if (result != IVG1_FLASH_OK) {
        return status_of(result);
    }
    add_u32(answer, session_id);
    add_u32(answer, stored.boot_id);
    add_u32(answer, stored.first);
    add_u32(answer, stored.next);
    add_u8(answer, stored.flags);
    return IVG1_OK;
}

static enum ivg1_status describe(const struct ivg1_device *device, const uint8_t *arguments, struct answer *answer)
{
    const uint32_t session_id = ivg1_get_u32(arguments);
    struct ivg1_stored stored;
    if (session_id != 0u && session_id == device->session_id) {
        stored.format = device->format;
    } else {
        const enum ivg1_flash_result found = ivg1_archive_find(&device->board->flash, session_id, &stored);
        if (found != IVG1_FLASH_OK) {
            return status_of(found);
        }
        stored.format.tick_hz = device->board->default_format.tick_hz;
    }
    ivg1_encode_format(answer->arguments, &stored.format);
    answer->n = IVG1_FORMAT_BYTES;
    return IVG1_OK;
}

static enum ivg1_status erase(struct ivg1_device *device, const uint8_t *arguments, struct answer *answer)
{
    const uint32_t session_id = ivg1_get_u32(arguments);
    uint16_t left = 0;
    if (session_id == 0u || ivg1_get_u32(arguments + 4) != ERASE_MAGIC) {
        return IVG1_BAD_ARGUMENT;
    }
    if (device->running || device->transfer.active) {
        return IVG1_BUSY;
    }
    if (ivg1_log_erase(&device->log, session_id, &left) != IVG1_FLASH_OK) {
        return IVG1_FLASH_ERROR;
    }
    add_u16(answer, left);
    return IVG1_OK;
}

static enum ivg1_status set_placement(struct ivg1_device *device, uint8_t placement)
{
    if (placement >= PLACEMENTS) {
        return IVG1_BAD_ARGUMENT;
    }
    device->placement = placement;
    return IVG1_OK;
}

static enum ivg1_status carry_out(struct ivg1_device *device, uint8_t op, const uint8_t *arguments,
                                  struct answer *answer)
{
    switch (op) {
    case OP_START:
        return start(device, arguments, answer);
    case OP_STOP:
        return stop(device, arguments, answer);
    case OP_STATUS:
        return report(device, answer);
    case OP_BACKFILL:
        return backfill(device, arguments, answer);
    case OP_ABORT:
        ivg1_transfer_abort(device);
        return IVG1_OK;
    case OP_LIST:
        return list(device, arguments, answer);
    case OP_FORMAT:
        return describe(device, arguments, answer);
    case OP_ERASE:
        return erase(device, arguments, answer);
    case OP_IDENTIFY:
        device->board->identify(device->board->context, arguments[0]);
        return IVG1_OK;
    default:
        return set_placement(device, arguments[0]);
    }
}

/* The length of each op's arguments. */
static const struct {
    uint8_t op;
    uint8_t n_arguments;
} ops[] = {
    {OP_START, 10}, {OP_STOP, 4},   {OP_STATUS, 0}, {OP_BACKFILL, 12}, {OP_ABORT, 0},
    {OP_LIST, 4},   {OP_FORMAT, 4}, {OP_ERASE, 8},  {OP_IDENTIFY, 1},  {OP_SET, 1},
};

static enum ivg1_status check(uint8_t op, uint32_t n_arguments)
{
    for (uint32_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        if (ops[i].op == op) {
            return ops[i].n_arguments == n_arguments ? IVG1_OK : IVG1_BAD_ARGUMENT;
        }
    }
    return IVG1_UNKNOWN_OP;
}

uint32_t ivg1_command(struct ivg1_device *device, const uint8_t *request, uint32_t n,
                      uint8_t answer[IVG1_ANSWER_BYTES_MAX])
{
    struct answer rest = {.arguments = answer + 2, .n = 0};
    const uint8_t op = n > 0u ? request[0] : 0u;
    enum ivg1_status status = n > 0u ? check(op, n - 1u) : IVG1_UNKNOWN_OP;
    if (status == IVG1_OK) {
        status = carry_out(device, op, request + 1, &rest);
    }
    answer[0] = (uint8_t)(ANSWER | op);
    answer[1] = (uint8_t)status;
    return 2u + rest.n;
}
