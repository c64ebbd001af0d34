#include "ivg1_record.h"

#include "ivg1_bytes.h"
#include "ivg1_crc.h"

#define MAGIC 0x31475649u /* "IVG1" */
#define HEADER_CRC_AT 52u
#define VERIFY_CHUNK_BYTES 64u

uint32_t ivg1_record_capacity(const struct ivg1_flash *flash)
{
    return (flash->record_bytes - IVG1_RECORD_HEADER_BYTES) / IVG1_SAMPLE_BYTES;
}

void ivg1_record_encode(uint8_t header[IVG1_RECORD_HEADER_BYTES], const struct ivg1_record *record)
{
    ivg1_put_u32(header, MAGIC);
    ivg1_put_u32(header + 4, record->sequence);
    ivg1_put_u32(header + 8, record->session_id);
    ivg1_put_u32(header + 12, record->boot_id);
    ivg1_put_u32(header + 16, record->first_index);
    ivg1_put_u48(header + 20, record->tick_first);
    ivg1_put_u48(header + 26, record->tick_last);
    header[32] = record->n_samples;
    header[33] = record->flags;
    ivg1_put_u16(header + 34, record->dropped_before);
    ivg1_put_u16(header + 36, record->format.odr_x10);
    header[38] = record->format.acc_fs_g;
    header[39] = record->format.gyr_fs_125dps;
    ivg1_put_u32(header + 40, record->format.acc_ng_per_lsb);
    ivg1_put_u32(header + 44, record->format.gyr_ndps_per_lsb);
    ivg1_put_u32(header + 48, record->crc_samples);
    ivg1_put_u32(header + HEADER_CRC_AT, ivg1_crc32(0, header, HEADER_CRC_AT));
}

static void decode(struct ivg1_record *record, const uint8_t header[IVG1_RECORD_HEADER_BYTES])
{
    record->sequence = ivg1_get_u32(header + 4);
    record->session_id = ivg1_get_u32(header + 8);
    record->boot_id = ivg1_get_u32(header + 12);
    record->first_index = ivg1_get_u32(header + 16);
    record->tick_first = ivg1_get_u48(header + 20);
    record->tick_last = ivg1_get_u48(header + 26);
    record->n_samples = header[32];
    record->flags = header[33];
    record->dropped_before = ivg1_get_u16(header + 34);
    record->format.odr_x10 = ivg1_get_u16(header + 36);
    record->format.acc_fs_g = header[38];
    record->format.gyr_fs_125dps = header[39];
    record->format.acc_ng_per_lsb = ivg1_get_u32(header + 40);
    record->format.gyr_ndps_per_lsb = ivg1_get_u32(header + 44);
    record->format.tick_hz = 0;
    record->crc_samples = ivg1_get_u32(header + 48);
}

enum ivg1_flash_result ivg1_record_read(const struct ivg1_flash *flash, uint32_t address, struct ivg1_record *record)
{
    uint8_t header[IVG1_RECORD_HEADER_BYTES];
    if (!flash->read(flash->context, address, header, IVG1_RECORD_HEADER_BYTES)) {
        return IVG1_FLASH_FAILED;
    }
    if (ivg1_get_u32(header) != MAGIC
        || ivg1_get_u32(header + HEADER_CRC_AT) != ivg1_crc32(0, header, HEADER_CRC_AT)) {
        return IVG1_FLASH_NOTHING;
    }
    decode(record, header);
    return record->n_samples <= ivg1_record_capacity(flash) ? IVG1_FLASH_OK : IVG1_FLASH_NOTHING;
}

enum ivg1_flash_result ivg1_record_verify(const struct ivg1_flash *flash, uint32_t address,
                                          const struct ivg1_record *record)
{
    uint8_t chunk[VERIFY_CHUNK_BYTES];
    uint32_t left = record->n_samples * IVG1_SAMPLE_BYTES;
    uint32_t crc = 0;
    address += IVG1_RECORD_HEADER_BYTES;
    while (left > 0u) {
        const uint32_t n = ivg1_smaller(left, VERIFY_CHUNK_BYTES);
        if (!flash->read(flash->context, address, chunk, n)) {
            return IVG1_FLASH_FAILED;
        }
        crc = ivg1_crc32(crc, chunk, n);
        address += n;
        left -= n;
    }
    return crc == record->crc_samples ? IVG1_FLASH_OK : IVG1_FLASH_NOTHING;
}

uint64_t ivg1_record_tick(const struct ivg1_record *record, uint32_t k)
{
    if (k == 0u) {
        return record->tick_first;
    }
    const uint64_t span = record->tick_last - record->tick_first;
    return record->tick_first + span * k / (record->n_samples - 1u);
}
