/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    abort();
}

char *format_text(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        die("out of memory");
    return text;
}

int64_t now_us(void)
{
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void event_raise(event *e)
{
    pthread_mutex_lock(&e->lock);
    e->count++;
    pthread_cond_broadcast(&e->changed);
    pthread_mutex_unlock(&e->lock);
}

void event_await_at(event *e, int count, const char *file, int line)
{
    struct timespec end = {0, 0};
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += LOST_AFTER_SECONDS;
    pthread_mutex_lock(&e->lock);
    while (e->count < count) {
        int error = pthread_cond_timedwait(&e->changed, &e->lock, &end);
        if (error == ETIMEDOUT && e->count < count)
            die("%s:%d: the event came %d times of %d in %d s", file, line, e->count, count, LOST_AFTER_SECONDS);
        if (error != 0 && error != ETIMEDOUT)
            die("%s:%d: waiting for the event: %s", file, line, strerror(error));
    }
    pthread_mutex_unlock(&e->lock);
}

void give_way(int64_t since_us, const char *awaited, const char *file, int line)
{
    if (now_us() - since_us > (int64_t)LOST_AFTER_SECONDS * 1000000)
        die("%s:%d: not so after %d s: %s", file, line, LOST_AFTER_SECONDS, awaited);
    sched_yield();
}

void start_thread(pthread_t *thread, void *(*run)(void *), void *ctx)
{
    if (pthread_create(thread, NULL, run, ctx) != 0)
        die("no thread could be started");
}

/* The state is the letter after the name in brackets. */
static char state_of(const char *path)
{
    char text[512];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (length <= 0)
        die("%s cannot be read", path);
    close(fd);
    text[length] = '\0';
    const char *bracket = strrchr(text, ')');
    return bracket != NULL && bracket[1] == ' ' ? bracket[2] : '?';
}

void await_asleep_at(pid_t thread_id, const char *file, int line)
{
    char *path = format_text("/proc/self/task/%d/stat", (int)thread_id);
    await_until_at(state_of(path) == 'S', "the thread waits in the kernel", file, line);
    free(path);
}

/* ---- clients and calls ---- */

static atomic_llong skipped_ms;

static int64_t clock_wall_ms(void *ctx)
{
    (void)ctx;
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t clock_monotonic_ms(void *ctx)
{
    (void)ctx;
    return now_us() / 1000 + atomic_load(&skipped_ms);
}

static void clock_skip(void *ctx, int64_t milliseconds, tcses_cancel *cancel)
{
    (void)ctx;
    (void)cancel;
    atomic_fetch_add(&skipped_ms, milliseconds);
}

const tcses_clock *skipping_clock(void)
{
    static const tcses_clock skipping = {sizeof(tcses_clock), NULL, clock_wall_ms, clock_monotonic_ms, clock_skip};
    return &skipping;
}

tcses_client_options options_for(const char *endpoint)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    options.endpoint = endpoint;
    options.region = "ap-guangzhou";
    options.clock = skipping_clock();
    return options;
}

tcses_client *client_for(const tcses_client_options *options)
{
    tcses_client_options local = *options;
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    if (tcses_credentials_new_static("AKIDEMULATOR", "emulator-secret-key", NULL, NULL, &local.credentials, NULL) !=
        TCSES_OK)
        die("no credentials");
    if (tcses_client_new(&local, &client, &error) != TCSES_OK)
        die("no client: %s", tcses_error_message(error));
    tcses_credentials_unref(local.credentials);
    return client;
}

void count_attempts(void *ctx, int32_t level, const char *line)
{
    if (level == TCSES_LOG_INFO && strstr(line, " attempt ") != NULL)
        atomic_fetch_add((atomic_int *)ctx, 1);
}

static void copy_text(char *room, size_t size, const char *text)
{
    snprintf(room, size, "%s", text != NULL ? text : "");
}

static void take_attributes(result *r, const tcses_dns_attribute *const *attributes, size_t count)
{
    r->attributes_count = count;
    copy_text(r->first_send_domain, sizeof r->first_send_domain, count > 0 ? attributes[0]->send_domain : NULL);
}

result create_domain(tcses_client *client, const char *name, const tcses_call_options *options)
{
    result r = {0};
    const tcses_create_email_identity_response *response = NULL;
    tcses_create_email_identity_request request = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = name;
    r.status = tcses_create_email_identity(client, &request, options, &response, &r.error);
    if (response != NULL) {
        copy_text(r.request_id, sizeof r.request_id, response->request_id);
        r.verified = response->verified_for_sending_status;
        take_attributes(&r, response->attributes, response->attributes_count);
    }
    tcses_create_email_identity_response_free(response);
    return r;
}

result read_domain(tcses_client *client, const char *name, const tcses_call_options *options)
{
    result r = {0};
    const tcses_get_email_identity_response *response = NULL;
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = name;
    r.status = tcses_get_email_identity(client, &request, options, &response, &r.error);
    if (response != NULL) {
        copy_text(r.request_id, sizeof r.request_id, response->request_id);
        r.verified = response->verified_for_sending_status;
        take_attributes(&r, response->attributes, response->attributes_count);
    }
    tcses_get_email_identity_response_free(response);
    return r;
}

result create_large(tcses_client *client, size_t body_bytes, const tcses_call_options *options)
{
    result r = {0};
    const tcses_call_response *response = NULL;
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    char *body = malloc(body_bytes);
    if (body == NULL)
        die("out of memory");
    memset(body, ' ', body_bytes);
    body[0] = '{';
    body[body_bytes - 1] = '}';
    request.action = "CreateEmailIdentity";
    request.body = body;
    request.body_length = body_bytes;
    r.status = tcses_call(client, &request, options, &response, &r.error);
    if (response != NULL)
        copy_text(r.request_id, sizeof r.request_id, response->request_id);
    tcses_call_response_free(response);
    free(body);
    return r;
}

void result_free(result *r)
{
    tcses_error_free(r->error);
    r->error = NULL;
}

void check_success(result r, const char *file, int line)
{
    if (r.status != TCSES_OK)
        print_error("%s: %s\n", tcses_status_name(r.status), tcses_error_message(r.error));
    _assert_int_equal((uintmax_t)r.status, TCSES_OK, file, line);
    _assert_true(r.error == NULL, "r.error == NULL", file, line);
}

void check_failure(result r, tcses_status status, int32_t outcome, int32_t attempts, const char *file, int line)
{
    bool same = r.status == status && tcses_error_status(r.error) == status &&
                tcses_error_outcome(r.error) == outcome && tcses_error_attempts(r.error) == attempts;
    if (!same)
        print_error("%s, outcome %d, %d attempts: %s\n", tcses_status_name(r.status), (int)tcses_error_outcome(r.error),
            (int)tcses_error_attempts(r.error), tcses_error_message(r.error));
    _assert_true(same, "the call failed as expected", file, line);
    result_free(&r);
}

void take_locale(void)
{
    const char *wanted = getenv("LC_ALL");
    if (setlocale(LC_ALL, "") == NULL && wanted != NULL)
        die("the locale %s is not there", wanted);
    if (wanted != NULL && strncmp(wanted, "de_DE", 5) == 0 && strcmp(localeconv()->decimal_point, ",") != 0)
        die("the locale %s has no decimal comma", wanted);
}
