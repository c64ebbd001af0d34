/* What the flash holds: sessions and their samples, found by reading headers. The flash is its own index. */
#ifndef IVG1_ARCHIVE_H
#define IVG1_ARCHIVE_H

#include "ivg1_record.h"

/* A session in flash. */
struct ivg1_stored {
    uint32_t boot_id;
    uint32_t first; /* [first, next) was written; damage inside shows on reading */
    uint32_t next;
    uint8_t flags; /* of its newest record */
    struct ivg1_format format;
};

/* Where a reader stands. */
struct ivg1_cursor {
    bool set;
    bool damaged; /* the header is whole, the samples are not */
    uint32_t address;
    struct ivg1_record record;
};

enum ivg1_flash_result ivg1_archive_find(const struct ivg1_flash *flash, uint32_t session_id,
                                         struct ivg1_stored *found);

/* The session written after this one (0: the oldest); *next = 0 behind the newest. NOTHING if `after` is not held. */
enum ivg1_flash_result ivg1_archive_after(const struct ivg1_flash *flash, uint32_t after, uint32_t *next);

/* The session that owns a sector; *owner = 0 if it is free. */
enum ivg1_flash_result ivg1_archive_owner(const struct ivg1_flash *flash, uint32_t sector, uint32_t *owner);

/* Go to the record that holds this index, or to the first one behind it; NOTHING if there is none. */
enum ivg1_flash_result ivg1_archive_seek(const struct ivg1_flash *flash, struct ivg1_cursor *cursor,
                                         uint32_t session_id, uint32_t index);

/* Copy n samples from `index` on, all within the cursor's record. */
enum ivg1_flash_result ivg1_archive_samples(const struct ivg1_flash *flash, const struct ivg1_cursor *cursor,
                                            uint32_t index, uint32_t n, uint8_t *to);

#endif
