/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Makes the calls that the tests of this folder ask for: a line of JSON on standard input is a call, and the line on
 * standard output tells how it ended. Each call has a client of its own, and a clock on which waiting between attempts
 * takes no time.
 *
 *   {"action": NAME, "endpoint": URL}      and, where wanted:
 *   "ca_file", "timeout_ms", "attempt_timeout_ms", "connect_timeout_ms", "max_attempts", "max_response_bytes"
 *   "reconcile": true; "fallback_endpoints": a list
 *   "calls": how many in a row with the same client; the last one is told about
 *   "pad": tcses_call() with so many blanks in the body, and a socket that takes a few bytes at a time
 *   "same_keys": true: the source of credentials has no newer ones when asked for them
 *   "fail_resolve", "fail_connect", "fail_send": how many times the name ses.test can't be resolved, a connection is
 *   refused, one breaks while the request is being sent ("break_in_body": true: in its body); -1: always
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>
#include <tcses/tcses.h>

#include "network.h"

#define FURTHER_HOSTS_MAX 4

/* ---- a clock on which waiting takes no time ---- */

static atomic_llong skipped_ms;

static int64_t read_clock(clockid_t id)
{
    struct timespec now = {0, 0};
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t wall_ms(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_REALTIME);
}

static int64_t monotonic_ms(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_MONOTONIC) + atomic_load(&skipped_ms);
}

static void skip(void *ctx, int64_t milliseconds, tcses_cancel *cancel)
{
    (void)ctx;
    (void)cancel;
    atomic_fetch_add(&skipped_ms, milliseconds);
}

static const tcses_clock skipping_clock = {sizeof(tcses_clock), NULL, wall_ms, monotonic_ms, skip};

/* ---- memory ---- */

/* KiB that the line of /proc/self/status says, for example "VmHWM:". */
static long memory_of(const char *name)
{
    char line[256];
    long kib = 0;
    FILE *status = fopen("/proc/self/status", "re");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtol(line + strlen(name), NULL, 10);
    }
    if (status != NULL)
        fclose(status);
    return kib;
}

/* From here on VmHWM is the peak. */
static long forget_peak(void)
{
    FILE *refs = fopen("/proc/self/clear_refs", "we");
    if (refs != NULL) {
        fputs("5", refs);
        fclose(refs);
    }
    return memory_of("VmRSS:");
}

/* ---- the client ---- */

/* What a client asks of its caller. */
typedef struct source {
    bool has_no_newer;
    int renewed;
    const char *action;
    atomic_int attempts; /* at the action, that the log told of */
} source;

static tcses_status give_keys(void *ctx, int32_t renew, tcses_credentials_answer *answer)
{
    char token[32];
    source *s = ctx;
    if (renew == TCSES_TRUE && !s->has_no_newer)
        s->renewed++;
    snprintf(token, sizeof token, "token-%d", s->renewed);
    return tcses_credentials_answer_set(answer, "AKIDEMULATOR", "emulator-secret-key", token);
}

static tcses_credentials *credentials_with(source *keys, tcses_error **error)
{
    tcses_credentials *credentials = NULL;
    tcses_credentials_ops ops = TCSES_CREDENTIALS_OPS_INIT;
    ops.get = give_keys;
    (void)tcses_credentials_new_callback(&ops, keys, NULL, &credentials, error);
    return credentials;
}

static int32_t number_of(json_t *command, const char *name)
{
    return (int32_t)json_integer_value(json_object_get(command, name));
}

static const char *text_of(json_t *command, const char *name)
{
    return json_string_value(json_object_get(command, name));
}

static void count_attempts(void *ctx, int32_t level, const char *line)
{
    source *s = ctx;
    size_t length = strlen(s->action);
    if (level == TCSES_LOG_INFO && strncmp(line, s->action, length) == 0 &&
        strncmp(line + length, " attempt ", strlen(" attempt ")) == 0)
        atomic_fetch_add(&s->attempts, 1);
}

static size_t further_hosts(json_t *command, const char **hosts)
{
    const json_t *list = json_object_get(command, "fallback_endpoints");
    size_t count = json_array_size(list);
    for (size_t i = 0; i < count && i < FURTHER_HOSTS_MAX; i++)
        hosts[i] = json_string_value(json_array_get(list, i));
    return count < FURTHER_HOSTS_MAX ? count : FURTHER_HOSTS_MAX;
}

static tcses_client *client_for(json_t *command, source *keys, tcses_error **error)
{
    tcses_client *client = NULL;
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    options.credentials = credentials_with(keys, error);
    if (options.credentials == NULL)
        return NULL;
    options.region = "ap-guangzhou";
    options.clock = &skipping_clock;
    options.log = count_attempts;
    options.log_ctx = keys;
    options.log_level = TCSES_LOG_INFO;
    options.endpoint = text_of(command, "endpoint");
    options.ca_file = text_of(command, "ca_file");
    options.timeout_ms = number_of(command, "timeout_ms");
    options.attempt_timeout_ms = number_of(command, "attempt_timeout_ms");
    options.connect_timeout_ms = number_of(command, "connect_timeout_ms");
    options.max_attempts = number_of(command, "max_attempts");
    options.max_response_bytes = number_of(command, "max_response_bytes");
    const char *further[FURTHER_HOSTS_MAX];
    options.fallback_endpoints = further;
    options.fallback_endpoints_count = further_hosts(command, further);
    (void)tcses_client_new(&options, &client, error);
    tcses_credentials_unref(options.credentials);
    return client;
}

/* ---- the calls ---- */

typedef struct ending {
    tcses_status status;
    tcses_error *error;
    bool has_response;
    char *request_id;
} ending;

#define CALL(name)                                                                                         \
    const tcses_##name##_response *response = NULL;                                                        \
    ending e = {0};                                                                                        \
    e.status = tcses_##name(client, &request, options, &response, &e.error);                               \
    e.has_response = response != NULL;                                                                     \
    e.request_id = response != NULL && response->request_id != NULL ? strdup(response->request_id) : NULL; \
    tcses_##name##_response_free(response);                                                                \
    return e

static ending large_call(tcses_client *client, const tcses_call_request *large)
{
    const tcses_call_options *options = NULL;
    tcses_call_request request = *large;
    CALL(call);
}

/* An action whose request has one text that matters. */
#define ACTION_OF_TEXT(name, NAME, member)                                                        \
    static ending name(tcses_client *client, const char *text, const tcses_call_options *options) \
    {                                                                                             \
        tcses_##name##_request request = TCSES_##NAME##_REQUEST_INIT;                             \
        request.member = text;                                                                    \
        CALL(name);                                                                               \
    }

/* One whose request needs nothing. */
#define ACTION_OF_NOTHING(name, NAME)                                                             \
    static ending name(tcses_client *client, const char *text, const tcses_call_options *options) \
    {                                                                                             \
        tcses_##name##_request request = TCSES_##NAME##_REQUEST_INIT;                             \
        (void)text;                                                                               \
        CALL(name);                                                                               \
    }

/* One that sets an unsubscribe link. */
#define ACTION_OF_LINK(name, NAME)                                                                \
    static ending name(tcses_client *client, const char *text, const tcses_call_options *options) \
    {                                                                                             \
        tcses_##name##_request request = TCSES_##NAME##_REQUEST_INIT;                             \
        request.address = text;                                                                   \
        request.unsubscribe_config = "1";                                                         \
        request.status = TCSES_UNSUBSCRIBE_ON;                                                    \
        CALL(name);                                                                               \
    }

ACTION_OF_TEXT(create_email_identity, CREATE_EMAIL_IDENTITY, email_identity)
ACTION_OF_TEXT(get_email_identity, GET_EMAIL_IDENTITY, email_identity)
ACTION_OF_NOTHING(list_email_identities, LIST_EMAIL_IDENTITIES)
ACTION_OF_TEXT(update_email_identity, UPDATE_EMAIL_IDENTITY, email_identity)
ACTION_OF_TEXT(delete_email_identity, DELETE_EMAIL_IDENTITY, email_identity)
ACTION_OF_TEXT(create_email_address, CREATE_EMAIL_ADDRESS, email_address)
ACTION_OF_NOTHING(list_email_address, LIST_EMAIL_ADDRESS)
ACTION_OF_TEXT(delete_email_address, DELETE_EMAIL_ADDRESS, email_address)
ACTION_OF_LINK(create_address_unsubscribe_config, CREATE_ADDRESS_UNSUBSCRIBE_CONFIG)
ACTION_OF_LINK(update_address_unsubscribe_config, UPDATE_ADDRESS_UNSUBSCRIBE_CONFIG)
ACTION_OF_TEXT(delete_address_unsubscribe_config, DELETE_ADDRESS_UNSUBSCRIBE_CONFIG, address)
ACTION_OF_NOTHING(list_address_unsubscribe_config, LIST_ADDRESS_UNSUBSCRIBE_CONFIG)

static ending update_email_smtp_password(tcses_client *client, const char *text, const tcses_call_options *options)
{
    tcses_update_email_smtp_password_request request = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
    request.email_address = text;
    request.password = "Right12pasS";
    CALL(update_email_smtp_password);
}

static const struct {
    const char *name;
    const char *text;
    ending (*call)(tcses_client *client, const char *text, const tcses_call_options *options);
} actions[] = {
    {"CreateEmailIdentity", "mail.example.com", create_email_identity},
    {"GetEmailIdentity", "mail.example.com", get_email_identity},
    {"ListEmailIdentities", "", list_email_identities},
    {"UpdateEmailIdentity", "mail.example.com", update_email_identity},
    {"DeleteEmailIdentity", "mail.example.com", delete_email_identity},
    {"CreateEmailAddress", "news@mail.example.com", create_email_address},
    {"ListEmailAddress", "", list_email_address},
    {"DeleteEmailAddress", "news@mail.example.com", delete_email_address},
    {"UpdateEmailSmtpPassWord", "news@mail.example.com", update_email_smtp_password},
    {"CreateAddressUnsubscribeConfig", "news@mail.example.com", create_address_unsubscribe_config},
    {"UpdateAddressUnsubscribeConfig", "news@mail.example.com", update_address_unsubscribe_config},
    {"DeleteAddressUnsubscribeConfig", "news@mail.example.com", delete_address_unsubscribe_config},
    {"ListAddressUnsubscribeConfig", "", list_address_unsubscribe_config},
};

static ending make_large_call(tcses_client *client, const char *action, size_t pad)
{
    char *body = malloc(pad + 2);
    if (body == NULL)
        abort();
    memset(body, ' ', pad + 2);
    body[0] = '{';
    body[pad + 1] = '}';
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    request.action = action;
    request.body = body;
    request.body_length = pad + 2;
    ending e = large_call(client, &request);
    free(body);
    return e;
}

static ending make_call(tcses_client *client, const char *action, const tcses_call_options *options, size_t pad)
{
    ending none = {.status = TCSES_ERR_ARGUMENT};
    if (pad > 0)
        return make_large_call(client, action, pad);
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(actions[i].name, action) == 0)
            return actions[i].call(client, actions[i].text, options);
    }
    return none;
}

static void ending_free(ending *e)
{
    tcses_error_free(e->error);
    free(e->request_id);
    memset(e, 0, sizeof *e);
}

static json_t *told(const ending *e)
{
    static const char *const outcomes[] = {"not done", "done", "unknown"};
    const tcses_error *error = e->error;
    return json_pack("{s:s, s:s, s:i, s:s*, s:i, s:s*, s:s, s:s*, s:s*, s:b, s:i, s:s*, s:i, s:b, s:b}", "status",
        e->status == TCSES_OK ? "ok" : tcses_status_name(e->status), "outcome",
        e->status == TCSES_OK ? "done" : outcomes[tcses_error_outcome(error)], "error_attempts",
        (int)tcses_error_attempts(error), "code", tcses_error_code(error), "http_status",
        (int)tcses_error_http_status(error), "field", tcses_error_field(error), "message", tcses_error_message(error),
        "request_id", e->status == TCSES_OK ? e->request_id : tcses_error_request_id(error), "hint",
        tcses_error_hint(error), "retryable", tcses_error_retryable(error) == TCSES_TRUE, "transport_code",
        (int)tcses_error_transport_code(error), "transport_text", tcses_error_transport_text(error), "retry_after_ms",
        (int)tcses_error_retry_after_ms(error), "has_response", e->has_response, "has_error", error != NULL);
}

static json_t *obey(json_t *command)
{
    const char *action = json_object_get(command, "action") != NULL ? text_of(command, "action") : "";
    source keys = {.has_no_newer = json_is_true(json_object_get(command, "same_keys")), .action = action};
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    options.reconcile = json_is_true(json_object_get(command, "reconcile")) ? TCSES_TRUE : TCSES_UNSET;
    size_t pad = (size_t)number_of(command, "pad");
    int calls = number_of(command, "calls");
    ending e = {0};
    tcses_client *client = client_for(command, &keys, &e.error);
    if (client == NULL) {
        e.status = tcses_error_status(e.error);
        json_t *refused = told(&e);
        ending_free(&e);
        return refused;
    }
    network_faults faults = {.resolutions = number_of(command, "fail_resolve"),
        .connections = number_of(command, "fail_connect"),
        .requests = number_of(command, "fail_send"),
        .breaks_in_body = json_is_true(json_object_get(command, "break_in_body")),
        .has_small_buffers = pad > 0};
    network_fail(&faults);
    long before_kib = forget_peak();
    int64_t before_ms = read_clock(CLOCK_MONOTONIC);
    for (int i = 0; i < calls || i == 0; i++) {
        ending_free(&e);
        atomic_store(&keys.attempts, 0);
        e = make_call(client, action, &options, pad);
    }
    json_t *line = told(&e);
    json_object_set_new(line, "attempts", json_integer(atomic_load(&keys.attempts)));
    json_object_set_new(line, "ms", json_integer(read_clock(CLOCK_MONOTONIC) - before_ms));
    json_object_set_new(line, "grown_kib", json_integer(memory_of("VmHWM:") - before_kib));
    ending_free(&e);
    tcses_client_free(client);
    return line;
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    int failed = 0;
    while (!failed && getline(&line, &room, stdin) > 0) {
        json_t *command = json_loads(line, 0, NULL);
        json_t *answer = command != NULL ? obey(command) : NULL;
        failed = answer == NULL || json_dumpf(answer, stdout, 0) != 0 || putchar('\n') == EOF || fflush(stdout) != 0;
        json_decref(answer);
        json_decref(command);
    }
    free(line);
    return failed;
}
