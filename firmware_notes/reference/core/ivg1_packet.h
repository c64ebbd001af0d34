/* The bytes of IVG1 on the air: packets, end marks, the format block. See ../PROTOCOL.md. */
#ifndef IVG1_PACKET_H
#define IVG1_PACKET_H

#include <stdint.h>

#define IVG1_PROTOCOL 1u
#define IVG1_SAMPLE_BYTES 12u
#define IVG1_TICK_BYTES 6u
#define IVG1_PACKET_HEADER_BYTES 20u
#define IVG1_CRC_BYTES 4u
#define IVG1_ATT_HEADER_BYTES 3u
#define IVG1_PACKET_SAMPLES_MAX 18u /* at MTU 247, the most that one link layer packet of 251 bytes carries */
#define IVG1_PACKET_BYTES_MAX \
    (IVG1_PACKET_HEADER_BYTES + IVG1_PACKET_SAMPLES_MAX * IVG1_SAMPLE_BYTES + IVG1_CRC_BYTES)
#define IVG1_END_MARK_BYTES 28u
#define IVG1_FORMAT_BYTES 16u

enum ivg1_packet_flag {
    IVG1_PACKET_DROPPED_BEFORE = 0x01,
    IVG1_PACKET_ACC_CLIPPED = 0x02,
    IVG1_PACKET_GYR_CLIPPED = 0x04,
    IVG1_PACKET_RESUMED = 0x08,
    IVG1_PACKET_BATTERY_LOW = 0x10,
    IVG1_PACKET_FLASH_FULL = 0x20
};

enum ivg1_source { IVG1_LIVE = 0, IVG1_FROM_RAM = 1, IVG1_FROM_FLASH = 2 };

/* What turns raw samples into units, and ticks into seconds. */
struct ivg1_format {
    uint16_t odr_x10;
    uint8_t acc_fs_g;
    uint8_t gyr_fs_125dps;
    uint32_t acc_ng_per_lsb;
    uint32_t gyr_ndps_per_lsb;
    uint32_t tick_hz;
};

struct ivg1_packet_header {
    uint8_t flags; /* what the device knows; clipping and dropped_before are added by the encoder */
    uint8_t n_samples;
    uint8_t source;
    uint32_t session_id;
    uint32_t first_index;
    uint64_t tick;
    uint16_t dropped_before;
};

struct ivg1_end_mark {
    uint8_t status;
    uint32_t session_id;
    uint32_t from;
    uint32_t to;
    uint32_t count;
    uint32_t crc_samples;
};

/* How many samples a packet may hold at this MTU; 0 = none. */
uint8_t ivg1_samples_at_mtu(uint16_t mtu);

/* A sample as its 12 bytes on the air: acc x y z, gyr x y z. */
void ivg1_encode_sample(uint8_t *to, const int16_t sample[6]);

/* Write header and CRC around the samples that stand at packet + IVG1_PACKET_HEADER_BYTES; the length of it all. */
uint32_t ivg1_encode_packet(uint8_t *packet, const struct ivg1_packet_header *header);

void ivg1_encode_end_mark(uint8_t to[IVG1_END_MARK_BYTES], const struct ivg1_end_mark *mark);
void ivg1_encode_format(uint8_t to[IVG1_FORMAT_BYTES], const struct ivg1_format *format);

#endif
