/* One record of the flash log: up to 166 consecutive samples of one session behind a header with two CRCs. */
#ifndef IVG1_RECORD_H
#define IVG1_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "ivg1_packet.h"

#define IVG1_RECORD_HEADER_BYTES 56u
#define IVG1_RECORD_BYTES_MAX 2048u

enum ivg1_record_flag { IVG1_RECORD_CLOSES = 0x01, IVG1_RECORD_ENDED_BY_SENSOR = 0x02 };

enum ivg1_flash_result { IVG1_FLASH_OK, IVG1_FLASH_NOTHING, IVG1_FLASH_FAILED };

/* The board's memory. The functions return false where the chip reports an error.
 * program: n <= page_bytes, within one page, clears bits only. erase: the sector that begins at address, to 0xFF.
 * record_bytes is a whole number of pages, sector_bytes of records, n_sectors may be 0 (no memory).
 * All of it fits 32 bits. */
struct ivg1_flash {
    void *context;
    bool (*read)(void *context, uint32_t address, uint8_t *to, uint32_t n);
    bool (*program)(void *context, uint32_t address, const uint8_t *from, uint32_t n);
    bool (*erase)(void *context, uint32_t address);
    uint32_t page_bytes;
    uint32_t record_bytes; /* <= IVG1_RECORD_BYTES_MAX, and no more than 255 samples */
    uint32_t sector_bytes;
    uint32_t n_sectors;
};

struct ivg1_record {
    uint32_t sequence;
    uint32_t session_id;
    uint32_t boot_id;
    uint32_t first_index;
    uint64_t tick_first;
    uint64_t tick_last;
    uint8_t n_samples;
    uint8_t flags;
    uint16_t dropped_before;
    struct ivg1_format format; /* without tick_hz, which the firmware knows */
    uint32_t crc_samples;
};

static inline uint32_t ivg1_flash_bytes(const struct ivg1_flash *flash)
{
    return flash->sector_bytes * flash->n_sectors;
}

static inline uint32_t ivg1_record_end(const struct ivg1_record *record)
{
    return record->first_index + record->n_samples;
}

/* Samples that a full record holds. */
uint32_t ivg1_record_capacity(const struct ivg1_flash *flash);

void ivg1_record_encode(uint8_t header[IVG1_RECORD_HEADER_BYTES], const struct ivg1_record *record);

/* Read the header at this address; NOTHING where there is no whole one. */
enum ivg1_flash_result ivg1_record_read(const struct ivg1_flash *flash, uint32_t address, struct ivg1_record *record);

/* Read the samples and compare their CRC; NOTHING if they are damaged. */
enum ivg1_flash_result ivg1_record_verify(const struct ivg1_flash *flash, uint32_t address,
                                          const struct ivg1_record *record);

/* The tick of the k-th sample, on the straight line between the first and the last. */
uint64_t ivg1_record_tick(const struct ivg1_record *record, uint32_t k);

#endif
