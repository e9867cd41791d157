/* SPDX-License-Identifier: Apache-2.0 */
#include "expected.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domains.h"
#include "failure.h"
#include "session.h"
#include "text.h"

#define FILE_MAX (4 << 20)

void expected_free(expected *e)
{
    tcses_record_set_free(e->set);
    free(e->json);
    e->set = NULL;
    e->json = NULL;
}

int expected_make_set(cli *c, expected *e)
{
    tcses_record_set_request request = TCSES_RECORD_SET_REQUEST_INIT;
    tcses_record_set_free(e->set);
    e->set = NULL;
    request.domain = e->domain[0] != '\0' ? e->domain : NULL;
    request.zone = e->zone[0] != '\0' ? e->zone : NULL;
    if (tcses_record_set_from_json(e->json, e->json_length, &request, NULL, &e->set, &c->error) != TCSES_OK)
        return failure_of_call(c);
    snprintf(e->domain, sizeof e->domain, "%s", e->set->domain);
    return EXIT_OK;
}

/* ---- from a file ---- */

static int refuse_file(const char *path)
{
    return failure_usage(TEXT("%s can't be read: %s", "无法读取 %s：%s"), path, strerror(errno));
}

char *expected_read_file(const char *path, size_t *length)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    char *text = file != NULL ? malloc(FILE_MAX + 1) : NULL;
    if (text != NULL) {
        *length = fread(text, 1, FILE_MAX, file);
        text[*length] = '\0';
    }
    bool is_read = text != NULL && !ferror(file) && *length < FILE_MAX;
    if (!is_read)
        refuse_file(path);
    if (file != NULL && file != stdin)
        fclose(file);
    if (is_read)
        return text;
    free(text);
    return NULL;
}

/* ---- from the service ---- */

int expected_ask(cli *c, const char *domain, bool may_be_missing, expected *e)
{
    tcses_get_email_identity_request get = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    const tcses_get_email_identity_response *response = NULL;
    tcses_call_options call = c->call;
    snprintf(e->domain, sizeof e->domain, "%s", domain);
    get.email_identity = e->domain;
    call.keep_raw_json = TCSES_TRUE;
    if (tcses_get_email_identity(c->client, &get, &call, &response, &c->error) != TCSES_OK) {
        if (!may_be_missing || !failure_is_code(c->error, TCSES_CODE_NOT_EXIST_DOMAIN))
            return failure_of_call(c);
        tcses_error_free(c->error);
        c->error = NULL;
        return EXIT_OK;
    }
    e->is_verified = response->verified_for_sending_status == TCSES_TRUE;
    e->json = strndup(response->raw_json, response->raw_json_length);
    e->json_length = response->raw_json_length;
    tcses_get_email_identity_response_free(response);
    return e->json != NULL ? expected_make_set(c, e) : failure_memory();
}

int expected_read(cli *c, bool may_be_missing, expected *e)
{
    const char *zone = c->options->values[OPTION_ZONE];
    memset(e, 0, sizeof *e);
    if (zone != NULL && !name_take_domain(zone, e->zone))
        return EXIT_USAGE;
    if (c->options->operands_count > 0 && !name_take_domain(c->options->operands[0], e->domain))
        return EXIT_USAGE;
    c->subject = e->domain;
    if (options_has(c->options, OPTION_EXPECTED)) {
        e->json = expected_read_file(c->options->values[OPTION_EXPECTED], &e->json_length);
        return e->json != NULL ? expected_make_set(c, e) : EXIT_USAGE;
    }
    if (e->domain[0] == '\0')
        return failure_usage("%s", TEXT("name a domain", "请指定域名"));
    int code = session_open(c);
    if (code != EXIT_OK)
        return code;
    char domain[NAME_BYTES];
    snprintf(domain, sizeof domain, "%s", e->domain);
    return expected_ask(c, domain, may_be_missing, e);
}
