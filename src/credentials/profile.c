/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/profile.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/plain_locale.h"
#include "base/text.h"
#include "codec/codec.h"
#include "credentials/ini.h"

#define TICK_MAX_SECONDS 2

const char *profile_rule_name(const char *name)
{
    if (*name == '\0' || *name == '.')
        return "must not be empty or begin with a dot";
    if (strlen(name) > 128)
        return "must be at most 128 characters long";
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '/' || *p == ']' || *p == '[' || (unsigned char)*p < 0x20 || *p == 0x7F)
            return "must not hold slashes, brackets or control characters";
    }
    return NULL;
}

/* ---- paths ---- */

static bool home_path(profile_path *out, const char *below)
{
    const char *home = environment_value("HOME");
    struct passwd entry;
    struct passwd *found = NULL;
    char room[4096];
    if (home == NULL)
        home = getpwuid_r(getuid(), &entry, room, sizeof room, &found) == 0 && found != NULL ? entry.pw_dir : NULL;
    if (home == NULL)
        return false;
    int length = snprintf(out->text, sizeof out->text, "%s/%s", home, below);
    return length > 0 && (size_t)length < sizeof out->text;
}

static bool copy_path(profile_path *out, const char *text)
{
    int length = snprintf(out->text, sizeof out->text, "%s", text);
    return length > 0 && (size_t)length < sizeof out->text;
}

size_t profile_credentials_files(const profile_place *place, profile_path paths[PROFILE_FILES_MAX])
{
    size_t count = 0;
    const char *named = place->credentials_file;
    if (named != NULL)
        return copy_path(&paths[0], named) ? 1 : 0;
    named = environment_value("TENCENTCLOUD_CREDENTIALS_FILE");
    bool has_first = named != NULL ? copy_path(&paths[0], named) : home_path(&paths[0], ".tencentcloud/credentials");
    count += has_first;
    count += copy_path(&paths[count], "/etc/tencentcloud/credentials");
    return count;
}

bool profile_cli_file(const profile_place *place, const char *name, const char *extension, profile_path *out)
{
    profile_path directory;
    if (place->cli_directory != NULL ? !copy_path(&directory, place->cli_directory) : !home_path(&directory, ".tccli"))
        return false;
    size_t length = strlen(directory.text);
    size_t needed = length + strlen(name) + strlen(extension) + 3;
    if (needed > sizeof out->text)
        return false;
    memcpy(out->text, directory.text, length);
    snprintf(out->text + length, sizeof out->text - length, "/%s.%s", name, extension);
    return true;
}

const char *profile_cli_default(void)
{
    const char *named = environment_value("TCCLI_PROFILE");
    return named != NULL ? named : "default";
}

/* ---- reading ---- */

/* The clocks of file systems tick in steps: within one a file may change without a sign of it. */
static bool is_fresh(const struct stat *s)
{
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_REALTIME, &now);
    return s->st_mtim.tv_sec + TICK_MAX_SECONDS >= now.tv_sec || s->st_ctim.tv_sec + TICK_MAX_SECONDS >= now.tv_sec;
}

/* What is about to be written is not passed over: the next place may hold the keys of another account. */
static bool is_being_written(const char *file, const buffer *content)
{
    struct stat s;
    return content->length == 0 && stat(file, &s) == 0 && S_ISREG(s.st_mode) && is_fresh(&s);
}

/* A file that is there and can't be read is not passed over: the next place may hold the keys of another account. */
static tcses_status not_read(const char *file, int problem, tcses_credentials_answer *answer, tcses_error *error)
{
    if (problem == ENOMEM)
        return error_memory(error);
    if (problem != ENOENT && problem != ENOTDIR)
        return error_set(error, TCSES_ERR_CREDENTIALS, NULL, "%s: %s", file, plain_locale_strerror(problem));
    answer_note(answer, file, plain_locale_strerror(problem));
    return TCSES_OK;
}

static tcses_status use(const char *place, const keys_origin *origin, const profile_keys *found,
    tcses_credentials_answer *answer, tcses_error *error)
{
    const char *part = NULL;
    const char *token = found->token != NULL && found->token[0] != '\0' ? found->token : NULL;
    const char *broken = keys_rule(found->secret_id, found->secret_key, token, &part);
    if (broken != NULL)
        return error_set(error, TCSES_ERR_CREDENTIALS, NULL, "%s: %s %s", place, part, broken);
    answer->origin = *origin;
    tcses_status status = tcses_credentials_answer_set(answer, found->secret_id, found->secret_key, token);
    return status == TCSES_OK ? status : error_memory(error);
}

static tcses_status take_section(
    const char *file, const char *section, const buffer *content, tcses_credentials_answer *answer, tcses_error *error)
{
    char place[PROFILE_PATH_MAX + 160];
    profile_keys found = {0};
    arena texts;
    arena_init(&texts, &answer->mem);
    const keys_origin origin = {TCSES_KEY_SOURCE_CREDENTIALS_FILE, file, section};
    snprintf(place, sizeof place, "%.*s [%s]", PROFILE_PATH_MAX, file, section);
    const ini_wanted wanted[] = {
        {"secret_id", &found.secret_id}, {"secret_key", &found.secret_key}, {"token", &found.token}};
    ini_result result = ini_read(buffer_text(content), section, wanted, 3, &texts);
    tcses_status status = TCSES_OK;
    if (result == INI_NO_MEMORY)
        status = error_memory(error);
    else if (result == INI_NO_SECTION)
        answer_note(answer, file, "has no such section");
    else if (found.secret_id == NULL && found.secret_key == NULL)
        answer_note(answer, place, "has no secret_id and secret_key");
    else
        status = use(place, &origin, &found, answer, error);
    arena_free(&texts);
    return status;
}

tcses_status profile_find_in_files(
    const profile_place *place, const char *name, tcses_credentials_answer *answer, tcses_error *error)
{
    profile_path files[PROFILE_FILES_MAX];
    size_t count = profile_credentials_files(place, files);
    tcses_status status = TCSES_OK;
    for (size_t i = 0; status == TCSES_OK && answer->keys == NULL && i < count; i++) {
        buffer content;
        buffer_init(&content, &answer->mem);
        int problem = file_read(files[i].text, &content);
        if (problem != 0)
            status = not_read(files[i].text, problem, answer, error);
        else if (is_being_written(files[i].text, &content))
            status = error_set(error, TCSES_ERR_CREDENTIALS, NULL, "%s: is empty since a moment ago", files[i].text);
        else
            status = take_section(files[i].text, name, &content, answer, error);
        buffer_free(&content);
    }
    return status;
}

static tcses_status take_json(
    const char *file, const char *name, const buffer *content, tcses_credentials_answer *answer, tcses_error *error)
{
    static const field fields[] = {
        TEXT(profile_keys, secret_id, "secretId", RULE_NONE),
        TEXT(profile_keys, secret_key, "secretKey", RULE_NONE),
        TEXT(profile_keys, token, "token", RULE_NONE),
    };
    static const field_table table = TABLE(profile_keys, fields);
    const keys_origin origin = {TCSES_KEY_SOURCE_CLI_PROFILE, file, name};
    profile_keys found = {0};
    arena texts;
    arena_init(&texts, &answer->mem);
    tcses_status status = codec_decode_secrets(buffer_text(content), content->length, &table, &texts, &found, error);
    if (status == TCSES_ERR_RESPONSE)
        status = error_set(error, TCSES_ERR_CREDENTIALS, NULL, "%s: is not a JSON object of texts", file);
    else if (status == TCSES_OK && found.secret_id == NULL && found.secret_key == NULL)
        answer_note(answer, file, "has no secretId and secretKey");
    else if (status == TCSES_OK)
        status = use(file, &origin, &found, answer, error);
    arena_free(&texts);
    return status;
}

tcses_status profile_find_in_cli(
    const profile_place *place, const char *name, tcses_credentials_answer *answer, tcses_error *error)
{
    profile_path file;
    buffer content;
    tcses_status status = TCSES_OK;
    if (!profile_cli_file(place, name, "credential", &file)) {
        answer_note(answer, "~/.tccli", "there is no home directory");
        return TCSES_OK;
    }
    buffer_init(&content, &answer->mem);
    int problem = file_read(file.text, &content);
    if (problem != 0)
        status = not_read(file.text, problem, answer, error);
    else
        status = take_json(file.text, name, &content, answer, error);
    buffer_free(&content);
    return status;
}

/* ---- change ---- */

static uint64_t mix(uint64_t hash, const void *data, size_t length)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * 1099511628211U; /* NOLINT(clang-analyzer-core.UndefinedBinaryOperatorResult) */
    return hash;
}

static uint64_t mix_content(uint64_t hash, const char *name)
{
    memory mem = memory_default();
    buffer content;
    buffer_init(&content, &mem);
    int problem = file_read(name, &content);
    hash = mix(hash, &problem, sizeof problem);
    hash = mix(hash, buffer_text(&content), content.length);
    buffer_free(&content);
    return hash;
}

static uint64_t mix_file(uint64_t hash, const char *name)
{
    struct stat s;
    hash = mix(hash, name, strlen(name) + 1);
    if (stat(name, &s) != 0)
        return mix(hash, &errno, sizeof errno);
    const int64_t facts[] = {(int64_t)s.st_dev, (int64_t)s.st_ino, (int64_t)s.st_size, (int64_t)s.st_mtim.tv_sec,
        (int64_t)s.st_mtim.tv_nsec, (int64_t)s.st_ctim.tv_sec, (int64_t)s.st_ctim.tv_nsec};
    hash = mix(hash, facts, sizeof facts);
    return is_fresh(&s) ? mix_content(hash, name) : hash;
}

uint64_t profile_fingerprint(const profile_place *place, const char *name)
{
    profile_path files[PROFILE_FILES_MAX];
    profile_path cli;
    uint64_t hash = 14695981039346656037U;
    size_t count = profile_credentials_files(place, files);
    for (size_t i = 0; i < count; i++)
        hash = mix_file(hash, files[i].text);
    if (profile_cli_file(place, name, "credential", &cli))
        hash = mix_file(hash, cli.text);
    return hash;
}
