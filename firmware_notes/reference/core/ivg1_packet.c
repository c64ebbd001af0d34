#include "ivg1_packet.h"

#include "ivg1_bytes.h"
#include "ivg1_crc.h"

#define VERSION_TYPE_SAMPLES 0x11u
#define VERSION_TYPE_END_MARK 0x1Fu

uint8_t ivg1_samples_at_mtu(uint16_t mtu)
{
    const uint32_t around = IVG1_ATT_HEADER_BYTES + IVG1_PACKET_HEADER_BYTES + IVG1_CRC_BYTES;
    if (mtu < around) {
        return 0;
    }
    return (uint8_t)ivg1_smaller((mtu - around) / IVG1_SAMPLE_BYTES, IVG1_PACKET_SAMPLES_MAX);
}

void ivg1_encode_sample(uint8_t *to, const int16_t sample[6])
{
    for (uint32_t axis = 0; axis < 6u; axis++) {
        ivg1_put_u16(to + 2u * axis, (uint16_t)sample[axis]);
    }
}

/* The sensor's registers stop at the ends of int16: a value there may have been larger. */
static uint8_t clipping(const uint8_t *samples, uint32_t n)
{
    uint8_t flags = 0;
    for (uint32_t i = 0; i < 6u * n; i++) {
        const uint16_t raw = ivg1_get_u16(samples + 2u * i);
        if (raw == 0x7FFFu || raw == 0x8000u) {
            flags = (uint8_t)(flags | (i % 6u < 3u ? IVG1_PACKET_ACC_CLIPPED : IVG1_PACKET_GYR_CLIPPED));
        }
    }
    return flags;
}

uint32_t ivg1_encode_packet(uint8_t *packet, const struct ivg1_packet_header *header)
{
    const uint32_t body = IVG1_PACKET_HEADER_BYTES + (uint32_t)header->n_samples * IVG1_SAMPLE_BYTES;
    const uint8_t dropped = header->dropped_before > 0u ? IVG1_PACKET_DROPPED_BEFORE : 0u;
    packet[0] = VERSION_TYPE_SAMPLES;
    packet[1] = (uint8_t)(header->flags | dropped
                          | clipping(packet + IVG1_PACKET_HEADER_BYTES, header->n_samples));
    packet[2] = header->n_samples;
    packet[3] = header->source;
    ivg1_put_u32(packet + 4, header->session_id);
    ivg1_put_u32(packet + 8, header->first_index);
    ivg1_put_u48(packet + 12, header->tick);
    ivg1_put_u16(packet + 18, header->dropped_before);
    ivg1_put_u32(packet + body, ivg1_crc32(0, packet, body));
    return body + IVG1_CRC_BYTES;
}

void ivg1_encode_end_mark(uint8_t to[IVG1_END_MARK_BYTES], const struct ivg1_end_mark *mark)
{
    to[0] = VERSION_TYPE_END_MARK;
    to[1] = mark->status;
    ivg1_put_u16(to + 2, 0);
    ivg1_put_u32(to + 4, mark->session_id);
    ivg1_put_u32(to + 8, mark->from);
    ivg1_put_u32(to + 12, mark->to);
    ivg1_put_u32(to + 16, mark->count);
    ivg1_put_u32(to + 20, mark->crc_samples);
    ivg1_put_u32(to + 24, ivg1_crc32(0, to, 24));
}

void ivg1_encode_format(uint8_t to[IVG1_FORMAT_BYTES], const struct ivg1_format *format)
{
    ivg1_put_u16(to, format->odr_x10);
    to[2] = format->acc_fs_g;
    to[3] = format->gyr_fs_125dps;
    ivg1_put_u32(to + 4, format->acc_ng_per_lsb);
    ivg1_put_u32(to + 8, format->gyr_ndps_per_lsb);
    ivg1_put_u32(to + 12, format->tick_hz);
}
