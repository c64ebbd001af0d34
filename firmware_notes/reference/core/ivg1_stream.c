/* What goes out by itself: live packets first, then the running backfill. */
#include "ivg1_bytes.h"
#include "ivg1_device.h"
#include "ivg1_transfer.h"

#define BACKFILL_BURST 8u /* packets a poll: samples must not wait for a long backfill */

/* Live that lags by more than a second goes on at the newest sample; a ring may be shorter still. */
static void keep_up(struct ivg1_device *device)
{
    const uint32_t one_second = device->format.odr_x10 / 10u;
    const uint32_t next = device->ring.next;
    if (next - device->live.next > one_second || device->live.next < device->ring.oldest) {
        device->live.next = next;
        device->live.resumed = true;
    }
}

static bool send_live(struct ivg1_device *device)
{
    uint8_t packet[IVG1_PACKET_BYTES_MAX];
    struct ivg1_packet_header header;
    const uint32_t n_max = ivg1_smaller(device->live.n, ivg1_samples_at_mtu(device->mtu));
    const uint32_t newest = device->ring.next;
    keep_up(device);
    if (n_max == 0u || device->live.next == newest) {
        return false;
    }
    ivg1_ring_copy(&device->ring, device->live.next, newest, n_max, packet, &header);
    const uint32_t behind = header.first_index + header.n_samples;
    /* A short packet only where the samples end: before a gap, or with the session. */
    if (header.n_samples == 0u || (header.n_samples < n_max && behind == newest && device->running)) {
        return false;
    }
    header.flags = (uint8_t)(ivg1_packet_flags(device) | (device->live.resumed ? IVG1_PACKET_RESUMED : 0));
    header.source = IVG1_LIVE;
    header.session_id = device->session_id;
    const uint32_t n_bytes = ivg1_encode_packet(packet, &header);
    if (!device->board->notify(device->board->context, IVG1_STREAM, packet, n_bytes)) {
        return false;
    }
    device->live.next = behind;
    device->live.resumed = false;
    return true;
}

void ivg1_poll(struct ivg1_device *device)
{
    if (device->mtu == 0u) {
        return;
    }
    while (send_live(device)) {
    }
    for (uint32_t i = 0; i < BACKFILL_BURST && ivg1_transfer_send(device); i++) {
    }
}
