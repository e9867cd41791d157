/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <fcntl.h>
#include <ftw.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define VALGRIND_MAKE_MEM_DEFINED(block, bytes) ((void)0)
#endif

/* ---- locale ---- */

/* The tests run in the locale of the environment, so that they can be run in one with a decimal comma. */
__attribute__((constructor)) static void enter_locale(void)
{
    const char *wanted = getenv("LC_ALL");
    if (setlocale(LC_ALL, "") == NULL && wanted != NULL && wanted[0] != '\0') {
        fprintf(stderr, "there is no locale %s\n", wanted);
        exit(1);
    }
}

/* ---- memory ---- */

typedef union block_head {
    size_t bytes;
    max_align_t alignment;
} block_head;

static void *take(void *ctx, size_t bytes)
{
    test_memory *m = ctx;
    m->taken++;
    assert_true(bytes > 0);
    if (m->fail_at != 0 && (m->taken == m->fail_at || (m->keep_going && m->taken > m->fail_at)))
        return NULL;
    block_head *head = malloc(sizeof *head + bytes);
    assert_non_null(head);
    head->bytes = bytes;
    m->live++;
    /* The library must not count on zeros. */
    return memset(head + 1, 0xA5, bytes);
}

static void give(void *ctx, void *block)
{
    test_memory *m = ctx;
    assert_non_null(block);
    assert_true(m->live > 0);
    block_head *head = (block_head *)block - 1;
    /* The gaps of a struct that was copied may never have been written; they are looked at too. */
    if (m->look != NULL)
        VALGRIND_MAKE_MEM_DEFINED(block, head->bytes);
    if (m->look != NULL && memmem(block, head->bytes, m->look, strlen(m->look)) != NULL)
        m->found++;
    m->live--;
    free(head);
}

void test_memory_init(test_memory *m)
{
    memset(m, 0, sizeof *m);
    m->allocator.size = sizeof m->allocator;
    m->allocator.ctx = m;
    m->allocator.allocate = take;
    m->allocator.release = give;
}

memory test_memory_inside(const test_memory *m)
{
    memory mem;
    assert_true(memory_from(&mem, &m->allocator));
    return mem;
}

/* ---- time ---- */

static int64_t wall_ms(void *ctx)
{
    return ((const test_clock *)ctx)->wall_ms;
}

static int64_t monotonic_ms(void *ctx)
{
    return ((const test_clock *)ctx)->monotonic_ms;
}

static void pass_time(void *ctx, int64_t milliseconds, tcses_cancel *cancel)
{
    test_clock *c = ctx;
    (void)cancel;
    assert_true(milliseconds > 0);
    assert_true(c->waits < COUNT_OF(c->pauses));
    c->pauses[c->waits++] = milliseconds;
    if (c->cancel_in_wait != NULL) {
        tcses_cancel_trigger(c->cancel_in_wait);
        return;
    }
    c->wall_ms += milliseconds;
    c->monotonic_ms += milliseconds;
}

void test_clock_init(test_clock *c, int64_t wall_seconds)
{
    memset(c, 0, sizeof *c);
    c->clock.size = sizeof c->clock;
    c->clock.ctx = c;
    c->clock.wall_ms = wall_ms;
    c->clock.monotonic_ms = monotonic_ms;
    c->clock.wait = pass_time;
    c->wall_ms = wall_seconds * 1000;
    c->monotonic_ms = 5000;
}

/* ---- a client on a mock ---- */

static void keep_line(void *ctx, int32_t level, const char *line)
{
    test_rig *rig = ctx;
    size_t used = strlen(rig->log);
    assert_null(strchr(line, '\n'));
    int length = snprintf(rig->log + used, sizeof rig->log - used, "%d %s\n", (int)level, line);
    assert_true(length > 0 && (size_t)length < sizeof rig->log - used);
}

void rig_init(test_rig *rig)
{
    memset(rig, 0, sizeof *rig);
    test_clock_init(&rig->clock, RIG_WALL_SECONDS);
    assert_int_equal(tcses_mock_new(NULL, &rig->mock, NULL), TCSES_OK);
    tcses_client_options_init(&rig->options, sizeof rig->options);
    rig->options.region = "ap-guangzhou";
    rig->options.transport = tcses_mock_transport(rig->mock);
    rig->options.clock = &rig->clock.clock;
    rig->options.log = keep_line;
    rig->options.log_ctx = rig;
    rig->options.log_level = TCSES_LOG_DEBUG;
}

void rig_open(test_rig *rig)
{
    tcses_credentials *fixed = NULL;
    tcses_error *error = NULL;
    if (rig->options.credentials == NULL && rig->options.profile == NULL) {
        tcses_status status = tcses_credentials_new_static(
            RIG_SECRET_ID, RIG_SECRET_KEY, NULL, rig->options.allocator, &fixed, NULL);
        assert_int_equal(status, TCSES_OK);
        rig->options.credentials = fixed;
    }
    if (tcses_client_new(&rig->options, &rig->client, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    tcses_credentials_unref(fixed);
}

void rig_free(test_rig *rig)
{
    tcses_error *error = NULL;
    if (tcses_mock_verify(rig->mock, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    tcses_client_free(rig->client);
    tcses_mock_free(rig->mock);
}

static void add_step(test_rig *rig, const tcses_mock_exchange *exchange)
{
    assert_int_equal(tcses_mock_expect(rig->mock, exchange, NULL), TCSES_OK);
}

void rig_answer(test_rig *rig, const char *action, const char *response_body)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.action = action;
    exchange.response_body = response_body;
    add_step(rig, &exchange);
}

void rig_refuse(test_rig *rig, const char *action, const char *code)
{
    char body[512];
    int length = snprintf(body, sizeof body,
        "{\"Response\":{\"Error\":{\"Code\":\"%s\",\"Message\":\"words of the "
        "service\"},\"RequestId\":\"id-of-error\"}}",
        code);
    assert_true(length > 0 && (size_t)length < sizeof body);
    rig_answer(rig, action, body);
}

void rig_fail(test_rig *rig, const char *action, tcses_status failure, int32_t stage)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.action = action;
    exchange.failure = failure;
    exchange.failure_stage = stage;
    add_step(rig, &exchange);
}

/* ---- errors ---- */

void expect_error(tcses_error *error, tcses_status status, const char *field)
{
    assert_non_null(error);
    assert_string_not_equal(tcses_error_message(error), "");
    if (tcses_error_status(error) != status)
        fail_msg("status %s: %s", tcses_status_name(tcses_error_status(error)), tcses_error_message(error));
    const char *given = tcses_error_field(error);
    if (field == NULL && given != NULL)
        fail_msg("field %s, none expected: %s", given, tcses_error_message(error));
    if (field != NULL && given == NULL)
        fail_msg("no field, expected %s: %s", field, tcses_error_message(error));
    if (field != NULL)
        assert_string_equal(given, field);
    tcses_error_free(error);
}

/* ---- children ---- */

_Noreturn void test_child_end(int wrong)
{
#ifdef TEST_COVERAGE
    /* Only a process that ends by exit() keeps what it counted. */
    extern void __gcov_dump(void);
    __gcov_dump();
#endif
    _exit(wrong);
}

void expect_child(int32_t child)
{
    int how = -1;
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), 0);
}

/* ---- files ---- */

char *test_folder_new(void)
{
    const char *base = getenv("TMPDIR");
    char *folder = NULL;
    assert_true(asprintf(&folder, "%s/tcses-test-XXXXXX", base != NULL && base[0] != '\0' ? base : "/tmp") > 0);
    assert_non_null(mkdtemp(folder));
    return folder;
}

static int remove_entry(const char *path, const struct stat *facts, int kind, struct FTW *place)
{
    (void)facts;
    (void)kind;
    (void)place;
    return remove(path);
}

void test_folder_free(char *folder)
{
    assert_int_equal(nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
    free(folder);
}

void test_file_write(const char *folder, const char *name, const char *content, long length)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    size_t bytes = length < 0 ? strlen(content) : (size_t)length;
    assert_int_equal(fwrite(content, 1, bytes, file), bytes);
    assert_int_equal(fclose(file), 0);
    free(path);
}

char *test_file_read(const char *path)
{
    struct stat facts;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &facts), 0);
    size_t bytes = (size_t)facts.st_size;
    char *content = malloc(bytes + 1);
    assert_non_null(content);
    assert_int_equal(fread(content, 1, bytes, file), bytes);
    content[bytes] = '\0';
    assert_int_equal(fclose(file), 0);
    return content;
}
