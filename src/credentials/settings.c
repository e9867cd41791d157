/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Region and endpoint of a profile.
 */
#include "credentials/settings.h"

#include <errno.h>

#include "base/buffer.h"
#include "base/file.h"
#include "codec/codec.h"
#include "codec/fields.h"
#include "credentials/ini.h"
#include "credentials/profile.h"

static const profile_place usual = {NULL, NULL};

static bool keep(const memory *mem, char **kept, const char *text)
{
    if (*kept != NULL || text == NULL || text[0] == '\0')
        return true;
    *kept = memory_copy_text(mem, text);
    return *kept != NULL;
}

static bool keep_endpoint(const memory *mem, settings *found, const char *endpoint, const char *file)
{
    bool is_first = found->endpoint == NULL;
    if (!keep(mem, &found->endpoint, endpoint))
        return false;
    return !is_first || found->endpoint == NULL || keep(mem, &found->endpoint_file, file);
}

/* Reads a file that may be missing. */
static tcses_status read(const char *file, buffer *content)
{
    return file_read(file, content) == ENOMEM ? TCSES_ERR_MEMORY : TCSES_OK;
}

/* ---- the credentials files ---- */

static tcses_status take_section(
    const memory *mem, const char *file, const char *section, const buffer *content, settings *found)
{
    const char *region = NULL;
    const char *endpoint = NULL;
    const ini_wanted wanted[] = {{"region", &region}, {"endpoint", &endpoint}};
    arena texts;
    arena_init(&texts, mem);
    bool has_room = ini_read(buffer_text(content), section, wanted, 2, &texts) != INI_NO_MEMORY &&
                    keep(mem, &found->region, region) && keep_endpoint(mem, found, endpoint, file);
    arena_free(&texts);
    return has_room ? TCSES_OK : TCSES_ERR_MEMORY;
}

static tcses_status read_files(const memory *mem, const char *section, settings *found)
{
    profile_path files[PROFILE_FILES_MAX];
    tcses_status status = TCSES_OK;
    size_t count = profile_credentials_files(&usual, files);
    for (size_t i = 0; status == TCSES_OK && i < count; i++) {
        buffer content;
        buffer_init(&content, mem);
        status = read(files[i].text, &content);
        if (status == TCSES_OK)
            status = take_section(mem, files[i].text, section, &content, found);
        buffer_free(&content);
    }
    return status;
}

/* ---- the CLI's ---- */

typedef struct configure_section {
    size_t size;
    const char *region;
    const char *endpoint;
} configure_section;

/* Decodes one member of the file; NULL: the whole of it. */
static tcses_status take_member(
    const memory *mem, const char *file, const char *member, const buffer *content, settings *found)
{
    static const field fields[] = {
        TEXT(configure_section, region, "region", RULE_NONE),
        TEXT(configure_section, endpoint, "endpoint", RULE_NONE),
    };
    static const field_table table = TABLE(configure_section, fields);
    configure_section section = {0};
    bool is_service = member != NULL && member[0] != '_';
    arena texts;
    arena_init(&texts, mem);
    tcses_status status = codec_decode_member(buffer_text(content), content->length, member, &table, &texts, &section);
    if (status == TCSES_OK && is_service && !keep_endpoint(mem, found, section.endpoint, file))
        status = TCSES_ERR_MEMORY;
    if (status == TCSES_OK && !is_service && !keep(mem, &found->region, section.region))
        status = TCSES_ERR_MEMORY;
    arena_free(&texts);
    return status == TCSES_ERR_MEMORY ? status : TCSES_OK;
}

static tcses_status read_configure(const memory *mem, const char *name, settings *found)
{
    static const char *const members[] = {"_sys_param", NULL, "ses"};
    profile_path file;
    buffer content;
    if (!profile_cli_file(&usual, name, "configure", &file))
        return TCSES_OK;
    buffer_init(&content, mem);
    tcses_status status = read(file.text, &content);
    for (size_t i = 0; status == TCSES_OK && content.length > 0 && i < sizeof members / sizeof members[0]; i++)
        status = take_member(mem, file.text, members[i], &content, found);
    buffer_free(&content);
    return status;
}

tcses_status settings_read(const memory *mem, const char *profile, settings *found)
{
    static const settings nothing;
    *found = nothing;
    tcses_status status = read_files(mem, profile != NULL ? profile : "default", found);
    if (status == TCSES_OK)
        status = read_configure(mem, profile != NULL ? profile : profile_cli_default(), found);
    return status;
}

void settings_free(const memory *mem, settings *found)
{
    memory_give(mem, found->region);
    memory_give(mem, found->endpoint);
    memory_give(mem, found->endpoint_file);
}
