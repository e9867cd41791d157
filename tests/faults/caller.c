/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Makes the calls that the tests of this folder ask for: a line of JSON on standard input is a call, and the line on
 * standard output tells how it ended. Each call has a client of its own, and a clock on which waiting between attempts
 * takes no time.
 *
 *   {"action": NAME, "endpoint": URL}      and, where wanted:
 *   "ca_file", "timeout_ms", "attempt_timeout_ms", "connect_timeout_ms", "max_attempts", "max_response_bytes"
 *   "calls": how many in a row with the same client; the last one is told about
 *   "pad": tcses_call() with so many blanks in the body, and a socket that takes a few bytes at a time
 *   "same_keys": true: the source of credentials has no newer ones when asked for them
 *   "fail_resolve", "fail_connect", "fail_send": how many times the name ses.test can't be resolved, a connection is
 *   refused, one breaks while the request is being sent ("break_in_body": true: in its body); -1: always
 */
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <jansson.h>
#include <tcses/tcses.h>

#define SMALL_BUFFER 4096
#define BYTES_THAT_LEAVE 20

/* The name of 127.0.0.1 here alone. */
static const char test_host[] = "ses.test";

/* ---- a network that fails ---- */

static atomic_int resolutions_to_fail;
static atomic_int connections_to_fail;
static atomic_int requests_to_break;
static atomic_bool breaks_in_body;
static atomic_bool has_small_buffers;
/* The connection whose request breaks, -1 if none does, and whether it has broken. */
static atomic_int breaking_fd = -1;
static atomic_bool is_broken;

static bool fails(atomic_int *left)
{
    int now = atomic_load(left);
    if (now > 0)
        atomic_fetch_sub(left, 1);
    return now != 0;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    union {
        void *address;
        int (*call)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    } real = {dlsym(RTLD_NEXT, "getaddrinfo")};
    if (node == NULL || strcmp(node, test_host) != 0)
        return real.call(node, service, hints, found);
    return fails(&resolutions_to_fail) ? EAI_NONAME : real.call("127.0.0.1", service, hints, found);
}

/* As <sys/socket.h> has it: an address of any kind. */
int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t length)
{
    union {
        void *address;
        int (*call)(int, __CONST_SOCKADDR_ARG, socklen_t);
    } real = {dlsym(RTLD_NEXT, "connect")};
    int small = SMALL_BUFFER;
    if (address.__sockaddr__->sa_family != AF_INET)
        return real.call(fd, address, length);
    if (fails(&connections_to_fail)) {
        errno = ECONNREFUSED;
        return -1;
    }
    atomic_store(&breaking_fd, fails(&requests_to_break) ? fd : -1);
    atomic_store(&is_broken, false);
    if (atomic_load(&has_small_buffers))
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    return real.call(fd, address, length);
}

/* How much of these bytes leaves before the connection breaks: a part of the head, or of the body. */
static size_t length_that_leaves(const char *data, size_t length)
{
    const char *end = memmem(data, length, "\r\n\r\n", 4);
    size_t head = end != NULL ? (size_t)(end + 4 - data) : 0;
    if (!atomic_load(&breaks_in_body))
        return length < BYTES_THAT_LEAVE ? length : BYTES_THAT_LEAVE;
    return head + (length - head < BYTES_THAT_LEAVE ? length - head : BYTES_THAT_LEAVE);
}

ssize_t send(int fd, const void *data, size_t length, int flags)
{
    union {
        void *address;
        ssize_t (*call)(int, const void *, size_t, int);
    } real = {dlsym(RTLD_NEXT, "send")};
    if (fd != atomic_load(&breaking_fd))
        return real.call(fd, data, length, flags);
    if (atomic_load(&is_broken)) {
        errno = ECONNRESET;
        return -1;
    }
    size_t leaving = length_that_leaves(data, length);
    atomic_store(
        &is_broken, !atomic_load(&breaks_in_body) || leaving < length || memmem(data, length, "\r\n\r\n", 4) == NULL);
    return real.call(fd, data, leaving, flags);
}

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
    atomic_int attempts; /* that the log told of */
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
    if (level == TCSES_LOG_INFO && strstr(line, " attempt ") != NULL)
        atomic_fetch_add((atomic_int *)ctx, 1);
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
    options.log_ctx = &keys->attempts;
    options.log_level = TCSES_LOG_INFO;
    options.endpoint = text_of(command, "endpoint");
    options.ca_file = text_of(command, "ca_file");
    options.timeout_ms = number_of(command, "timeout_ms");
    options.attempt_timeout_ms = number_of(command, "attempt_timeout_ms");
    options.connect_timeout_ms = number_of(command, "connect_timeout_ms");
    options.max_attempts = number_of(command, "max_attempts");
    options.max_response_bytes = number_of(command, "max_response_bytes");
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
    e.status = tcses_##name(client, &request, NULL, &response, &e.error);                                  \
    e.has_response = response != NULL;                                                                     \
    e.request_id = response != NULL && response->request_id != NULL ? strdup(response->request_id) : NULL; \
    tcses_##name##_response_free(response);                                                                \
    return e

static ending large_call(tcses_client *client, const tcses_call_request *large)
{
    tcses_call_request request = *large;
    CALL(call);
}

/* An action whose request has one text that matters. */
#define ACTION_OF_TEXT(name, NAME, member)                            \
    static ending name(tcses_client *client, const char *text)        \
    {                                                                 \
        tcses_##name##_request request = TCSES_##NAME##_REQUEST_INIT; \
        request.member = text;                                        \
        CALL(name);                                                   \
    }

/* One whose request needs nothing. */
#define ACTION_OF_NOTHING(name, NAME)                                 \
    static ending name(tcses_client *client, const char *text)        \
    {                                                                 \
        tcses_##name##_request request = TCSES_##NAME##_REQUEST_INIT; \
        (void)text;                                                   \
        CALL(name);                                                   \
    }

/* One that sets an unsubscribe link. */
#define ACTION_OF_LINK(name, NAME)                                    \
    static ending name(tcses_client *client, const char *text)        \
    {                                                                 \
        tcses_##name##_request request = TCSES_##NAME##_REQUEST_INIT; \
        request.address = text;                                       \
        request.unsubscribe_config = "1";                             \
        request.status = TCSES_UNSUBSCRIBE_ON;                        \
        CALL(name);                                                   \
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

static ending update_email_smtp_password(tcses_client *client, const char *text)
{
    tcses_update_email_smtp_password_request request = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
    request.email_address = text;
    request.password = "Right12pasS";
    CALL(update_email_smtp_password);
}

static const struct {
    const char *name;
    const char *text;
    ending (*call)(tcses_client *client, const char *text);
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

static ending make_call(tcses_client *client, const char *action, size_t pad)
{
    ending none = {.status = TCSES_ERR_ARGUMENT};
    if (action != NULL && pad > 0)
        return make_large_call(client, action, pad);
    for (size_t i = 0; action != NULL && i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(actions[i].name, action) == 0)
            return actions[i].call(client, actions[i].text);
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
    return json_pack("{s:s, s:s, s:i, s:s*, s:i, s:s*, s:s, s:s*, s:s*, s:b, s:i, s:s*, s:b, s:b}", "status",
        e->status == TCSES_OK ? "ok" : tcses_status_name(e->status), "outcome",
        e->status == TCSES_OK ? "done" : outcomes[tcses_error_outcome(error)], "error_attempts",
        (int)tcses_error_attempts(error), "code", tcses_error_code(error), "http_status",
        (int)tcses_error_http_status(error), "field", tcses_error_field(error), "message", tcses_error_message(error),
        "request_id", e->status == TCSES_OK ? e->request_id : tcses_error_request_id(error), "hint",
        tcses_error_hint(error), "retryable", tcses_error_retryable(error) == TCSES_TRUE, "transport_code",
        (int)tcses_error_transport_code(error), "transport_text", tcses_error_transport_text(error), "has_response",
        e->has_response, "has_error", error != NULL);
}

static json_t *obey(json_t *command)
{
    source keys = {.has_no_newer = json_is_true(json_object_get(command, "same_keys"))};
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
    atomic_store(&resolutions_to_fail, number_of(command, "fail_resolve"));
    atomic_store(&connections_to_fail, number_of(command, "fail_connect"));
    atomic_store(&requests_to_break, number_of(command, "fail_send"));
    atomic_store(&breaks_in_body, json_is_true(json_object_get(command, "break_in_body")));
    atomic_store(&has_small_buffers, pad > 0);
    long before_kib = forget_peak();
    int64_t before_ms = read_clock(CLOCK_MONOTONIC);
    for (int i = 0; i < calls || i == 0; i++) {
        ending_free(&e);
        atomic_store(&keys.attempts, 0);
        e = make_call(client, text_of(command, "action"), pad);
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
