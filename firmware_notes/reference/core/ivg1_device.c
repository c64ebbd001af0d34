#include "ivg1_device.h"

#include "ivg1_bytes.h"

void ivg1_init(struct ivg1_device *device, const struct ivg1_board *board, struct ivg1_ring_slot *slots,
               uint32_t n_slots, uint32_t boot_id)
{
    device->board = board;
    device->boot_id = boot_id;
    device->mtu = 0;
    device->placement = 0;
    device->battery_percent = IVG1_BATTERY_UNKNOWN;
    device->battery_mv = UINT16_MAX; /* a board that does not measure never counts as low */
    device->running = false;
    device->logged = false;
    device->ended_by_sensor = false;
    device->session_id = 0;
    device->dropped = 0;
    device->format = board->default_format;
    device->live.n = 0;
    device->live.next = 0;
    device->live.resumed = false;
    device->transfer.active = false;
    ivg1_ring_init(&device->ring, slots, n_slots);
    ivg1_log_init(&device->log, &board->flash);
}

void ivg1_link(struct ivg1_device *device, uint16_t mtu)
{
    device->mtu = mtu;
    if (mtu == 0u) {
        device->transfer.active = false; /* the host asks again, from where it stopped */
    }
    ivg1_poll(device);
}

bool ivg1_battery_is_low(const struct ivg1_device *device)
{
    return device->battery_mv < device->board->start_mv;
}

void ivg1_battery(struct ivg1_device *device, uint8_t percent, uint16_t millivolt)
{
    device->battery_percent = percent;
    device->battery_mv = millivolt;
    if (device->running && millivolt < device->board->cut_off_mv) {
        ivg1_stop(device, true);
    }
}

void ivg1_push(struct ivg1_device *device, const int16_t sample[6], uint64_t tick, uint16_t dropped)
{
    struct ivg1_ring *ring = &device->ring;
    if (!device->running) {
        return; /* what the sensor's FIFO still gave after STOP */
    }
    if (UINT32_MAX - ring->next <= dropped) {
        ivg1_stop(device, true); /* the index never wraps */
        return;
    }
    ivg1_ring_skip(ring, dropped);
    device->dropped += dropped;
    ivg1_log_append(&device->log, ring->next, sample, tick, dropped);
    ivg1_ring_push(ring, sample, tick);
    ivg1_poll(device);
}

void ivg1_stop(struct ivg1_device *device, bool by_sensor)
{
    device->board->stop_sampling(device->board->context);
    device->running = false;
    device->ended_by_sensor = by_sensor;
    ivg1_log_close(&device->log, device->ring.next, by_sensor);
    ivg1_poll(device); /* the live rest */
}

uint8_t ivg1_flags(const struct ivg1_device *device)
{
    return (uint8_t)((device->running ? IVG1_FLAG_RUNNING : 0) | (device->logged ? IVG1_FLAG_LOGGED : 0)
                     | (device->log.full ? IVG1_FLAG_FLASH_FULL : 0)
                     | (device->transfer.active ? IVG1_FLAG_BACKFILL : 0)
                     | (ivg1_battery_is_low(device) ? IVG1_FLAG_BATTERY_LOW : 0)
                     | (device->log.failed ? IVG1_FLAG_FLASH_ERROR : 0)
                     | (device->ended_by_sensor ? IVG1_FLAG_ENDED_BY_SENSOR : 0));
}

uint8_t ivg1_packet_flags(const struct ivg1_device *device)
{
    return (uint8_t)((ivg1_battery_is_low(device) ? IVG1_PACKET_BATTERY_LOW : 0)
                     | (device->log.full ? IVG1_PACKET_FLASH_FULL : 0));
}

uint32_t ivg1_oldest(const struct ivg1_device *device)
{
    const bool in_flash = device->logged && device->log.next_index > device->log.first_index;
    return in_flash ? ivg1_smaller(device->log.first_index, device->ring.oldest) : device->ring.oldest;
}

bool ivg1_in_ring(const struct ivg1_device *device, uint32_t session_id, uint32_t index)
{
    return session_id == device->session_id && ivg1_ring_holds(&device->ring, index);
}

void ivg1_ping(struct ivg1_device *device, const uint8_t *request, uint32_t n, uint64_t tick_rx)
{
    uint8_t pong[IVG1_PONG_BYTES];
    if (n != IVG1_PING_BYTES) {
        return;
    }
    ivg1_copy(pong, request, IVG1_PING_BYTES);
    ivg1_put_u48(pong + 8, tick_rx);
    ivg1_put_u48(pong + 14, device->board->ticks(device->board->context));
    (void)device->board->notify(device->board->context, IVG1_TIME, pong, IVG1_PONG_BYTES);
}

void ivg1_info(const struct ivg1_device *device, uint8_t to[IVG1_INFO_BYTES])
{
    to[0] = IVG1_PROTOCOL;
    ivg1_copy(to + 1, device->board->firmware, 3);
    ivg1_copy(to + 4, device->board->uid, 8);
    ivg1_put_u32(to + 12, device->boot_id);
    ivg1_put_u32(to + 16, device->session_id);
    ivg1_encode_format(to + 20, &device->format);
    to[36] = ivg1_samples_at_mtu(device->mtu);
    to[37] = ivg1_flags(device);
    ivg1_put_u16(to + 38, device->mtu);
    ivg1_put_u32(to + 40, ivg1_oldest(device));
    ivg1_put_u32(to + 44, device->ring.next);
    ivg1_put_u32(to + 48, ivg1_log_free_samples(&device->log));
    ivg1_put_u32(to + 52, ivg1_log_total_samples(&device->log));
    to[56] = device->placement;
    to[57] = device->battery_percent;
    ivg1_put_u16(to + 58, device->battery_mv);
}
