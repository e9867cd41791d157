/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <jansson.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

/* The gaps of a struct may be read when all of it is searched. */
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#define READ_ALL(block, bytes) (void)VALGRIND_MAKE_MEM_DEFINED(block, bytes)
#else
#define READ_ALL(block, bytes) (void)0
#endif

void fuzz_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

/* ---- input ---- */

uint8_t fuzz_byte(fuzz_input *in)
{
    if (in->left == 0)
        return 0;
    in->left--;
    return *in->data++;
}

size_t fuzz_below(fuzz_input *in, size_t limit)
{
    return fuzz_byte(in) % limit;
}

uint64_t fuzz_number(fuzz_input *in, size_t bytes)
{
    uint64_t number = 0;
    for (size_t i = 0; i < bytes; i++)
        number |= (uint64_t)fuzz_byte(in) << (8 * i);
    return number;
}

/* What was made for this run. */
static void **blocks;
static size_t blocks_count, blocks_room;

void *fuzz_block(size_t bytes)
{
    if (blocks_count == blocks_room) {
        blocks_room = blocks_room * 2 + 64;
        blocks = realloc(blocks, blocks_room * sizeof *blocks);
        CHECK(blocks != NULL);
    }
    void *block = calloc(1, bytes);
    CHECK(block != NULL);
    blocks[blocks_count++] = block;
    return block;
}

void fuzz_end(void)
{
    while (blocks_count > 0)
        free(blocks[--blocks_count]);
    free(blocks);
    blocks = NULL;
    blocks_room = 0;
}

static fuzz_text take(fuzz_input *in, size_t length)
{
    fuzz_text taken = {fuzz_block(length + 1), length};
    memcpy(taken.text, length > 0 ? in->data : (const uint8_t *)"", length);
    in->data += length;
    in->left -= length;
    return taken;
}

fuzz_text fuzz_take_text(fuzz_input *in)
{
    const uint8_t *end = in->left > 0 ? memchr(in->data, 0xFF, in->left) : NULL;
    fuzz_text taken = take(in, end != NULL ? (size_t)(end - in->data) : in->left);
    fuzz_byte(in);
    return taken;
}

fuzz_text fuzz_take_rest(fuzz_input *in)
{
    return take(in, in->left);
}

const char *fuzz_argument(fuzz_input *in)
{
    return fuzz_byte(in) != 0 ? fuzz_take_text(in).text : NULL;
}

/* ---- memory ---- */

static void *allocate(void *ctx, size_t bytes)
{
    fuzz_memory *m = ctx;
    CHECK(bytes > 0);
    if (++m->taken == m->fail_at)
        return NULL;
    void *block = malloc(bytes);
    CHECK(block != NULL);
    m->live++;
    /* The library must not count on zeros. */
    return memset(block, 0xA5, malloc_usable_size(block));
}

static bool holds_secret(const fuzz_memory *m, const void *block)
{
    size_t bytes = malloc_usable_size((void *)(uintptr_t)block);
    if (m->secret == NULL)
        return false;
    READ_ALL(block, bytes);
    return fuzz_holds(block, bytes, m->secret);
}

static void release(void *ctx, void *block)
{
    fuzz_memory *m = ctx;
    CHECK(block != NULL);
    CHECK(m->live > 0);
    CHECK(!holds_secret(m, block));
    m->live--;
    free(block);
}

void fuzz_memory_init(fuzz_memory *m, size_t fail_at)
{
    memset(m, 0, sizeof *m);
    m->allocator.size = sizeof m->allocator;
    m->allocator.ctx = m;
    m->allocator.allocate = allocate;
    m->allocator.release = release;
    m->fail_at = fail_at;
}

memory fuzz_memory_inside(const fuzz_memory *m)
{
    memory mem;
    CHECK(memory_from(&mem, &m->allocator));
    return mem;
}

bool fuzz_memory_failed(const fuzz_memory *m)
{
    return m->fail_at != 0 && m->taken >= m->fail_at;
}

/* ---- time ---- */

static int64_t wall_ms(void *ctx)
{
    return ((const fuzz_clock *)ctx)->wall_ms;
}

static int64_t monotonic_ms(void *ctx)
{
    return ((const fuzz_clock *)ctx)->monotonic_ms;
}

static void pass_time(void *ctx, int64_t milliseconds, tcses_cancel *cancel)
{
    fuzz_clock *c = ctx;
    CHECK(milliseconds > 0);
    CHECK(!c->has_cancelled);
    tcses_cancel_trigger(c->cancel_in_wait);
    c->has_cancelled = c->cancel_in_wait != NULL;
    if (tcses_cancel_triggered(cancel))
        return;
    fuzz_clock_pass(c, milliseconds);
}

void fuzz_clock_pass(fuzz_clock *c, int64_t milliseconds)
{
    c->monotonic_ms += milliseconds;
    if (c->wall_ms <= INT64_MAX - milliseconds)
        c->wall_ms += milliseconds;
}

void fuzz_clock_init(fuzz_clock *c)
{
    memset(c, 0, sizeof *c);
    c->clock.size = sizeof c->clock;
    c->clock.ctx = c;
    c->clock.wall_ms = wall_ms;
    c->clock.monotonic_ms = monotonic_ms;
    c->clock.wait = pass_time;
    c->wall_ms = (int64_t)1735689600 * 1000; /* 2025-01-01 00:00:00 */
    c->monotonic_ms = 5000;
}

/* ---- checks ---- */

bool fuzz_holds(const void *bytes, size_t length, const char *text)
{
    const char *p = bytes, *end = p + length;
    size_t wanted = strlen(text);
    while ((p = memchr(p, text[0], (size_t)(end - p))) != NULL && (size_t)(end - p) >= wanted) {
        size_t same = 1;
        while (same < wanted && p[same] == text[same])
            same++;
        if (same == wanted)
            return true;
        p++;
    }
    return false;
}

bool fuzz_is_header_value(const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return false;
    }
    return true;
}

bool fuzz_is_object(const void *text, size_t length)
{
    json_error_t reason;
    json_t *document = json_loadb(text, length, JSON_REJECT_DUPLICATES, &reason);
    if (document == NULL && json_error_code(&reason) == json_error_numeric_overflow)
        document = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &reason);
    bool is_object = json_is_object(document);
    json_decref(document);
    return is_object;
}

void fuzz_check_error(tcses_status status, tcses_error *error)
{
    CHECK((status == TCSES_OK) == (error == NULL));
    CHECK(tcses_error_status(error) == status);
    CHECK(tcses_error_message(error) != NULL && tcses_error_message(error)[0] != '\0');
    CHECK(strcmp(tcses_status_name(status), "UNKNOWN") != 0);
    tcses_error_free(error);
}

void fuzz_clean_environment(const char *home)
{
    static const char *const names[] = {"TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN",
        "TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_REGION",
        "TENCENTCLOUD_CREDENTIALS_FILE", "TCCLI_PROFILE", "TKE_REGION", "TKE_PROVIDER_ID", "TKE_ROLE_ARN",
        "TKE_WEB_IDENTITY_TOKEN_FILE"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        unsetenv(names[i]);
    setenv("HOME", home, 1);
}
