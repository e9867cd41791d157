/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#include <errno.h>
#include <ftw.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "mail.example.com"

/* ---- clients ---- */

/* Something that must not be told was. */
static atomic_bool revealed;

static void check_secrecy(const char *text, const char *where)
{
    static const char *const secrets[] = {CANARY, "Signature=", "TC3-HMAC-SHA256"};
    for (size_t i = 0; text != NULL && i < sizeof secrets / sizeof secrets[0]; i++) {
        if (strstr(text, secrets[i]) == NULL)
            continue;
        fprintf(stderr, "a secret in %s: %s\n", where, text);
        atomic_store(&revealed, true);
    }
}

/* TCSES_TEST_LOG=1 shows what happened. */
static bool shows_log;

static void watch_log(void *ctx, int32_t level, const char *line)
{
    (void)ctx;
    (void)level;
    check_secrecy(line, "the log");
    if (shows_log)
        fprintf(stderr, "%s\n", line);
}

tcses_client_options rig_options(const stand_in *ses)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    options.endpoint = stand_in_url(ses);
    options.region = "ap-guangzhou";
    options.clock = moving_clock();
    options.backoff_base_ms = 1;
    options.backoff_cap_ms = 2;
    options.log = watch_log;
    options.log_level = TCSES_LOG_TRACE;
    return options;
}

tcses_client *client_of(const tcses_client_options *options, tcses_credentials *credentials)
{
    tcses_client_options local = *options;
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    local.credentials = credentials;
    if (tcses_client_new(&local, &client, &error) != TCSES_OK)
        die("no client: %s", tcses_error_message(error));
    tcses_credentials_unref(credentials);
    return client;
}

tcses_client *rig_client(const stand_in *ses, tcses_credentials *credentials)
{
    tcses_client_options options = rig_options(ses);
    return client_of(&options, credentials);
}

tcses_credentials *fixed_keys(const char *id)
{
    tcses_credentials *made = NULL;
    char *key = key_of(id);
    char *token = token_of(id);
    assert_int_equal(tcses_credentials_new_static(id, key, token, NULL, &made, NULL), TCSES_OK);
    free(token);
    free(key);
    return made;
}

tcses_credentials *cvm_keys(const stand_in *metadata, int32_t timeout_ms)
{
    tcses_cvm_role_options options = TCSES_CVM_ROLE_OPTIONS_INIT;
    tcses_credentials *made = NULL;
    options.endpoint = stand_in_url(metadata);
    options.timeout_ms = timeout_ms;
    assert_int_equal(tcses_credentials_new_cvm_role(&options, NULL, &made, NULL), TCSES_OK);
    return made;
}

tcses_credentials *chain_keys(void)
{
    tcses_credentials *made = NULL;
    assert_int_equal(tcses_credentials_new_default(NULL, &made, NULL), TCSES_OK);
    return made;
}

/* ---- calls ---- */

result call_once(tcses_client *client, const tcses_call_options *options)
{
    result r = read_domain(client, NAME, options);
    check_secrecy(tcses_error_message(r.error), "an error's message");
    check_secrecy(tcses_error_transport_text(r.error), "an error's transport text");
    check_secrecy(tcses_error_field(r.error), "an error's field");
    check_secrecy(tcses_error_code(r.error), "an error's code");
    check_secrecy(tcses_error_request_id(r.error), "an error's request id");
    return r;
}

void expect_origin(tcses_client *client, const char *id, int32_t source, const char *name)
{
    const tcses_key_info *info = NULL;
    tcses_error *error = NULL;
    if (tcses_client_key_info(client, NULL, &info, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    assert_string_equal(info->secret_id, id);
    assert_int_equal(info->source, source);
    assert_int_equal(info->is_temporary, TCSES_TRUE);
    assert_string_equal(info->name, name);
    assert_null(info->file);
    tcses_key_info_free(info);
}

void check_signed(tcses_client *client, stand_in *ses, const char *id, const char *file, int line)
{
    char found[ID_ROOM] = "";
    check_success(call_once(client, NULL), file, line);
    ses_id(ses, stand_in_requests(ses) - 1, found);
    _assert_string_equal(found, id, file, line);
}

void check_error(result r, const char *file, int line, tcses_status status, int32_t attempts, ...)
{
    va_list parts;
    const char *message = tcses_error_message(r.error);
    bool right = r.status == status && tcses_error_attempts(r.error) == attempts &&
                 tcses_error_outcome(r.error) == TCSES_OUTCOME_NOT_DONE;
    if (!right)
        print_error("%s after %d attempts, outcome %d\n", tcses_status_name(r.status),
            (int)tcses_error_attempts(r.error), (int)tcses_error_outcome(r.error));
    va_start(parts, attempts);
    for (const char *part = va_arg(parts, const char *); part != NULL; part = va_arg(parts, const char *)) {
        if (strstr(message, part) == NULL) {
            print_error("the message has no \"%s\"\n", part);
            right = false;
        }
    }
    va_end(parts);
    if (!right)
        print_error("%s\n", message);
    _assert_true(right, "the call failed as expected", file, line);
    result_free(&r);
}

static void *make_call(void *ctx)
{
    pending *p = ctx;
    p->thread_id = gettid();
    event_raise(&p->started);
    p->ended = call_once(p->client, &p->options);
    return NULL;
}

void pending_begin(pending *p, tcses_client *client, const tcses_call_options *options)
{
    memset(p, 0, sizeof *p);
    p->started = (event)EVENT_INIT;
    p->client = client;
    p->options = options != NULL ? *options : (tcses_call_options)TCSES_CALL_OPTIONS_INIT;
    start_thread(&p->thread, make_call, p);
    event_await(&p->started, 1);
}

result pending_end(pending *p)
{
    pthread_join(p->thread, NULL);
    return p->ended;
}

tcses_cancel *new_cancel(void)
{
    tcses_cancel *cancel = NULL;
    assert_int_equal(tcses_cancel_new(NULL, &cancel, NULL), TCSES_OK);
    return cancel;
}

/* ---- threads ---- */

typedef struct member {
    crew *crew;
    int index;
} member;

static void *work(void *ctx)
{
    member me = *(member *)ctx;
    crew *c = me.crew;
    intptr_t succeeded = 0;
    free(ctx);
    c->thread_ids[me.index] = gettid();
    pthread_barrier_wait(&c->start);
    event_raise(&c->entered);
    for (int i = 0; i < c->calls_each; i++) {
        result r = call_once(c->client, NULL);
        if (r.status != TCSES_OK)
            fprintf(stderr, "%s: %s\n", tcses_status_name(r.status), tcses_error_message(r.error));
        succeeded += r.status == TCSES_OK;
        result_free(&r);
    }
    return (void *)succeeded;
}

void crew_begin(crew *c, tcses_client *client, int threads, int calls_each)
{
    memset(c, 0, sizeof *c);
    c->client = client;
    c->threads = threads;
    c->calls_each = calls_each;
    c->entered = (event)EVENT_INIT;
    pthread_barrier_init(&c->start, NULL, (unsigned)threads);
    for (int i = 0; i < threads; i++) {
        member *m = malloc(sizeof *m);
        if (m == NULL)
            die("out of memory");
        *m = (member){c, i};
        start_thread(&c->ids[i], work, m);
    }
}

void crew_await_asleep(crew *c)
{
    event_await(&c->entered, c->threads);
    for (int i = 0; i < c->threads; i++)
        await_asleep(c->thread_ids[i]);
}

void crew_end(crew *c)
{
    for (int i = 0; i < c->threads; i++) {
        void *succeeded = NULL;
        pthread_join(c->ids[i], &succeeded);
        c->succeeded += (int)(intptr_t)succeeded;
    }
    c->failed = c->threads * c->calls_each - c->succeeded;
    pthread_barrier_destroy(&c->start);
}

/* ---- files and variables ---- */

static const char *const variables[] = {"TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN",
    "TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_REGION", "TENCENTCLOUD_CREDENTIALS_FILE",
    "TCCLI_PROFILE", "TKE_REGION", "TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN", "http_proxy",
    "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"};

void sandbox_enter(sandbox *s)
{
    const char *root = getenv("TMPDIR");
    snprintf(s->path, sizeof s->path, "%s/tcses-XXXXXX", root != NULL ? root : "/tmp");
    if (mkdtemp(s->path) == NULL)
        die("no directory %s: %s", s->path, strerror(errno));
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    set_variable("HOME", s->path);
    atomic_store(&revealed, false);
    shows_log = getenv("TCSES_TEST_LOG") != NULL;
    clock_reset();
}

static int remove_entry(const char *path, const struct stat *facts, int type, struct FTW *walk)
{
    (void)facts;
    (void)type;
    (void)walk;
    return remove(path);
}

void sandbox_leave_at(sandbox *s, const char *file, int line)
{
    _assert_true(!atomic_load(&revealed), "no secret is in a log line or an error's text", file, line);
    if (nftw(s->path, remove_entry, 8, FTW_DEPTH | FTW_PHYS) != 0)
        die("%s cannot be removed: %s", s->path, strerror(errno));
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
}

char *sandbox_file(const sandbox *s, const char *name)
{
    return format_text("%s/%s", s->path, name);
}

static void make_directories(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            die("no directory %s: %s", path, strerror(errno));
        *slash = '/';
    }
}

void write_file(const char *path, const char *text)
{
    char *fresh = format_text("%s.new", path);
    make_directories(fresh);
    FILE *file = fopen(fresh, "we");
    if (file == NULL || fputs(text, file) == EOF || fclose(file) != 0 || rename(fresh, path) != 0)
        die("%s cannot be written: %s", path, strerror(errno));
    free(fresh);
}

void sandbox_write(const sandbox *s, const char *name, const char *text)
{
    char *path = sandbox_file(s, name);
    write_file(path, text);
    free(path);
}

void set_variable(const char *name, const char *value)
{
    if (setenv(name, value, 1) != 0)
        die("%s cannot be set", name);
}

char *profile_text(const char *name, const char *id)
{
    char *key = key_of(id);
    char *token = token_of(id);
    char *text = format_text("[%s]\nsecret_id = %s\nsecret_key = %s\n%s%s%s", name, id, key,
        token != NULL ? "token = " : "", token != NULL ? token : "", token != NULL ? "\n" : "");
    free(token);
    free(key);
    return text;
}
