#include "ivg1_transfer.h"

#include "ivg1_bytes.h"
#include "ivg1_crc.h"

/* What is held of a session: [flash_from, flash_to) and behind it [ring_from, ring_to); either may be empty. */
struct holdings {
    uint32_t flash_from, flash_to, ring_from, ring_to;
};

static enum ivg1_flash_result find_holdings(const struct ivg1_device *device, uint32_t session_id, uint32_t from,
                                            struct holdings *held)
{
    const bool in_ram = session_id != 0u && session_id == device->session_id;
    struct ivg1_stored stored;
    held->ring_from = in_ram ? device->ring.oldest : 0u;
    held->ring_to = in_ram ? device->ring.next : 0u;
    held->flash_from = held->flash_to = held->ring_from;
    if (in_ram && from >= held->ring_from) {
        return IVG1_FLASH_OK; /* no need to search the flash */
    }
    const enum ivg1_flash_result result = ivg1_archive_find(&device->board->flash, session_id, &stored);
    if (result == IVG1_FLASH_OK && (!in_ram || stored.first < held->ring_from)) {
        held->flash_from = stored.first;
        held->flash_to = stored.next;
    }
    return in_ram && result == IVG1_FLASH_NOTHING ? IVG1_FLASH_OK : result;
}

/* Narrow transfer->from and ->to to what is held, and tell whether that is all of it. */
static void narrow(struct ivg1_transfer *transfer, const struct holdings *held)
{
    const uint32_t next = held->flash_to > held->ring_to ? held->flash_to : held->ring_to;
    const uint32_t to = ivg1_smaller(transfer->asked_to, next);
    const uint32_t from = ivg1_smaller(transfer->asked_from, to);
    const bool hole = held->flash_to < held->ring_from;
    uint32_t first = from < held->flash_from ? held->flash_from : from;
    uint32_t last = to;
    if (first >= held->flash_to && first < held->ring_from) {
        first = held->ring_from;
    }
    if (hole && last > held->flash_to && last <= held->ring_from) {
        last = held->flash_to;
    }
    if (first >= last) {
        first = last = to;
    }
    transfer->from = first;
    transfer->to = last;
    transfer->whole = first == from && last == to && !(hole && first < held->flash_to && last > held->ring_from);
}

enum ivg1_flash_result ivg1_transfer_begin(struct ivg1_device *device, uint32_t session_id, uint32_t from,
                                           uint32_t to)
{
    struct ivg1_transfer *transfer = &device->transfer;
    struct holdings held;
    const enum ivg1_flash_result found = find_holdings(device, session_id, from, &held);
    if (found != IVG1_FLASH_OK) {
        return found;
    }
    transfer->session_id = session_id;
    transfer->asked_from = from;
    transfer->asked_to = to;
    narrow(transfer, &held);
    transfer->active = true;
    transfer->over = false;
    transfer->ending = false;
    transfer->end_status = IVG1_OK;
    transfer->next = transfer->from;
    transfer->covered = transfer->from;
    transfer->accounted = 0;
    transfer->count = 0;
    transfer->crc_samples = 0;
    transfer->cursor.set = false;
    transfer->pending_bytes = 0;
    return IVG1_FLASH_OK;
}

void ivg1_transfer_abort(struct ivg1_device *device)
{
    struct ivg1_transfer *transfer = &device->transfer;
    transfer->over = true;
    transfer->end_status = IVG1_ABORTED;
}

/* The packet's body from the record that the cursor found at transfer->next. */
static enum ivg1_flash_result copy_from_flash(struct ivg1_device *device, uint32_t n_max,
                                              struct ivg1_packet_header *header)
{
    struct ivg1_transfer *transfer = &device->transfer;
    const struct ivg1_record *record = &transfer->cursor.record;
    const uint32_t k = transfer->next - record->first_index;
    const uint32_t end = ivg1_smaller(ivg1_record_end(record), transfer->to);
    header->n_samples = (uint8_t)ivg1_smaller(n_max, end - transfer->next);
    header->first_index = transfer->next;
    header->tick = ivg1_record_tick(record, k);
    header->dropped_before = k == 0u ? record->dropped_before : 0u;
    header->source = IVG1_FROM_FLASH;
    return ivg1_archive_samples(&device->board->flash, &transfer->cursor, transfer->next, header->n_samples,
                                transfer->pending + IVG1_PACKET_HEADER_BYTES);
}

/* The next packet's samples from the flash. n_samples = 0: none here, transfer->next went on. */
static enum ivg1_flash_result take_from_flash(struct ivg1_device *device, uint32_t n_max,
                                              struct ivg1_packet_header *header)
{
    struct ivg1_transfer *transfer = &device->transfer;
    const struct ivg1_record *record = &transfer->cursor.record;
    const enum ivg1_flash_result result =
        ivg1_archive_seek(&device->board->flash, &transfer->cursor, transfer->session_id, transfer->next);
    uint32_t found = result == IVG1_FLASH_OK ? record->first_index : UINT32_MAX;
    header->n_samples = 0;
    if (result == IVG1_FLASH_FAILED) {
        return result;
    }
    if (transfer->session_id == device->session_id && device->ring.oldest > transfer->next) {
        found = ivg1_smaller(found, device->ring.oldest); /* behind a hole in the flash RAM may go on */
    }
    if (found > transfer->next) {
        transfer->next = ivg1_smaller(found, transfer->to);
        return IVG1_FLASH_OK;
    }
    if (transfer->cursor.damaged) {
        transfer->next = ivg1_smaller(ivg1_record_end(record), transfer->to);
        transfer->end_status = IVG1_FLASH_ERROR;
        return IVG1_FLASH_OK;
    }
    return copy_from_flash(device, n_max, header);
}

static void take_from_ring(struct ivg1_device *device, uint32_t n_max, struct ivg1_packet_header *header)
{
    struct ivg1_transfer *transfer = &device->transfer;
    const uint32_t end = ivg1_smaller(transfer->to, device->ring.next);
    ivg1_ring_copy(&device->ring, transfer->next, end, n_max, transfer->pending, header);
    header->source = IVG1_FROM_RAM;
    transfer->next = header->first_index;
}

/* The packet's samples are accounted for, and of a hole before them what the packet calls dropped. */
static void account(struct ivg1_transfer *transfer, const struct ivg1_packet_header *header)
{
    const uint32_t hole = header->first_index - transfer->covered;
    transfer->accounted += ivg1_smaller(hole, header->dropped_before) + header->n_samples;
    transfer->covered = header->first_index + header->n_samples;
    transfer->count += header->n_samples;
    transfer->crc_samples = ivg1_crc32(transfer->crc_samples, transfer->pending + IVG1_PACKET_HEADER_BYTES,
                                       header->n_samples * IVG1_SAMPLE_BYTES);
}

/* Put the next packet into transfer->pending; false when there is none left. */
static bool prepare_packet(struct ivg1_device *device)
{
    struct ivg1_transfer *transfer = &device->transfer;
    const uint8_t n_max = ivg1_samples_at_mtu(device->mtu);
    struct ivg1_packet_header header;
    while (!transfer->over && transfer->next < transfer->to) {
        if (ivg1_in_ring(device, transfer->session_id, transfer->next)) {
            take_from_ring(device, n_max, &header);
        } else if (take_from_flash(device, n_max, &header) != IVG1_FLASH_OK) {
            transfer->end_status = IVG1_FLASH_ERROR;
            return false;
        }
        if (header.n_samples > 0u) {
            header.flags = ivg1_packet_flags(device);
            header.session_id = transfer->session_id;
            account(transfer, &header);
            transfer->next = transfer->covered;
            transfer->pending_bytes = ivg1_encode_packet(transfer->pending, &header);
            return true;
        }
    }
    return false;
}

static void prepare_end_mark(struct ivg1_transfer *transfer)
{
    const bool whole = transfer->accounted == transfer->to - transfer->from;
    const struct ivg1_end_mark mark = {
        .status = transfer->end_status != IVG1_OK || whole ? transfer->end_status : (uint8_t)IVG1_RANGE_GONE,
        .session_id = transfer->session_id,
        .from = transfer->from,
        .to = transfer->to,
        .count = transfer->count,
        .crc_samples = transfer->crc_samples,
    };
    ivg1_encode_end_mark(transfer->pending, &mark);
    transfer->pending_bytes = IVG1_END_MARK_BYTES;
    transfer->ending = true;
}

bool ivg1_transfer_send(struct ivg1_device *device)
{
    struct ivg1_transfer *transfer = &device->transfer;
    if (!transfer->active) {
        return false;
    }
    if (transfer->pending_bytes == 0u && !prepare_packet(device)) {
        prepare_end_mark(transfer);
    }
    if (!device->board->notify(device->board->context, IVG1_BACKFILL, transfer->pending, transfer->pending_bytes)) {
        return false;
    }
    transfer->active = !transfer->ending;
    transfer->pending_bytes = 0;
    return true;
}
