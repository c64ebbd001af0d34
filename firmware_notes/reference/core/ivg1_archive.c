#include "ivg1_archive.h"

#include "ivg1_bytes.h"

/* Read the header at *address or the next whole one behind it; NOTHING at the end of the flash. */
static enum ivg1_flash_result next_record(const struct ivg1_flash *flash, uint32_t *address, struct ivg1_record *record)
{
    for (; *address < ivg1_flash_bytes(flash); *address += flash->record_bytes) {
        const enum ivg1_flash_result result = ivg1_record_read(flash, *address, record);
        if (result != IVG1_FLASH_NOTHING) {
            return result;
        }
    }
    return IVG1_FLASH_NOTHING;
}

enum ivg1_flash_result ivg1_archive_find(const struct ivg1_flash *flash, uint32_t session_id,
                                         struct ivg1_stored *found)
{
    struct ivg1_record record;
    enum ivg1_flash_result result;
    uint32_t newest = 0;
    found->first = UINT32_MAX;
    for (uint32_t at = 0; (result = next_record(flash, &at, &record)) == IVG1_FLASH_OK; at += flash->record_bytes) {
        if (record.session_id != session_id) {
            continue;
        }
        found->first = ivg1_smaller(found->first, record.first_index);
        if (record.sequence > newest) {
            newest = record.sequence;
            found->boot_id = record.boot_id;
            found->next = ivg1_record_end(&record);
            found->flags = record.flags;
            found->format = record.format;
        }
    }
    if (result == IVG1_FLASH_FAILED) {
        return result;
    }
    return newest > 0u ? IVG1_FLASH_OK : IVG1_FLASH_NOTHING;
}

/* The newest sequence number of a session; 0 if it is not held. */
static enum ivg1_flash_result newest_of(const struct ivg1_flash *flash, uint32_t session_id, uint32_t *newest)
{
    struct ivg1_record record;
    enum ivg1_flash_result result;
    *newest = 0;
    for (uint32_t at = 0; (result = next_record(flash, &at, &record)) == IVG1_FLASH_OK; at += flash->record_bytes) {
        if (record.session_id == session_id && record.sequence > *newest) {
            *newest = record.sequence;
        }
    }
    return result;
}

enum ivg1_flash_result ivg1_archive_after(const struct ivg1_flash *flash, uint32_t after, uint32_t *next)
{
    struct ivg1_record record;
    uint32_t behind = 0;
    uint32_t oldest = UINT32_MAX;
    enum ivg1_flash_result result = IVG1_FLASH_NOTHING;
    *next = 0;
    if (after != 0u) {
        result = newest_of(flash, after, &behind);
        if (result == IVG1_FLASH_FAILED || behind == 0u) {
            return result;
        }
    }
    /* Sessions are never interleaved: the next higher sequence number begins the next session. */
    for (uint32_t at = 0; (result = next_record(flash, &at, &record)) == IVG1_FLASH_OK; at += flash->record_bytes) {
        if (record.sequence > behind && record.sequence < oldest) {
            oldest = record.sequence;
            *next = record.session_id;
        }
    }
    return result == IVG1_FLASH_FAILED ? result : IVG1_FLASH_OK;
}

enum ivg1_flash_result ivg1_archive_owner(const struct ivg1_flash *flash, uint32_t sector, uint32_t *owner)
{
    struct ivg1_record record;
    *owner = 0;
    for (uint32_t in_sector = 0; in_sector < flash->sector_bytes; in_sector += flash->record_bytes) {
        const uint32_t address = sector * flash->sector_bytes + in_sector;
        const enum ivg1_flash_result result = ivg1_record_read(flash, address, &record);
        if (result == IVG1_FLASH_FAILED) {
            return result;
        }
        if (result == IVG1_FLASH_OK) {
            *owner = record.session_id;
            break;
        }
    }
    return IVG1_FLASH_OK;
}

static bool contains(const struct ivg1_record *record, uint32_t session_id, uint32_t index)
{
    return record->session_id == session_id && index >= record->first_index && index < ivg1_record_end(record);
}

/* Take the record here if it holds the index: reading on in order needs no search. The header is read anew, since
 * the sector may have been erased and written meanwhile; a session's index never comes twice. */
static bool stays_in_order(const struct ivg1_flash *flash, struct ivg1_cursor *cursor, uint32_t address,
                           uint32_t session_id, uint32_t index)
{
    struct ivg1_record record;
    if (ivg1_record_read(flash, address, &record) != IVG1_FLASH_OK || !contains(&record, session_id, index)) {
        return false;
    }
    if (address != cursor->address) {
        cursor->damaged = ivg1_record_verify(flash, address, &record) != IVG1_FLASH_OK;
    }
    cursor->address = address;
    cursor->record = record;
    return true;
}

enum ivg1_flash_result ivg1_archive_seek(const struct ivg1_flash *flash, struct ivg1_cursor *cursor,
                                         uint32_t session_id, uint32_t index)
{
    struct ivg1_record record;
    enum ivg1_flash_result result;
    if (cursor->set) {
        const uint32_t behind = (cursor->address + flash->record_bytes) % ivg1_flash_bytes(flash);
        if (stays_in_order(flash, cursor, cursor->address, session_id, index)
            || stays_in_order(flash, cursor, behind, session_id, index)) {
            return IVG1_FLASH_OK;
        }
    }
    cursor->set = false;
    for (uint32_t at = 0; (result = next_record(flash, &at, &record)) == IVG1_FLASH_OK; at += flash->record_bytes) {
        const bool ahead = record.session_id == session_id && ivg1_record_end(&record) > index;
        if (ahead && (!cursor->set || record.first_index < cursor->record.first_index)) {
            cursor->set = true;
            cursor->address = at;
            cursor->record = record;
        }
    }
    if (result == IVG1_FLASH_FAILED) {
        cursor->set = false;
        return result;
    }
    if (!cursor->set) {
        return IVG1_FLASH_NOTHING;
    }
    cursor->damaged = ivg1_record_verify(flash, cursor->address, &cursor->record) != IVG1_FLASH_OK;
    return IVG1_FLASH_OK;
}

enum ivg1_flash_result ivg1_archive_samples(const struct ivg1_flash *flash, const struct ivg1_cursor *cursor,
                                            uint32_t index, uint32_t n, uint8_t *to)
{
    const uint32_t k = index - cursor->record.first_index;
    const uint32_t address = cursor->address + IVG1_RECORD_HEADER_BYTES + k * IVG1_SAMPLE_BYTES;
    return flash->read(flash->context, address, to, n * IVG1_SAMPLE_BYTES) ? IVG1_FLASH_OK : IVG1_FLASH_FAILED;
}
