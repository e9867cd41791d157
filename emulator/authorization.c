/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The syntax of the header Authorization.
 */
#include "authorization.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char algorithm[] = "TC3-HMAC-SHA256 ";

enum { SIGNATURE_LENGTH = 64 };

/* The three parts after the algorithm, in any order. */
struct parts {
    char *credential;
    char *signed_headers;
    char *signature;
};

/* Sets `*value` if the field is called `name` and was not seen before. */
static bool take_part(char *field, const char *name, char **value)
{
    size_t length = strlen(name);
    if (strncmp(field, name, length) != 0 || field[length] != '=' || *value != NULL)
        return false;
    *value = field + length + 1;
    return true;
}

static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        text[--length] = '\0';
    return text;
}

static const char *split_parts(char *text, struct parts *parts)
{
    char *rest = text;
    for (char *field = strsep(&rest, ","); field != NULL; field = strsep(&rest, ",")) {
        field = trim(field);
        if (!take_part(field, "Credential", &parts->credential) &&
            !take_part(field, "SignedHeaders", &parts->signed_headers) &&
            !take_part(field, "Signature", &parts->signature))
            return "it has a part that is not one Credential, one SignedHeaders and one Signature";
    }
    if (parts->credential == NULL || parts->signed_headers == NULL || parts->signature == NULL)
        return "it needs the parts Credential, SignedHeaders and Signature";
    return NULL;
}

/* Cuts the text at its last slash and returns what follows; NULL if there is no slash. */
static char *cut_last(char *text)
{
    char *slash = strrchr(text, '/');
    if (slash == NULL)
        return NULL;
    *slash = '\0';
    return slash + 1;
}

static const char *split_credential(char *credential, struct authorization *authorization)
{
    const char *end = cut_last(credential);
    if (end != NULL && (authorization->service = cut_last(credential)) != NULL)
        authorization->date = cut_last(credential);
    authorization->secret_id = credential;
    if (authorization->date == NULL || strcmp(end, "tc3_request") != 0 || *credential == '\0' ||
        *authorization->service == '\0')
        return "its Credential is not ID/DATE/SERVICE/tc3_request";
    return NULL;
}

/* A7: every name once, content-type and host among them. */
static const char *split_signed_headers(char *names, struct authorization *authorization)
{
    for (char *name = strsep(&names, ";"); name != NULL; name = strsep(&names, ";")) {
        if (*name == '\0' || emu_authorization_signs(authorization, name))
            return "its SignedHeaders names a header twice or not at all";
        emu_list_append(&authorization->signed_headers, name);
    }
    if (!emu_authorization_signs(authorization, "content-type") || !emu_authorization_signs(authorization, "host"))
        return "its SignedHeaders has to hold content-type and host";
    return NULL;
}

static bool is_signature(const char *text)
{
    return strlen(text) == SIGNATURE_LENGTH && strspn(text, "0123456789abcdef") == SIGNATURE_LENGTH;
}

const char *emu_authorization_parse(const char *header, struct authorization *authorization)
{
    struct parts parts = {NULL, NULL, NULL};
    *authorization = (struct authorization){0};
    if (strncmp(header, algorithm, strlen(algorithm)) != 0)
        return "it does not begin with TC3-HMAC-SHA256";
    authorization->text = emu_support_copy(header + strlen(algorithm));
    const char *problem = split_parts(authorization->text, &parts);
    if (problem == NULL)
        problem = split_credential(parts.credential, authorization);
    if (problem == NULL)
        problem = split_signed_headers(parts.signed_headers, authorization);
    if (problem == NULL && !is_signature(parts.signature))
        problem = "its Signature is not 64 hexadecimal digits in lower case";
    authorization->signature = parts.signature;
    return problem;
}

void emu_authorization_clear(struct authorization *authorization)
{
    emu_list_clear(&authorization->signed_headers, NULL);
    free(authorization->text);
    *authorization = (struct authorization){0};
}

bool emu_authorization_signs(const struct authorization *authorization, const char *name)
{
    for (size_t i = 0; i < authorization->signed_headers.count; i++) {
        if (strcasecmp(authorization->signed_headers.items[i], name) == 0)
            return true;
    }
    return false;
}
