/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * SMTP passwords by the rule that the service enforces: 10 to 20 letters and digits, among them two digits, two
 * lower-case and two upper-case letters that differ.
 */
#include <string.h>
#include <sys/random.h>

#include <tcses/address.h>

#include "base/crypto.h"
#include "base/error.h"

#define CHARACTERS (TCSES_SMTP_PASSWORD_BYTES - 1)
#define DRAWN_AT_ONCE 64

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/* Random bytes from here on are left out, so that every character is equally likely. */
#define FAIR_BYTES (256 - 256 % (sizeof alphabet - 1))

/* False if the system has no random bytes. */
static bool draw(char password[TCSES_SMTP_PASSWORD_BYTES])
{
    uint8_t bytes[DRAWN_AT_ONCE];
    size_t length = 0;
    bool has_bytes = true;
    while (length < CHARACTERS && has_bytes) {
        has_bytes = getentropy(bytes, sizeof bytes) == 0;
        for (size_t i = 0; has_bytes && i < sizeof bytes && length < CHARACTERS; i++) {
            if (bytes[i] < FAIR_BYTES)
                password[length++] = alphabet[bytes[i] % (sizeof alphabet - 1)];
        }
    }
    password[length] = '\0';
    crypto_wipe(bytes, sizeof bytes);
    return has_bytes;
}

/* Whether at least two different characters lie between first and last. */
static bool has_two(const char *password, char first, char last)
{
    char found = '\0';
    for (; *password != '\0'; password++) {
        if (*password < first || *password > last || *password == found)
            continue;
        if (found != '\0')
            return true;
        found = *password;
    }
    return false;
}

static bool obeys_rule(const char *password)
{
    return has_two(password, '0', '9') && has_two(password, 'a', 'z') && has_two(password, 'A', 'Z');
}

static tcses_status generate(char *password, size_t size, tcses_error *error)
{
    if (password == NULL)
        return error_argument(error, "password", "must not be NULL");
    if (size < TCSES_SMTP_PASSWORD_BYTES)
        return error_argument(error, "size", "must be at least TCSES_SMTP_PASSWORD_BYTES");
    do {
        if (!draw(password)) {
            crypto_wipe(password, TCSES_SMTP_PASSWORD_BYTES);
            return error_set(error, TCSES_ERR_SYSTEM, NULL, "the system has no random numbers");
        }
    } while (!obeys_rule(password));
    return TCSES_OK;
}

tcses_status tcses_smtp_password_generate(char *password, size_t size, tcses_error **error)
{
    memory mem = memory_default();
    tcses_error *e = NULL;
    tcses_status status = error_open(error, &mem, &e);
    return status != TCSES_OK ? status : error_close(error, e, generate(password, size, e));
}
