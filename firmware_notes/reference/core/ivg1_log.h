/* The writing side of the flash log: records filled in RAM, programmed when full, sectors erased just before use. */
#ifndef IVG1_LOG_H
#define IVG1_LOG_H

#include "ivg1_record.h"

#define IVG1_LOG_ERASE_SECTORS 8u /* a request: bounds the time that one ERASE may take */

struct ivg1_log {
    const struct ivg1_flash *flash;
    uint32_t next_address;  /* of the next record; at the start of a sector: none taken yet */
    uint32_t next_sequence;
    uint32_t free_sectors;
    bool active;
    bool wrap;
    bool full;
    bool failed;            /* the chip reported an error since reset */
    uint32_t first_index;   /* [first_index, next_index) of the session stand in flash */
    uint32_t next_index;
    struct ivg1_record record;
    uint8_t bytes[IVG1_RECORD_BYTES_MAX];
};

/* Scan the flash: where to go on, and how many sectors are free. */
void ivg1_log_init(struct ivg1_log *log, const struct ivg1_flash *flash);

/* Begin a session on a fresh sector. The caller has seen that log->free_sectors > 0. */
void ivg1_log_begin(struct ivg1_log *log, uint32_t session_id, uint32_t boot_id, const struct ivg1_format *format,
                    bool wrap);

/* The sample with this index; `dropped` indices before it belong to samples that never were. */
void ivg1_log_append(struct ivg1_log *log, uint32_t index, const int16_t sample[6], uint64_t tick, uint16_t dropped);

/* Write what RAM holds, and that the session ends with `final` samples. */
void ivg1_log_close(struct ivg1_log *log, uint32_t final, bool by_sensor);

/* Erase up to IVG1_LOG_ERASE_SECTORS sectors of a session; *left: how many remain. */
enum ivg1_flash_result ivg1_log_erase(struct ivg1_log *log, uint32_t session_id, uint16_t *left);

uint32_t ivg1_log_free_samples(const struct ivg1_log *log);
uint32_t ivg1_log_total_samples(const struct ivg1_log *log);

#endif
