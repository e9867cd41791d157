/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Profiles: the INI file, and the CLI's two JSON files. Input: how the profile is named, which allocation fails (0:
 * none), then the profile's name (empty: "default") and up to two rounds of three files, which change under a client
 * that runs.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tcses/sys/transport.h>

#include "base/arena.h"
#include "credentials/ini.h"

/* ---- a home directory ---- */

static char home[64];
static pid_t home_owner;

static int remove_entry(const char *path, const struct stat *facts, int kind, struct FTW *place)
{
    (void)facts;
    (void)kind;
    (void)place;
    return remove(path);
}

static void remove_home(void)
{
    if (home_owner == getpid())
        nftw(home, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_folder(const char *below)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", home, below);
    CHECK(mkdir(path, 0700) == 0);
}

/* Once a process, in memory where the system has a place for that. */
static void make_home(void)
{
    if (home[0] != '\0')
        return;
    snprintf(home, sizeof home, "%s/tcses-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    CHECK(mkdtemp(home) != NULL);
    home_owner = getpid();
    atexit(remove_home);
    make_folder(".tencentcloud");
    make_folder(".tccli");
    fuzz_clean_environment(home);
}

/* A file below the home directory; an empty content is none. Its time is made up: those of the clock are too coarse. */
static void put_file(const char *name, fuzz_text content)
{
    static long nanoseconds;
    char path[512];
    snprintf(path, sizeof path, "%s/%s", home, name);
    unlink(path);
    if (content.length == 0)
        return;
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    CHECK(file >= 0);
    CHECK(write(file, content.text, content.length) == (ssize_t)content.length);
    nanoseconds = (nanoseconds + 1) % 1000000000;
    const struct timespec times[] = {{1, nanoseconds}, {1, nanoseconds}};
    CHECK(futimens(file, times) == 0);
    CHECK(close(file) == 0);
}

/* ---- what the files say ---- */

/* The three files of a round. */
typedef struct files {
    fuzz_text credentials;
    fuzz_text cli;
    fuzz_text configure;
} files;

static files put_files(fuzz_input *in, const char *profile)
{
    char name[256];
    files f = {fuzz_take_text(in), fuzz_take_text(in), fuzz_take_text(in)};
    put_file(".tencentcloud/credentials", f.credentials);
    snprintf(name, sizeof name, ".tccli/%s.credential", profile);
    put_file(name, f.cli);
    snprintf(name, sizeof name, ".tccli/%s.configure", profile);
    put_file(name, f.configure);
    return f;
}

static bool holds(fuzz_text text, const char *piece)
{
    return memmem(text.text, text.length, piece, strlen(piece)) != NULL;
}

/* Keys that are sent came from a file, letter by letter (JSON may write a letter as \u0041). */
static void check_came_from(const files *f, const char *text)
{
    CHECK(holds(f->credentials, text) || holds(f->cli, text) || holds(f->cli, "\\"));
}

#define KEYS_COUNT 3

/* The keys of one section; the values live in the arena. */
static ini_result read_section(
    const char *text, const char *section, arena *values, const char *found[KEYS_COUNT], const fuzz_memory *m)
{
    const ini_wanted wanted[] = {{"secret_id", &found[0]}, {"secret_key", &found[1]}, {"token", &found[2]}};
    memory mem = fuzz_memory_inside(m);
    arena_init(values, &mem);
    found[0] = found[1] = found[2] = NULL;
    ini_result result = ini_read(text, section, wanted, KEYS_COUNT, values);
    CHECK(result != INI_NO_MEMORY || fuzz_memory_failed(m));
    return result;
}

static bool is_same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* A name that is in brackets as it stands. */
static bool is_plain(const char *name)
{
    return strpbrk(name, "[] \t\r\n") == NULL;
}

/* A section of another name behind all changes nothing; one of this name has the last word. */
static void check_with_section_behind(const char *text, const char *section, ini_result before, const char **found)
{
    fuzz_memory m;
    arena values;
    const char *more[KEYS_COUNT];
    bool is_last = is_plain(section) && strcmp(section, "~") != 0;
    size_t bytes = strlen(text) + strlen(section) + 64;
    char *longer = fuzz_block(bytes);
    fuzz_memory_init(&m, 0);
    snprintf(longer, bytes, "%s\n[~]\nsecret_id=tilde\ntoken=tilde\n", text);
    ini_result result = read_section(longer, section, &values, more, &m);
    for (size_t i = 0; is_last && i < KEYS_COUNT; i++)
        CHECK(result == before && is_same(found[i], more[i]));
    arena_free(&values);
    snprintf(longer, bytes, "%s\n[%s]\n secret_id = last one \r\n", text, section);
    result = read_section(longer, section, &values, more, &m);
    CHECK(!is_last || (result == INI_FOUND && is_same(more[0], "last one") && is_same(found[1], more[1])));
    arena_free(&values);
    CHECK(m.live == 0);
}

static void check_ini(fuzz_text content, const char *section)
{
    fuzz_memory m;
    arena values;
    const char *found[KEYS_COUNT];
    fuzz_memory_init(&m, 0);
    ini_result result = read_section(content.text, section, &values, found, &m);
    for (size_t i = 0; i < KEYS_COUNT; i++) {
        CHECK(found[i] == NULL || (holds(content, found[i]) && strchr(found[i], '\n') == NULL));
        CHECK(found[i] == NULL || result == INI_FOUND);
    }
    check_with_section_behind(content.text, section, result, found);
    arena_free(&values);
    CHECK(m.live == 0);
}

/* ---- a client with that profile ---- */

typedef struct wire {
    const files *files;
    const char *profile;
    size_t requests;
} wire;

static tcses_status refuse(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    static const char before[] = "Credential=";
    char id[4096];
    wire *w = ctx;
    tcses_http_response_set_stage(response, TCSES_STAGE_UNSENT);
    if (strcmp(tcses_http_request_method(request), "GET") == 0)
        return TCSES_ERR_NETWORK; /* the default chain goes on to the metadata server */
    w->requests++;
    for (size_t i = 0; i < tcses_http_request_headers_count(request); i++)
        CHECK(fuzz_is_header_value(tcses_http_request_header_value(request, i)));
    const char *token = tcses_http_request_header(request, "X-TC-Token");
    const char *found = strstr(tcses_http_request_header(request, "Authorization"), before);
    CHECK(found != NULL && (token == NULL || token[0] != '\0'));
    const char *end = strstr(found, ", SignedHeaders=");
    for (int slashes = 0; slashes < 3; end--) /* behind the id: /date/service/tc3_request */
        slashes += end[-1] == '/';
    size_t length = (size_t)(end - found) - strlen(before);
    CHECK(length < sizeof id);
    memcpy(id, found + strlen(before), length);
    id[length] = '\0';
    check_came_from(w->files, id);
    if (token != NULL)
        check_came_from(w->files, token);
    return TCSES_ERR_NETWORK;
}

static void call(tcses_client *client, const fuzz_memory *m, wire *w)
{
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    tcses_error *error = NULL;
    options.max_attempts = 1;
    options.region = "ap-guangzhou";
    w->requests = 0;
    tcses_status status = tcses_list_email_address(client, NULL, &options, NULL, &error);
    CHECK(status == TCSES_ERR_NETWORK || status == TCSES_ERR_CREDENTIALS ||
          (status == TCSES_ERR_MEMORY && fuzz_memory_failed(m)));
    CHECK((status == TCSES_ERR_NETWORK) == (w->requests == 1));
    CHECK(tcses_error_outcome(error) == TCSES_OUTCOME_NOT_DONE);
    /* A key may stand in no message, unless it is the profile's name. */
    CHECK(strstr(tcses_error_message(error), FUZZ_SECRET_KEY) == NULL || strstr(w->profile, FUZZ_SECRET_KEY) != NULL);
    fuzz_check_error(status, error);
}

static tcses_credentials *name_profile(size_t kind, const char *profile, const tcses_allocator *allocator)
{
    char file[128], directory[128];
    tcses_profile_options options = TCSES_PROFILE_OPTIONS_INIT;
    tcses_credentials *credentials = NULL;
    snprintf(file, sizeof file, "%s/.tencentcloud/credentials", home);
    snprintf(directory, sizeof directory, "%s/.tccli", home);
    options.profile = profile;
    options.credentials_file = (kind & 1) != 0 ? file : NULL;
    options.cli_directory = (kind & 2) != 0 ? directory : NULL;
    tcses_credentials_new_profile(&options, allocator, &credentials, NULL);
    return credentials;
}

/* By the option of the client, by credentials of our own, or as the last of the default chain. */
static tcses_client *open_client(size_t kind, const char *profile, fuzz_memory *m, tcses_transport *transport)
{
    static fuzz_clock clock;
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    fuzz_clock_init(&clock);
    options.allocator = &m->allocator;
    options.transport = transport;
    options.clock = &clock.clock;
    options.region = kind != 4 && kind != 7 ? "ap-guangzhou" : NULL; /* NULL: from a file, or none */
    if (kind < 4)
        options.credentials = name_profile(kind, profile, &m->allocator);
    else if (kind < 6)
        options.profile = profile;
    setenv("TCCLI_PROFILE", profile, 1);
    tcses_status status = tcses_client_new(&options, &client, &error);
    CHECK(status == TCSES_OK || status == TCSES_ERR_ARGUMENT || (status == TCSES_ERR_MEMORY && fuzz_memory_failed(m)));
    CHECK((status == TCSES_OK) == (client != NULL));
    CHECK(client == NULL || !strpbrk(tcses_client_region(client), "\r\n\t "));
    fuzz_check_error(status, error);
    tcses_credentials_unref(options.credentials);
    return client;
}

/* A name that can be a file's; the library itself refuses others. */
static const char *take_profile(fuzz_input *in)
{
    const char *name = fuzz_take_text(in).text;
    return name[0] == '\0' || name[0] == '.' || strlen(name) > 100 || strchr(name, '/') != NULL ? "default" : name;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    fuzz_memory m;
    files f;
    wire w = {&f, NULL, 0};
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    tcses_transport *transport = NULL;
    make_home();
    size_t kind = fuzz_below(&in, 8);
    fuzz_memory_init(&m, fuzz_byte(&in));
    ops.perform = refuse;
    CHECK(tcses_transport_new(&ops, &w, NULL, &transport, NULL) == TCSES_OK);
    const char *profile = take_profile(&in);
    w.profile = profile;
    f = put_files(&in, profile);
    check_ini(f.credentials, profile);
    tcses_client *client = open_client(kind, profile, &m, transport);
    for (int round = 0; client != NULL && round < 2; round++) {
        call(client, &m, &w);
        f = put_files(&in, profile);
    }
    tcses_client_free(client);
    tcses_transport_unref(transport);
    const files none = put_files(&(fuzz_input){data, 0}, profile);
    CHECK(none.cli.length == 0 && m.live == 0);
    fuzz_end();
    return 0;
}
