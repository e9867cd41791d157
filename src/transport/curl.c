/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The one file that knows libcurl. A unit is one multi handle with one easy handle, lent to one request at a time, last
 * in first out, and keeps its connection, DNS and CA caches. It is driven by curl_multi_poll(), which
 * curl_multi_wakeup() ends at once when the call is cancelled.
 */
#include <curl/curl.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"
#include "base/sigpipe.h"
#include "transport/curl_settings.h"
#include "transport/http.h"

#define IDLE_CONNECTION_SECONDS 30L
#define CONNECTIONS_A_UNIT 4L

typedef struct curl_config {
    memory mem;
    curl_settings settings;
    process_slot pool;
} curl_config;

typedef struct unit {
    struct unit *next;
    const curl_config *config;
    CURLM *multi;
    CURL *easy;
    char *url;      /* the one that is set */
    CURLU *address; /* the same, parsed */
    char error_text[CURL_ERROR_SIZE];
    struct curl_slist headers[HTTP_HEADERS_MAX + 1];
    buffer header_lines;
    /* While a request is on its way: */
    const tcses_http_request *request;
    tcses_http_response *response;
    size_t body_read;
    bool has_head;        /* that of the answer is whole */
    tcses_status failure; /* of a callback */
} unit;

typedef struct pool {
    process_object object;
    pthread_mutex_t lock;
    unit *idle;
} pool;

static pthread_once_t global_once = PTHREAD_ONCE_INIT;
static CURLcode global_result;

static void global_init(void)
{
    global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

tcses_status tcses_global_init(void)
{
    pthread_once(&global_once, global_init);
    return global_result == CURLE_OK ? TCSES_OK : TCSES_ERR_SYSTEM;
}

/* ---- what libcurl calls ---- */

static size_t read_body(char *room, size_t size, size_t count, void *ctx)
{
    unit *u = ctx;
    size_t left = u->request->body_length - u->body_read;
    size_t length = size * count < left ? size * count : left;
    memcpy(room, u->request->body + u->body_read, length);
    u->body_read += length;
    return length;
}

static size_t write_body(char *data, size_t size, size_t count, void *ctx)
{
    unit *u = ctx;
    tcses_status status = tcses_http_response_append_body(u->response, data, size * count);
    if (status == TCSES_OK)
        return size * count;
    u->failure = status;
    return 0;
}

static size_t write_header(char *data, size_t size, size_t count, void *ctx)
{
    unit *u = ctx;
    tcses_status status = http_response_put_line(u->response, data, size * count);
    if (size * count > 0 && (data[0] == '\r' || data[0] == '\n'))
        u->has_head = true;
    else if (size * count > 5 && memcmp(data, "HTTP/", 5) == 0)
        u->has_head = false; /* the one before was "100 Continue", or a proxy's */
    if (status == TCSES_OK)
        return size * count;
    u->failure = status;
    return 0;
}

/* libcurl's own sockets would be inherited by programs that the host starts. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)ctx;
    (void)purpose;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- a unit ---- */

/*
 * libcurl keeps parsed CA certificates between connections only if no CA directory is set, and Debian builds one in.
 * Where its built-in file is readable the directory adds nothing and is taken out.
 */
static void enable_ca_cache(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075400
    const char *built_in = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_CAINFO, &built_in) == CURLE_OK && built_in != NULL &&
        access(built_in, R_OK) == 0)
        (void)curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
#else
    (void)easy;
#endif
}

static CURLcode set_trust(const curl_config *config, CURL *easy)
{
    CURLcode code = CURLE_OK;
    if (config->settings.ca_file != NULL) {
        code = curl_easy_setopt(easy, CURLOPT_CAINFO, config->settings.ca_file);
        if (code == CURLE_OK && config->settings.ca_path != NULL)
            code = curl_easy_setopt(easy, CURLOPT_CAPATH, config->settings.ca_path);
        else if (code == CURLE_OK)
            (void)curl_easy_setopt(easy, CURLOPT_CAPATH, NULL); /* not every TLS library has one to take out */
    } else if (config->settings.ca_path != NULL) {
        code = curl_easy_setopt(easy, CURLOPT_CAPATH, config->settings.ca_path);
    } else {
        enable_ca_cache(easy);
    }
    return code;
}

static CURLcode set_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/* What never changes. */
static CURLcode set_up_easy(unit *u)
{
    const curl_config *config = u->config;
    CURL *easy = u->easy;
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        {CURLOPT_NOSIGNAL, 1L},
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
        {CURLOPT_FOLLOWLOCATION, 0L},
        {CURLOPT_NETRC, CURL_NETRC_IGNORED},
        {CURLOPT_MAXAGE_CONN, IDLE_CONNECTION_SECONDS},
        {CURLOPT_SSL_VERIFYPEER, 1L},
        {CURLOPT_SSL_VERIFYHOST, 2L},
        {CURLOPT_CONNECTTIMEOUT_MS, config->settings.connect_timeout_ms},
    };
    const struct {
        CURLoption option;
        void *value;
    } pointers[] = {
        {CURLOPT_ERRORBUFFER, u->error_text},
        {CURLOPT_READDATA, u},
        {CURLOPT_WRITEDATA, u},
        {CURLOPT_HEADERDATA, u},
    };
    CURLcode code = set_protocols(easy);
    for (size_t i = 0; code == CURLE_OK && i < sizeof numbers / sizeof numbers[0]; i++)
        code = curl_easy_setopt(easy, numbers[i].option, numbers[i].value);
    for (size_t i = 0; code == CURLE_OK && i < sizeof pointers / sizeof pointers[0]; i++)
        code = curl_easy_setopt(easy, pointers[i].option, pointers[i].value);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_READFUNCTION, read_body);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, write_body);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, write_header);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* A convenience, which the libcurl of this machine may not have yet. */
    (void)curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
    return code == CURLE_OK ? set_trust(config, easy) : code;
}

static void unit_free(unit *u)
{
    if (u == NULL)
        return;
    sigpipe_guard guard;
    memory mem = u->config->mem;
    sigpipe_guard_begin(&guard);
    curl_easy_cleanup(u->easy);
    curl_multi_cleanup(u->multi);
    curl_url_cleanup(u->address);
    sigpipe_guard_end(&guard);
    memory_give(&mem, u->url);
    buffer_free(&u->header_lines);
    memory_give(&mem, u);
}

static CURLcode unit_new(const curl_config *config, unit **out)
{
    unit *u = memory_take(&config->mem, sizeof *u);
    if (u == NULL)
        return CURLE_OUT_OF_MEMORY;
    u->config = config;
    buffer_init(&u->header_lines, &config->mem);
    u->multi = curl_multi_init();
    u->easy = curl_easy_init();
    u->address = curl_url();
    bool has_all = u->multi != NULL && u->easy != NULL && u->address != NULL;
    CURLcode code = has_all ? set_up_easy(u) : CURLE_OUT_OF_MEMORY;
    if (code == CURLE_OK && curl_multi_setopt(u->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS_A_UNIT) != CURLM_OK)
        code = CURLE_FAILED_INIT;
    if (code == CURLE_OK)
        *out = u;
    else
        unit_free(u);
    return code;
}

/* ---- the pool ---- */

static bool pool_set_up(void *object, void *ctx)
{
    (void)ctx;
    pool *p = object;
    return pthread_mutex_init(&p->lock, NULL) == 0;
}

static void pool_tear_down(void *object, void *ctx)
{
    (void)ctx;
    pool *p = object;
    while (p->idle != NULL) {
        unit *next = p->idle->next;
        unit_free(p->idle);
        p->idle = next;
    }
    pthread_mutex_destroy(&p->lock);
}

static CURLcode pool_borrow(const curl_config *config, pool *p, unit **out)
{
    pthread_mutex_lock(&p->lock);
    unit *u = p->idle;
    if (u != NULL)
        p->idle = u->next;
    pthread_mutex_unlock(&p->lock);
    *out = u;
    return u != NULL ? CURLE_OK : unit_new(config, out);
}

static void pool_return(pool *p, unit *u)
{
    pthread_mutex_lock(&p->lock);
    u->next = p->idle;
    p->idle = u;
    pthread_mutex_unlock(&p->lock);
}

/* ---- a request ---- */

/* The header lines as libcurl wants them, in a list that it only reads. */
static CURLcode set_headers(unit *u, const tcses_http_request *request)
{
    size_t starts[HTTP_HEADERS_MAX];
    buffer *lines = &u->header_lines;
    buffer_clear(lines);
    for (size_t i = 0; i < request->headers_count; i++) {
        starts[i] = lines->length;
        buffer_append_text(lines, request->headers[i].name);
        buffer_append_text(lines, ": ");
        buffer_append_text(lines, request->headers[i].value);
        buffer_append(lines, "", 1);
    }
    if (lines->failed)
        return CURLE_OUT_OF_MEMORY;
    static char no_expect[] = "Expect:";
    for (size_t i = 0; i < request->headers_count; i++) {
        u->headers[i].data = lines->data + starts[i];
        u->headers[i].next = &u->headers[i + 1];
    }
    u->headers[request->headers_count].data = no_expect;
    u->headers[request->headers_count].next = NULL;
    return curl_easy_setopt(u->easy, CURLOPT_HTTPHEADER, u->headers);
}

static CURLcode parse_url(CURLU *address, const char *url)
{
    CURLUcode code = curl_url_set(address, CURLUPART_URL, url, 0);
    if (code == CURLUE_OUT_OF_MEMORY)
        return CURLE_OUT_OF_MEMORY;
    return code == CURLUE_OK ? CURLE_OK : CURLE_URL_MALFORMAT;
}

/*
 * A URL given as text would be parsed for each request; it seldom changes. It is given nevertheless: libcurl before
 * 8.12 keeps the first one for what it tells about the transfer.
 */
static CURLcode set_url(unit *u, const char *url)
{
    if (u->url != NULL && strcmp(u->url, url) == 0)
        return CURLE_OK;
    memory_give(&u->config->mem, u->url);
    u->url = NULL;
    CURLcode code = parse_url(u->address, url);
    if (code == CURLE_OK)
        code = curl_easy_setopt(u->easy, CURLOPT_URL, url);
    if (code == CURLE_OK)
        code = curl_easy_setopt(u->easy, CURLOPT_CURLU, u->address);
    if (code != CURLE_OK)
        return code;
    u->url = memory_copy_text(&u->config->mem, url);
    return u->url != NULL ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

/*
 * When a kept connection dies before the first byte of the answer, libcurl sends the request again by itself. From
 * POSTFIELDS it always can. From a read function that cannot be rewound it fails instead, once the body was read.
 */
static CURLcode set_body(unit *u, const tcses_http_request *request)
{
    if (strcmp(request->method, "GET") == 0)
        return curl_easy_setopt(u->easy, CURLOPT_HTTPGET, 1L);
    CURLcode code = curl_easy_setopt(u->easy, CURLOPT_POST, 1L);
    const char *fields = request->may_repeat ? (request->body_length > 0 ? request->body : "") : NULL;
    if (code == CURLE_OK)
        code = curl_easy_setopt(u->easy, CURLOPT_POSTFIELDS, fields);
    if (code == CURLE_OK)
        code = curl_easy_setopt(u->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
    return code;
}

/* A proxy that was given, or forbidden, is not the environment's to undo. */
static CURLcode set_proxy(const unit *u, const tcses_http_request *request)
{
    const char *proxy = request->is_direct ? "" : u->config->settings.proxy;
    CURLcode code = curl_easy_setopt(u->easy, CURLOPT_PROXY, proxy);
    return code == CURLE_OK ? curl_easy_setopt(u->easy, CURLOPT_NOPROXY, proxy != NULL ? "" : NULL) : code;
}

static CURLcode prepare(unit *u, const tcses_http_request *request, tcses_http_response *response)
{
    u->request = request;
    u->response = response;
    u->body_read = 0;
    u->has_head = false;
    u->failure = TCSES_OK;
    u->error_text[0] = '\0';
    int64_t left = tcses_http_request_time_left_ms(request);
    CURLcode code = set_url(u, request->url);
    if (code == CURLE_OK)
        code = set_headers(u, request);
    if (code == CURLE_OK)
        code = set_body(u, request);
    if (code == CURLE_OK)
        code = set_proxy(u, request);
    if (code == CURLE_OK)
        code = curl_easy_setopt(u->easy, CURLOPT_TIMEOUT_MS, (long)(left < INT32_MAX ? left : INT32_MAX));
    if (code == CURLE_OK && curl_multi_add_handle(u->multi, u->easy) != CURLM_OK)
        code = CURLE_OUT_OF_MEMORY;
    return code;
}

/* Runs the transfer until it ends, fails or is cancelled. */
static CURLcode drive(unit *u, const tcses_http_request *request, bool *cancelled)
{
    for (;;) {
        int running = 0;
        int queued = 0;
        *cancelled = tcses_http_request_is_cancelled(request) != 0;
        if (*cancelled)
            return CURLE_ABORTED_BY_CALLBACK;
        CURLMcode multi_code = curl_multi_perform(u->multi, &running);
        if (multi_code != CURLM_OK)
            return multi_code == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_FAILED_INIT;
        const CURLMsg *message = curl_multi_info_read(u->multi, &queued);
        if (message != NULL && message->msg == CURLMSG_DONE)
            return message->data.result;
        if (curl_multi_poll(u->multi, NULL, 0, 1000, NULL) != CURLM_OK)
            return CURLE_FAILED_INIT;
    }
}

/* A handshake that breaks off may succeed the next time; a certificate that is not trusted stays so. */
static tcses_status status_of(CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return TCSES_OK;
    case CURLE_OUT_OF_MEMORY:
        return TCSES_ERR_MEMORY;
    case CURLE_OPERATION_TIMEDOUT:
        return TCSES_ERR_TIMEOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        return TCSES_ERR_TLS;
    case CURLE_FAILED_INIT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return TCSES_ERR_SYSTEM;
    case CURLE_FILESIZE_EXCEEDED:
        return TCSES_ERR_RESPONSE;
    default:
        return TCSES_ERR_NETWORK;
    }
}

/*
 * Whether a byte of the request left. libcurl counts the header bytes it sent, those to a proxy too, and notes when it
 * is ready to send to the server itself. Of a body that is read through the read function nothing was sent unless it
 * was read, and without its body a request has no effect.
 */
static int32_t stage_of(const unit *u, const tcses_http_request *request)
{
    long sent = 0;
    curl_off_t ready = 0;
    curl_easy_getinfo(u->easy, CURLINFO_REQUEST_SIZE, &sent);
    curl_easy_getinfo(u->easy, CURLINFO_PRETRANSFER_TIME_T, &ready);
    if (sent == 0 || ready == 0)
        return TCSES_STAGE_UNSENT;
    if (!request->may_repeat && request->body_length > 0 && u->body_read == 0)
        return TCSES_STAGE_UNSENT;
    return TCSES_STAGE_SENT;
}

/*
 * libcurl takes a head that ends too early for a whole one, reports a line beyond its limit as lack of memory, and calls
 * what is no HTTP a protocol that it does not support.
 */
static tcses_status status_without_head(const unit *u, CURLcode code)
{
    bool is_sent = stage_of(u, u->request) == TCSES_STAGE_SENT;
    if (code == CURLE_OK || (is_sent && code == CURLE_UNSUPPORTED_PROTOCOL))
        return TCSES_ERR_NETWORK;
    return is_sent && code == CURLE_OUT_OF_MEMORY ? TCSES_ERR_RESPONSE : status_of(code);
}

static tcses_status conclude(unit *u, CURLcode code, bool cancelled)
{
    long http_status = 0;
    tcses_status status = u->has_head ? status_of(code) : status_without_head(u, code);
    if (cancelled)
        status = TCSES_ERR_CANCELLED;
    if (u->failure != TCSES_OK)
        status = u->failure;
    curl_easy_getinfo(u->easy, CURLINFO_RESPONSE_CODE, &http_status);
    tcses_http_response_set_status(u->response, (int32_t)http_status);
    if (status == TCSES_OK)
        return status;
    tcses_http_response_set_stage(u->response, stage_of(u, u->request));
    const char *text = u->error_text[0] != '\0' ? u->error_text : curl_easy_strerror(code);
    if (code == CURLE_OK)
        text = "the answer ends in its head";
    if (cancelled)
        tcses_http_response_set_failure(u->response, 0, "cancelled");
    else if (status == TCSES_ERR_RESPONSE)
        tcses_http_response_set_failure(u->response, (int32_t)code, "the answer is larger than allowed");
    else
        tcses_http_response_set_failure(u->response, (int32_t)code, text);
    return status;
}

static void wake_up(void *ctx)
{
    curl_multi_wakeup(ctx);
}

/* libcurl could not even begin. */
static tcses_status not_begun(tcses_http_response *response, CURLcode code)
{
    tcses_http_response_set_stage(response, TCSES_STAGE_UNSENT);
    tcses_http_response_set_failure(response, (int32_t)code, curl_easy_strerror(code));
    return code == CURLE_OUT_OF_MEMORY ? TCSES_ERR_MEMORY : TCSES_ERR_SYSTEM;
}

static tcses_status run(unit *u, tcses_http_request *request, tcses_http_response *response)
{
    bool cancelled = false;
    CURLcode code = prepare(u, request, response);
    if (code != CURLE_OK)
        return not_begun(response, code);
    tcses_http_request_on_cancel(request, wake_up, u->multi);
    code = drive(u, request, &cancelled);
    tcses_http_request_on_cancel(request, NULL, NULL);
    tcses_status status = conclude(u, code, cancelled);
    curl_multi_remove_handle(u->multi, u->easy);
    return status;
}

static tcses_status curl_perform(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    curl_config *config = ctx;
    unit *u = NULL;
    pool *p = process_slot_get(&config->pool);
    CURLcode code = p != NULL ? pool_borrow(config, p, &u) : CURLE_OUT_OF_MEMORY;
    if (code != CURLE_OK)
        return not_begun(response, code);
    sigpipe_guard guard;
    sigpipe_guard_begin(&guard);
    tcses_status status = run(u, request, response);
    sigpipe_guard_end(&guard);
    u->request = NULL;
    u->response = NULL;
    buffer_clear(&u->header_lines);
    pool_return(p, u);
    return status;
}

/* ---- the transport ---- */

static void config_free(curl_config *config)
{
    memory mem = config->mem;
    curl_settings_free(&mem, &config->settings);
    memory_give(&mem, config);
}

static void curl_destroy(void *ctx)
{
    curl_config *config = ctx;
    process_slot_free(&config->pool);
    config_free(config);
}

/* NULL on failure, with its status. */
static curl_config *config_new(
    const memory *mem, const tcses_curl_options *options, tcses_status *status, tcses_error *error)
{
    static const process_kind kind = {sizeof(pool), pool_set_up, pool_tear_down, NULL};
    curl_config *config = memory_take(mem, sizeof *config);
    if (config == NULL) {
        *status = error_memory(error);
        return NULL;
    }
    config->mem = *mem;
    *status = curl_settings_take(mem, options, &config->settings, error);
    if (*status == TCSES_OK && process_slot_init(&config->pool, mem, &kind))
        return config;
    if (*status == TCSES_OK)
        *status = error_memory(error);
    config_free(config);
    return NULL;
}

tcses_status tcses_transport_new_curl(
    const tcses_curl_options *options, const tcses_allocator *allocator, tcses_transport **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    curl_config *config = config_new(&mem, options, &status, e);
    if (config == NULL)
        return error_close(error, e, status);
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    ops.perform = curl_perform;
    ops.destroy = curl_destroy;
    if (tcses_global_init() != TCSES_OK)
        status = error_set(e, TCSES_ERR_SYSTEM, NULL, "libcurl could not be set up");
    else if (tcses_transport_new(&ops, config, allocator, out, NULL) != TCSES_OK)
        status = error_memory(e);
    if (status != TCSES_OK)
        curl_destroy(config);
    return error_close(error, e, status);
}
