#include "ivg1_log.h"

#include "ivg1_archive.h"
#include "ivg1_bytes.h"
#include "ivg1_crc.h"

static uint32_t samples_in_sector(const struct ivg1_flash *flash)
{
    return flash->sector_bytes / flash->record_bytes * ivg1_record_capacity(flash);
}

static uint32_t sector_behind(const struct ivg1_flash *flash, uint32_t address)
{
    return (address / flash->sector_bytes + 1u) % flash->n_sectors;
}

void ivg1_log_init(struct ivg1_log *log, const struct ivg1_flash *flash)
{
    struct ivg1_record record;
    uint32_t newest = 0;
    log->flash = flash;
    log->next_address = 0;
    log->free_sectors = 0;
    log->active = false;
    log->wrap = false;
    log->full = false;
    log->failed = false;
    log->first_index = 0;
    log->next_index = 0;
    log->record.n_samples = 0;
    for (uint32_t sector = 0; sector < flash->n_sectors; sector++) {
        uint32_t owner = 0;
        if (ivg1_archive_owner(flash, sector, &owner) != IVG1_FLASH_OK) {
            log->failed = true;
        } else if (owner == 0u) {
            log->free_sectors++;
        }
    }
    for (uint32_t at = 0; at < ivg1_flash_bytes(flash); at += flash->record_bytes) {
        if (ivg1_record_read(flash, at, &record) == IVG1_FLASH_OK && record.sequence > newest) {
            newest = record.sequence;
            log->next_address = sector_behind(flash, at) * flash->sector_bytes;
        }
    }
    log->next_sequence = newest + 1u;
}

void ivg1_log_begin(struct ivg1_log *log, uint32_t session_id, uint32_t boot_id, const struct ivg1_format *format,
                    bool wrap)
{
    if (log->next_address % log->flash->sector_bytes != 0u) {
        log->next_address = sector_behind(log->flash, log->next_address) * log->flash->sector_bytes;
    }
    log->active = true;
    log->wrap = wrap;
    log->full = false;
    log->first_index = 0;
    log->next_index = 0;
    log->record.session_id = session_id;
    log->record.boot_id = boot_id;
    log->record.format = *format;
    log->record.n_samples = 0;
}

/* The next sector with this owner, going round from the place where the log stands; n_sectors if there is none.
 * Going round, the first of the session's own sectors is its oldest. */
static uint32_t next_owned_by(const struct ivg1_log *log, uint32_t wanted)
{
    const uint32_t n = log->flash->n_sectors;
    const uint32_t start = log->next_address / log->flash->sector_bytes;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t sector = (start + i) % n;
        uint32_t owner = 0;
        if (ivg1_archive_owner(log->flash, sector, &owner) == IVG1_FLASH_OK && owner == wanted) {
            return sector;
        }
    }
    return n;
}

/* Make log->next_address the start of an erased sector; false if there is none to have. */
static bool take_sector(struct ivg1_log *log)
{
    const struct ivg1_flash *flash = log->flash;
    const bool overwrite = log->free_sectors == 0u;
    if (overwrite && !log->wrap) {
        log->full = true;
        return false;
    }
    const uint32_t sector = next_owned_by(log, overwrite ? log->record.session_id : 0u);
    if (sector == flash->n_sectors) {
        log->full = true;
        return false;
    }
    if (!flash->erase(flash->context, sector * flash->sector_bytes)) {
        log->failed = true;
        log->next_address = sector_behind(flash, sector * flash->sector_bytes) * flash->sector_bytes;
        return false;
    }
    log->next_address = sector * flash->sector_bytes;
    if (overwrite) {
        struct ivg1_stored rest;
        const bool some = ivg1_archive_find(flash, log->record.session_id, &rest) == IVG1_FLASH_OK;
        log->first_index = some ? rest.first : log->record.first_index;
    } else {
        log->free_sectors--;
    }
    return true;
}

/* The header's page comes last: a record with a header had all its other pages before the power went. */
static bool program_pages(const struct ivg1_log *log, uint32_t n_bytes)
{
    const struct ivg1_flash *flash = log->flash;
    for (uint32_t end = n_bytes; end > 0u;) {
        const uint32_t start = (end - 1u) / flash->page_bytes * flash->page_bytes;
        if (!flash->program(flash->context, log->next_address + start, log->bytes + start, end - start)) {
            return false;
        }
        end = start;
    }
    return true;
}

/* Empty the record in RAM into the flash. If the chip fails, these samples live in the ring only. */
static void write_record(struct ivg1_log *log, uint8_t flags)
{
    const struct ivg1_flash *flash = log->flash;
    struct ivg1_record *record = &log->record;
    const uint32_t n_bytes = record->n_samples * IVG1_SAMPLE_BYTES;
    record->sequence = log->next_sequence;
    record->flags = flags;
    record->crc_samples = ivg1_crc32(0, log->bytes + IVG1_RECORD_HEADER_BYTES, n_bytes);
    ivg1_record_encode(log->bytes, record);
    if (log->next_address % flash->sector_bytes != 0u || take_sector(log)) {
        if (program_pages(log, IVG1_RECORD_HEADER_BYTES + n_bytes)) {
            log->next_address = (log->next_address + flash->record_bytes) % ivg1_flash_bytes(flash);
            log->next_index = ivg1_record_end(record);
        } else {
            log->failed = true;
            log->next_address = sector_behind(flash, log->next_address) * flash->sector_bytes;
        }
        log->next_sequence++; /* also after a failure: the header may have been written all the same */
    }
    record->n_samples = 0;
}

void ivg1_log_append(struct ivg1_log *log, uint32_t index, const int16_t sample[6], uint64_t tick, uint16_t dropped)
{
    struct ivg1_record *record = &log->record;
    if (!log->active || log->full) {
        return;
    }
    if (dropped > 0u && record->n_samples > 0u) {
        write_record(log, 0);
        if (log->full) {
            return;
        }
    }
    if (record->n_samples == 0u) {
        record->first_index = index;
        record->tick_first = tick;
        record->dropped_before = dropped;
    }
    ivg1_encode_sample(log->bytes + IVG1_RECORD_HEADER_BYTES + record->n_samples * IVG1_SAMPLE_BYTES, sample);
    record->tick_last = tick;
    record->n_samples++;
    if (record->n_samples == ivg1_record_capacity(log->flash)) {
        write_record(log, 0);
    }
}

void ivg1_log_close(struct ivg1_log *log, uint32_t final, bool by_sensor)
{
    if (!log->active) {
        return;
    }
    log->active = false;
    if (log->full) {
        return;
    }
    if (log->record.n_samples == 0u) {
        log->record.first_index = final;
        log->record.tick_first = 0;
        log->record.tick_last = 0;
        log->record.dropped_before = 0;
    }
    write_record(log, (uint8_t)(IVG1_RECORD_CLOSES | (by_sensor ? IVG1_RECORD_ENDED_BY_SENSOR : 0)));
}

enum ivg1_flash_result ivg1_log_erase(struct ivg1_log *log, uint32_t session_id, uint16_t *left)
{
    const struct ivg1_flash *flash = log->flash;
    uint32_t erased = 0;
    *left = 0;
    for (uint32_t sector = 0; sector < flash->n_sectors; sector++) {
        uint32_t owner = 0;
        if (ivg1_archive_owner(flash, sector, &owner) != IVG1_FLASH_OK) {
            return IVG1_FLASH_FAILED;
        }
        if (owner != session_id) {
            continue;
        }
        if (erased == IVG1_LOG_ERASE_SECTORS) {
            (*left)++;
        } else if (flash->erase(flash->context, sector * flash->sector_bytes)) {
            erased++;
            log->free_sectors++;
        } else {
            log->failed = true;
            return IVG1_FLASH_FAILED;
        }
    }
    return IVG1_FLASH_OK;
}

uint32_t ivg1_log_free_samples(const struct ivg1_log *log)
{
    const struct ivg1_flash *flash = log->flash;
    const uint32_t in_sector = flash->n_sectors == 0u ? 0u : log->next_address % flash->sector_bytes;
    const bool in_use = log->active && in_sector != 0u;
    const uint32_t records_left = in_use ? (flash->sector_bytes - in_sector) / flash->record_bytes : 0u;
    const uint32_t free = log->free_sectors * samples_in_sector(flash) + records_left * ivg1_record_capacity(flash);
    return free > log->record.n_samples ? free - log->record.n_samples : 0u;
}

uint32_t ivg1_log_total_samples(const struct ivg1_log *log)
{
    return log->flash->n_sectors * samples_in_sector(log->flash);
}
