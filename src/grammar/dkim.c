/* SPDX-License-Identifier: Apache-2.0 */
#include "grammar/dkim.h"

#include <string.h>

#include "base/text.h"
#include "grammar/base64.h"

#define ED25519_BYTES 32

enum { DER_INTEGER = 0x02, DER_BIT_STRING = 0x03, DER_SEQUENCE = 0x30 };

const char *dkim_problem_text(const dkim_key *key)
{
    static const char *const texts[DKIM_PROBLEMS] = {
        [DKIM_FINE] = "is fine",
        [DKIM_BAD_VERSION] = "has a v= that is not DKIM1, or not the first tag",
        [DKIM_NO_KEY] = "has no p=",
        [DKIM_UNKNOWN_TYPE] = "has a k= that is neither rsa nor ed25519",
        [DKIM_BAD_BASE64] = "has a p= that is not base64",
        [DKIM_BAD_KEY] = "has a p= that is no key of its type",
    };
    return key->problem == DKIM_BAD_LIST ? tags_problem_text(key->list_problem) : texts[key->problem];
}

/* ---- keys ---- */

/* DER as it comes out of base64. What lies inside something ends with it at the latest. */
typedef struct der {
    base64_reader bytes;
    size_t at;
    size_t length;
} der;

static int der_byte(der *d)
{
    int byte = d->at < d->length ? base64_next(&d->bytes) : -1;
    d->at += byte >= 0;
    return byte;
}

/* A length in its shortest form, that fits into what is left before `end`. */
static bool der_length(der *d, size_t end, size_t *length)
{
    int first = der_byte(d);
    if (first < 0)
        return false;
    *length = (size_t)first;
    if (first >= 0x80) {
        *length = 0;
        for (int more = first & 0x7F; more > 0; more--) {
            int byte = der_byte(d);
            if (byte < 0 || *length > (SIZE_MAX >> 8) || (*length == 0 && byte == 0))
                return false;
            *length = *length << 8 | (size_t)byte;
        }
        if (*length < 0x80)
            return false;
    }
    return d->at <= end && *length <= end - d->at;
}

/* The head of an element of this kind. `end` is that of what it lies in, and becomes the element's own. */
static bool der_enter(der *d, int kind, size_t *end)
{
    size_t length = 0;
    if (der_byte(d) != kind || !der_length(d, *end, &length))
        return false;
    *end = d->at + length;
    return true;
}

static bool der_expect(der *d, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (der_byte(d) != (unsigned char)bytes[i])
            return false;
    }
    return true;
}

/* A positive number; tells how many bits it has. */
static bool der_number(der *d, size_t end, size_t *bits)
{
    if (!der_enter(d, DER_INTEGER, &end) || d->at == end)
        return false;
    int byte = der_byte(d);
    if (byte == 0 && d->at < end)
        byte = der_byte(d);
    else if (byte >= 0x80)
        return false;
    size_t count = (end - d->at) * 8;
    for (int rest = byte; rest > 0; rest >>= 1)
        count++;
    *bits = count;
    while (d->at < end) {
        if (der_byte(d) < 0)
            return false;
    }
    return byte > 0;
}

/* RSAPublicKey, whose head has been read: modulus and exponent. */
static bool read_numbers(der *d, size_t end, dkim_key *key)
{
    size_t modulus = 0, exponent = 0;
    if (!der_number(d, end, &modulus) || !der_number(d, end, &exponent) || d->at != end || d->at != d->length)
        return false;
    if (modulus > INT32_MAX)
        return false;
    key->bits = (int32_t)modulus;
    return true;
}

/* AlgorithmIdentifier of rsaEncryption: 1.2.840.113549.1.1.1, and NULL, which some leave out. */
static bool read_algorithm(der *d, size_t end)
{
    static const char name[] = {0x06, 0x09, 0x2A, (char)0x86, 0x48, (char)0x86, (char)0xF7, 0x0D, 0x01, 0x01, 0x01};
    static const char null[] = {0x05, 0x00};
    return der_enter(d, DER_SEQUENCE, &end) && der_expect(d, name, sizeof name) &&
           (d->at == end || der_expect(d, null, sizeof null)) && d->at == end;
}

/* SubjectPublicKeyInfo, or what it wraps: an RSAPublicKey begins with a number where the other begins with a sequence. */
static bool read_rsa(view text, size_t bytes, dkim_key *key)
{
    der d = {.length = bytes};
    size_t end = bytes;
    base64_begin(&d.bytes, text);
    if (!der_enter(&d, DER_SEQUENCE, &end) || end != bytes)
        return false;
    der inside = d;
    size_t inside_end = end;
    if (der_enter(&inside, DER_INTEGER, &inside_end)) {
        key->is_bare = true;
        return read_numbers(&d, end, key);
    }
    if (!read_algorithm(&d, end) || !der_enter(&d, DER_BIT_STRING, &end) || der_byte(&d) != 0)
        return false;
    return der_enter(&d, DER_SEQUENCE, &end) && read_numbers(&d, end, key);
}

static bool refuse(dkim_key *key, dkim_problem problem, size_t at)
{
    if (key->problem == DKIM_FINE) {
        key->problem = problem;
        key->problem_at = at;
    }
    return false;
}

static void read_key(dkim_key *key, size_t at)
{
    size_t bytes = 0, problem_at = 0;
    key->is_revoked = key->key.length == 0;
    if (key->is_revoked || key->type == DKIM_OTHER_TYPE)
        return;
    if (!base64_check(key->key, &bytes, &problem_at)) {
        refuse(key, DKIM_BAD_BASE64, at + problem_at);
        return;
    }
    if (key->type == DKIM_ED25519)
        key->bits = bytes == ED25519_BYTES ? 8 * ED25519_BYTES : 0;
    else if (!read_rsa(key->key, bytes, key))
        key->bits = 0;
    if (key->bits == 0)
        refuse(key, DKIM_BAD_KEY, at);
}

/* ---- tags ---- */

/* Whether a list with colons has one of the words. */
static bool list_has(view list, const char *word, const char *other)
{
    view part;
    while (view_split(&list, ':', &part)) {
        size_t start = tags_space(part, 0);
        part = (view){part.at + start, part.length - start};
        while (part.length > 0 && tags_space(part, part.length - 1) == 1)
            part.length--;
        if (view_is(part, word) || view_is(part, other))
            return true;
    }
    return false;
}

static void note_type(dkim_key *key, view name, size_t at)
{
    key->type_name = name;
    key->type = view_is(name, "rsa") ? DKIM_RSA : view_is(name, "ed25519") ? DKIM_ED25519 : DKIM_OTHER_TYPE;
    if (key->type == DKIM_OTHER_TYPE)
        refuse(key, DKIM_UNKNOWN_TYPE, at);
}

static void note_tag(dkim_key *key, const tag *t, size_t at, bool is_first)
{
    if (view_is(t->name, "v") && (!is_first || !view_is(t->value, "DKIM1")))
        refuse(key, DKIM_BAD_VERSION, at);
    else if (view_is(t->name, "k"))
        note_type(key, t->value, at);
    else if (view_is(t->name, "h"))
        key->allows_sha256 = list_has(t->value, "sha256", "sha256");
    else if (view_is(t->name, "s"))
        key->allows_email = list_has(t->value, "*", "email");
    else if (view_is(t->name, "t"))
        key->is_testing = list_has(t->value, "y", "y");
    else if (view_is(t->name, "n"))
        key->notes = t->value;
    else if (view_is(t->name, "p")) {
        key->key = t->value;
        key->has_key = true;
    }
}

bool dkim_read(view record, dkim_key *key)
{
    tags_reader r;
    tag t;
    memset(key, 0, sizeof *key);
    key->type_name = view_of("rsa");
    key->allows_sha256 = key->allows_email = true;
    tags_begin(&r, record);
    for (bool is_first = true; tags_next(&r, &t); is_first = false)
        note_tag(key, &t, (size_t)(t.name.at - record.at), is_first);
    key->list_problem = r.problem;
    if (r.problem != TAGS_FINE)
        refuse(key, DKIM_BAD_LIST, r.problem_at);
    if (key->has_key)
        read_key(key, (size_t)(key->key.at - record.at));
    else
        refuse(key, DKIM_NO_KEY, record.length);
    return key->problem == DKIM_FINE;
}

bool dkim_is_meant(view text)
{
    tags_reader r;
    tag t;
    bool has_other = false;
    tags_begin(&r, text);
    while (tags_next(&r, &t)) {
        if (view_is(t.name, "v"))
            return view_is_ignoring_case(t.value, "DKIM1");
        if (view_is(t.name, "p"))
            return true;
        has_other = has_other || view_is(t.name, "k");
    }
    return has_other;
}

/* ---- two keys ---- */

static size_t length_without_space(view key)
{
    base64_reader r;
    size_t length = 0;
    base64_begin(&r, key);
    while (base64_next_character(&r) >= 0)
        length++;
    return length;
}

static size_t first_difference(view a, view b, size_t end)
{
    base64_reader left, right;
    size_t at = 0;
    base64_begin(&left, a);
    base64_begin(&right, b);
    while (at < end && base64_next_character(&left) == base64_next_character(&right))
        at++;
    return at;
}

bool dkim_same_key(const dkim_key *expected, const dkim_key *found, dkim_difference *difference)
{
    size_t expected_length = length_without_space(expected->key);
    size_t found_length = length_without_space(found->key);
    size_t shorter = expected_length < found_length ? expected_length : found_length;
    dkim_difference d = {.expected_length = expected_length, .found_length = found_length};
    d.is_other_type = !view_same(expected->type_name, found->type_name);
    d.offset = first_difference(expected->key, found->key, shorter);
    d.is_other_key = d.offset < shorter || expected_length != found_length;
    if (difference != NULL)
        *difference = d;
    return !d.is_other_type && !d.is_other_key;
}
