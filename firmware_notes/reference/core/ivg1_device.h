/* The sensor as IVG1 sees it: what the board gives (ivg1_board), what it tells the core (functions below).
 * All functions belong to one thread or main loop; none waits but for the flash. */
#ifndef IVG1_DEVICE_H
#define IVG1_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "ivg1_archive.h"
#include "ivg1_log.h"
#include "ivg1_packet.h"
#include "ivg1_ring.h"

#define IVG1_INFO_BYTES 60u
#define IVG1_ANSWER_BYTES_MAX 20u /* fits the smallest MTU */
#define IVG1_PING_BYTES 8u
#define IVG1_PONG_BYTES 20u
#define IVG1_BATTERY_UNKNOWN 255u

enum ivg1_status {
    IVG1_OK = 0x00,
    IVG1_UNKNOWN_OP = 0x01,
    IVG1_BAD_ARGUMENT = 0x02,
    IVG1_BUSY = 0x03,
    IVG1_NOT_RUNNING = 0x04,
    IVG1_MTU_TOO_SMALL = 0x05,
    IVG1_RANGE_GONE = 0x06,
    IVG1_FLASH_FULL = 0x07,
    IVG1_FLASH_ERROR = 0x08,
    IVG1_BATTERY_LOW = 0x09,
    IVG1_WRONG_SESSION = 0x0A,
    IVG1_ABORTED = 0x0B
};

enum ivg1_device_flag {
    IVG1_FLAG_RUNNING = 0x01,
    IVG1_FLAG_LOGGED = 0x02,
    IVG1_FLAG_FLASH_FULL = 0x04,
    IVG1_FLAG_BACKFILL = 0x08,
    IVG1_FLAG_BATTERY_LOW = 0x10,
    IVG1_FLAG_FLASH_ERROR = 0x20,
    IVG1_FLAG_ENDED_BY_SENSOR = 0x40
};

enum ivg1_characteristic { IVG1_STREAM = 3, IVG1_BACKFILL = 4, IVG1_TIME = 5 };

/* What a board must give; `context` is handed back in each call. */
struct ivg1_board {
    void *context;
    /* Put a notification into the radio's queue; false if it is full or nobody has subscribed. */
    bool (*notify)(void *context, enum ivg1_characteristic characteristic, const uint8_t *bytes, uint32_t n);
    /* Begin sampling. Fields that are 0 are the board's choice; on return all hold what runs. False: cannot do that. */
    bool (*start_sampling)(void *context, struct ivg1_format *format);
    void (*stop_sampling)(void *context);
    void (*identify)(void *context, uint8_t seconds);
    /* Since reset, 48 bits, never steps. */
    uint64_t (*ticks)(void *context);
    struct ivg1_flash flash;
    struct ivg1_format default_format;
    uint8_t firmware[3];
    uint8_t uid[8];
    uint16_t start_mv;   /* below it, START is refused */
    uint16_t cut_off_mv; /* below it, the session is closed while that still works */
};

struct ivg1_live {
    uint8_t n; /* samples a packet, 0 = nothing live */
    uint32_t next;
    bool resumed;
};

/* The running backfill. A packet that the queue did not take waits in `pending`. */
struct ivg1_transfer {
    bool active;
    bool over;   /* no packet is to follow the pending one */
    bool ending; /* what is pending is the end mark */
    uint32_t session_id;
    uint32_t asked_from, asked_to; /* as requested, to know a repeated request */
    uint32_t from, to;             /* as answered */
    bool whole;                    /* nothing of what was asked is gone */
    uint8_t end_status;
    uint32_t next;
    uint32_t covered;   /* behind the last packet */
    uint32_t accounted; /* samples sent, and those that their packets call dropped */
    uint32_t count;
    uint32_t crc_samples;
    struct ivg1_cursor cursor;
    uint32_t pending_bytes;
    uint8_t pending[IVG1_PACKET_BYTES_MAX];
};

struct ivg1_device {
    const struct ivg1_board *board;
    uint32_t boot_id;
    uint16_t mtu; /* 0 = no link */
    uint8_t placement;
    uint8_t battery_percent;
    uint16_t battery_mv;
    bool running;
    bool logged;
    bool ended_by_sensor;
    uint32_t session_id; /* running or last; 0 = none since reset */
    uint32_t dropped;
    struct ivg1_format format;
    struct ivg1_ring ring;
    struct ivg1_log log;
    struct ivg1_live live;
    struct ivg1_transfer transfer;
};

/* After each reset, with a random boot_id. The board and the slots stay the caller's and must outlive the device.
 * The ring must outlast the record that waits in RAM: more than twice its samples. */
void ivg1_init(struct ivg1_device *device, const struct ivg1_board *board, struct ivg1_ring_slot *slots,
               uint32_t n_slots, uint32_t boot_id);

/* A link came up or changed its MTU (mtu > 0) or went down (0). */
void ivg1_link(struct ivg1_device *device, uint16_t mtu);

void ivg1_battery(struct ivg1_device *device, uint8_t percent, uint16_t millivolt);

/* A sample; `dropped` of them were lost directly before it (sensor FIFO overrun). */
void ivg1_push(struct ivg1_device *device, const int16_t sample[6], uint64_t tick, uint16_t dropped);

/* A CONTROL write; the answer's length. */
uint32_t ivg1_command(struct ivg1_device *device, const uint8_t *request, uint32_t n,
                      uint8_t answer[IVG1_ANSWER_BYTES_MAX]);

/* A TIME write; tick_rx was read first thing in the board's callback. */
void ivg1_ping(struct ivg1_device *device, const uint8_t *request, uint32_t n, uint64_t tick_rx);

/* The INFO characteristic. */
void ivg1_info(const struct ivg1_device *device, uint8_t to[IVG1_INFO_BYTES]);

/* Send what is due. Call it after each batch of samples and when the radio has sent something. */
void ivg1_poll(struct ivg1_device *device);

/* For the core's own files. */
bool ivg1_battery_is_low(const struct ivg1_device *device);
void ivg1_stop(struct ivg1_device *device, bool by_sensor);
uint8_t ivg1_packet_flags(const struct ivg1_device *device);
uint8_t ivg1_flags(const struct ivg1_device *device);
uint32_t ivg1_oldest(const struct ivg1_device *device);
bool ivg1_in_ring(const struct ivg1_device *device, uint32_t session_id, uint32_t index);

#endif
