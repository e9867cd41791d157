/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "sign/sign.h"

#define ID "AKIDEXAMPLE0000000000000000000000000"
#define KEY "SecretKeyExample0000000000000000"

/* ---- the ten vectors ---- */

/* What a vector signs. Texts that its inputs leave out are copied from its results into `room`. */
typedef struct vector {
    const json_t *json;
    sign_header headers[3];
    sign_input input;
    char content_type[64];
    char host[64];
    char secret_id[64];
    char service[16];
} vector;

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* Copies what stands between two marks. */
static void cut(char *room, size_t size, const char *text, const char *before, const char *after)
{
    const char *start = strstr(text, before);
    assert_non_null(start);
    start += strlen(before);
    size_t length = strcspn(start, after);
    assert_true(length > 0 && length < size);
    memcpy(room, start, length);
    room[length] = '\0';
}

static const char *key_of(const char *name)
{
    if (strcmp(name, "P1") == 0)
        return "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";
    return strcmp(name, "P2") == 0 ? "********************************" : KEY;
}

static void load_vector(const char *name, const json_t *json, vector *v)
{
    const json_t *inputs = json_object_get(json, "inputs");
    const char *canonical = text_of(json, "canonical_request");
    const char *to_sign = text_of(json, "string_to_sign");
    memset(v, 0, sizeof *v);
    v->json = json;
    cut(v->content_type, sizeof v->content_type, canonical, "content-type:", "\n");
    cut(v->host, sizeof v->host, canonical, "\nhost:", "\n");
    cut(v->secret_id, sizeof v->secret_id, text_of(json, "authorization"), "Credential=", "/");
    cut(v->service, sizeof v->service, strchr(to_sign, '/'), "/", "/");
    v->headers[0] = (sign_header){"content-type", v->content_type};
    v->headers[1] = (sign_header){"host", v->host};
    const char *action = text_of(inputs, "action");
    v->headers[2] = (sign_header){"x-tc-action", action != NULL ? action : "DescribeInstances"};
    const char *payload = text_of(inputs, "payload");
    const char *method = text_of(inputs, "method");
    const char *query = text_of(inputs, "query");
    v->input = (sign_input){.secret_id = v->secret_id,
        .secret_key = key_of(name),
        .service = v->service,
        .method = method != NULL ? method : "POST",
        .query = query != NULL ? query : "",
        .payload = payload,
        .payload_length = payload != NULL ? strlen(payload) : 0,
        .headers = v->headers,
        .headers_count = strstr(canonical, "x-tc-action") != NULL ? 3 : 2,
        .unsigned_payload = strcmp(name, "D5") == 0,
        .timestamp = strtoll(strchr(to_sign, '\n') + 1, NULL, 10)};
    const json_t *timestamp = json_object_get(inputs, "timestamp");
    if (timestamp != NULL)
        assert_int_equal(v->input.timestamp, json_integer_value(timestamp));
}

static void expect_hex(const uint8_t hash[CRYPTO_HASH_BYTES], const char *hex)
{
    char text[2 * CRYPTO_HASH_BYTES + 1];
    for (size_t i = 0; i < CRYPTO_HASH_BYTES; i++)
        snprintf(text + 2 * i, 3, "%02x", hash[i]);
    assert_string_equal(text, hex);
}

static void expect_payload(const vector *v, const char *canonical)
{
    uint8_t hash[CRYPTO_HASH_BYTES];
    const char *wanted = text_of(v->json, "payload_sha256");
    const char *text = v->input.unsigned_payload ? "UNSIGNED-PAYLOAD" : v->input.payload;
    assert_int_equal(v->input.payload_length, json_integer_value(json_object_get(v->json, "payload_len")));
    assert_true(crypto_sha256(text, text != NULL ? strlen(text) : 0, hash));
    expect_hex(hash, wanted);
    assert_string_equal(strrchr(canonical, '\n') + 1, wanted);
}

static void expect_keys(const vector *v, const sign_day_key *day)
{
    uint8_t by_date[CRYPTO_HASH_BYTES], by_service[CRYPTO_HASH_BYTES];
    char secret[64];
    int length = snprintf(secret, sizeof secret, "TC3%s", v->input.secret_key);
    assert_true(crypto_hmac(secret, (size_t)length, day->date, strlen(day->date), by_date));
    expect_hex(by_date, text_of(v->json, "k_date"));
    assert_true(crypto_hmac(by_date, sizeof by_date, v->service, strlen(v->service), by_service));
    expect_hex(by_service, text_of(v->json, "k_service"));
    expect_hex(day->key, text_of(v->json, "k_signing"));
}

static void expect_stages(const vector *v, const sign_artefacts *done, const sign_day_key *day)
{
    uint8_t hash[CRYPTO_HASH_BYTES];
    const char *canonical = buffer_text(&done->canonical_request);
    const char *to_sign = buffer_text(&done->string_to_sign);
    assert_string_equal(canonical, text_of(v->json, "canonical_request"));
    expect_payload(v, canonical);
    assert_true(crypto_sha256(canonical, strlen(canonical), hash));
    expect_hex(hash, text_of(v->json, "hashed_canonical_request"));
    assert_string_equal(strrchr(to_sign, '\n') + 1, text_of(v->json, "hashed_canonical_request"));
    assert_string_equal(to_sign, text_of(v->json, "string_to_sign"));
    expect_keys(v, day);
    assert_string_equal(done->signature, text_of(v->json, "signature"));
    assert_string_equal(buffer_text(&done->authorization), text_of(v->json, "authorization"));
}

static json_t *load_vectors(void)
{
    json_t *vectors = json_load_file(TEST_DATA("tc3-vectors.json"), 0, NULL);
    assert_non_null(vectors);
    assert_int_equal(json_object_size(vectors), 10);
    return vectors;
}

static void test_sign__every_stage_of_the_ten_vectors(void **state)
{
    (void)state;
    json_t *vectors = load_vectors();
    const char *name;
    json_t *json;
    memory mem = memory_default();
    json_object_foreach(vectors, name, json)
    {
        vector v;
        sign_day_key day = {0};
        sign_artefacts done;
        load_vector(name, json, &v);
        sign_artefacts_init(&done, &mem);
        assert_int_equal(sign_run(&v.input, &day, &done, NULL), TCSES_OK);
        expect_stages(&v, &done, &day);
        sign_artefacts_free(&done);
    }
    json_decref(vectors);
}

/* One signer for all: the day's key must be renewed wherever it has to be. */
static void test_sign__exported_signer_agrees_with_the_vectors(void **state)
{
    (void)state;
    json_t *vectors = load_vectors();
    const char *name;
    json_t *json;
    tcses_signer *signer = NULL;
    assert_int_equal(tcses_signer_new(NULL, &signer, NULL), TCSES_OK);
    json_object_foreach(vectors, name, json)
    {
        vector v;
        load_vector(name, json, &v);
        tcses_sign_header headers[3];
        const tcses_sign_header *list[3];
        for (size_t i = 0; i < v.input.headers_count; i++) {
            tcses_sign_header_init(&headers[i], sizeof headers[i]);
            headers[i].name = v.headers[i].name;
            headers[i].value = v.headers[i].value;
            list[i] = &headers[i];
        }
        tcses_sign_request request = TCSES_SIGN_REQUEST_INIT;
        request.secret_id = v.input.secret_id;
        request.secret_key = v.input.secret_key;
        request.service = v.input.service;
        request.method = strcmp(v.input.method, "POST") == 0 ? NULL : v.input.method;
        request.query = v.input.query[0] == '\0' ? NULL : v.input.query;
        request.payload = v.input.payload;
        request.payload_length = v.input.payload_length;
        request.headers = list;
        request.headers_count = v.input.headers_count;
        request.unsigned_payload = v.input.unsigned_payload ? TCSES_TRUE : TCSES_UNSET;
        request.timestamp = v.input.timestamp;
        assert_int_equal(tcses_signer_sign(signer, &request, NULL), TCSES_OK);
        assert_string_equal(tcses_signer_canonical_request(signer), text_of(json, "canonical_request"));
        assert_string_equal(tcses_signer_string_to_sign(signer), text_of(json, "string_to_sign"));
        assert_string_equal(tcses_signer_signature(signer), text_of(json, "signature"));
        assert_string_equal(tcses_signer_authorization(signer), text_of(json, "authorization"));
    }
    tcses_signer_free(signer);
    json_decref(vectors);
}

/* ---- the day's key ---- */

static const sign_header plain_headers[] = {{"content-type", "application/json"}, {"host", "ses.tencentcloudapi.com"}};

static sign_input plain_input(void)
{
    return (sign_input){.secret_id = ID,
        .secret_key = KEY,
        .service = "ses",
        .method = "POST",
        .query = "",
        .payload = "{}",
        .payload_length = 2,
        .headers = plain_headers,
        .headers_count = 2,
        .timestamp = 1735689600};
}

/* Signs with a key in `day` that is not the right one: where it is kept, the signature must come out wrong. */
static bool keeps_day_key(const sign_input *input, sign_day_key *day)
{
    memory mem = memory_default();
    sign_artefacts done;
    sign_artefacts_init(&done, &mem);
    memset(day->key, 0xEE, sizeof day->key);
    assert_int_equal(sign_run(input, day, &done, NULL), TCSES_OK);
    sign_artefacts_free(&done);
    bool kept = true;
    for (size_t i = 0; i < sizeof day->key; i++)
        kept = kept && day->key[i] == 0xEE;
    return kept;
}

static sign_day_key day_key_for(const sign_input *input)
{
    memory mem = memory_default();
    sign_artefacts done;
    sign_day_key day = {0};
    sign_artefacts_init(&done, &mem);
    assert_int_equal(sign_run(input, &day, &done, NULL), TCSES_OK);
    sign_artefacts_free(&done);
    return day;
}

static void test_sign__day_key_is_kept_within_a_day(void **state)
{
    (void)state;
    sign_input input = plain_input();
    sign_day_key day = day_key_for(&input);
    assert_string_equal(day.date, "2025-01-01");
    input.timestamp += 86399;
    input.secret_id = "AKIDanother";
    input.payload = "{ }";
    input.payload_length = 3;
    assert_true(keeps_day_key(&input, &day));
}

static void test_sign__day_key_is_renewed_on_change(void **state)
{
    (void)state;
    const sign_input first = plain_input();
    sign_input next_day = first, day_before = first, other_service = first, other_key = first;
    next_day.timestamp += 86400;
    day_before.timestamp -= 1;
    other_service.service = "sts";
    other_key.secret_key = "SecretKeyExample0000000000000001";
    const sign_input *const changes[] = {&next_day, &day_before, &other_service, &other_key};
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        sign_day_key day = day_key_for(&first);
        sign_day_key fresh = day_key_for(changes[i]);
        assert_false(keeps_day_key(changes[i], &day));
        assert_memory_equal(&day, &fresh, sizeof day);
    }
}

/* ---- arguments of the exported signer ---- */

typedef struct fixture {
    tcses_signer *signer;
    tcses_sign_header items[40];
    const tcses_sign_header *headers[40];
    tcses_sign_request request;
} fixture;

static void set_header(fixture *f, size_t index, const char *name, const char *value)
{
    tcses_sign_header_init(&f->items[index], sizeof f->items[index]);
    f->items[index].name = name;
    f->items[index].value = value;
    f->headers[index] = &f->items[index];
}

static void fixture_init(fixture *f, const tcses_allocator *allocator)
{
    memset(f, 0, sizeof *f);
    assert_int_equal(tcses_signer_new(allocator, &f->signer, NULL), TCSES_OK);
    set_header(f, 0, "content-type", "application/json");
    set_header(f, 1, "host", "ses.tencentcloudapi.com");
    tcses_sign_request_init(&f->request, sizeof f->request);
    f->request.secret_id = ID;
    f->request.secret_key = KEY;
    f->request.service = "ses";
    f->request.payload = "{}";
    f->request.payload_length = 2;
    f->request.headers = f->headers;
    f->request.headers_count = 2;
    f->request.timestamp = 1735689600;
}

/* Signs, and expects a refusal that names the field; the last signature must stay as it was. */
static void expect_refusal(const fixture *f, const char *field)
{
    char before[256] = "";
    tcses_error *error = NULL;
    const char *authorization = tcses_signer_authorization(f->signer);
    if (authorization != NULL)
        snprintf(before, sizeof before, "%s", authorization);
    assert_int_equal(tcses_signer_sign(f->signer, &f->request, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, field);
    authorization = tcses_signer_authorization(f->signer);
    if (before[0] == '\0')
        assert_null(authorization);
    else
        assert_string_equal(authorization, before);
}

static void test_sign__refuses_arguments_by_field_name(void **state)
{
    (void)state;
    fixture good, f;
    fixture_init(&good, NULL);
#define REFUSED(change, field)         \
    do {                               \
        f = good;                      \
        f.request.headers = f.headers; \
        change;                        \
        expect_refusal(&f, field);     \
    } while (0)
    for (int signed_before = 0; signed_before < 2; signed_before++) {
        REFUSED(f.request.secret_id = NULL, "secret_id");
        REFUSED(f.request.secret_id = "", "secret_id");
        REFUSED(f.request.secret_id = "AKID\r\nX: y", "secret_id");
        REFUSED(f.request.secret_key = NULL, "secret_key");
        REFUSED(f.request.secret_key = "with space", "secret_key");
        REFUSED(f.request.service = NULL, "service");
        REFUSED(f.request.service = "", "service");
        REFUSED(f.request.service = "a/b", "service");
        REFUSED(f.request.service = "a2345678901234567890123456789012345678901234567890123456789012345", "service");
        REFUSED(f.request.method = "", "method");
        REFUSED(f.request.method = "GET /", "method");
        REFUSED(f.request.query = "a=b\nc", "query");
        REFUSED(f.request.payload = NULL, "payload");
        REFUSED(f.request.timestamp = -1, "timestamp");
        REFUSED(f.request.timestamp = 253402300800, "timestamp");
        REFUSED(f.request.unsigned_payload = 3, "unsigned_payload");
        REFUSED(f.request.unsigned_payload = -1, "unsigned_payload");
        REFUSED(f.request.reserved = 1, "reserved");
        REFUSED(f.request.size = 8, "request");
        REFUSED(f.request.headers = NULL, "headers");
        REFUSED(f.request.headers_count = 0, "headers");
        REFUSED(f.request.headers_count = 1, "headers");
        REFUSED(f.headers[1] = NULL, "headers[1]");
        REFUSED((f.items[1].size = 0, f.headers[1] = &f.items[1]), "headers[1]");
        REFUSED(set_header(&f, 1, NULL, "x"), "headers[1].name");
        REFUSED(set_header(&f, 1, "", "x"), "headers[1].name");
        REFUSED(set_header(&f, 1, "ho:st", "x"), "headers[1].name");
        REFUSED(set_header(&f, 1, "host", NULL), "headers[1].value");
        REFUSED(set_header(&f, 1, "host", "a\nb"), "headers[1].value");
        REFUSED((set_header(&f, 2, "HOST", "b"), f.request.headers_count = 3), "headers");
        REFUSED(set_header(&f, 1, "x-other", "b"), "headers");
        assert_int_equal(tcses_signer_sign(good.signer, &good.request, NULL), TCSES_OK);
    }
#undef REFUSED
    tcses_signer_free(good.signer);
}

static void test_sign__null_signer_request_and_out(void **state)
{
    (void)state;
    tcses_error *error = NULL;
    fixture f;
    fixture_init(&f, NULL);
    assert_int_equal(tcses_signer_sign(NULL, &f.request, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "signer");
    assert_int_equal(tcses_signer_sign(f.signer, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "request");
    assert_int_equal(tcses_signer_new(NULL, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "out");
    assert_null(tcses_signer_authorization(f.signer));
    assert_null(tcses_signer_signature(f.signer));
    assert_null(tcses_signer_canonical_request(f.signer));
    assert_null(tcses_signer_string_to_sign(f.signer));
    assert_null(tcses_signer_authorization(NULL));
    tcses_signer_free(f.signer);
    tcses_signer_free(NULL);
}

static void test_sign__takes_32_headers_and_refuses_33(void **state)
{
    (void)state;
    char names[33][8];
    fixture f;
    fixture_init(&f, NULL);
    for (size_t i = 2; i < 33; i++) {
        snprintf(names[i], sizeof names[i], "x-%02zu", i);
        set_header(&f, i, names[i], "v");
    }
    f.request.headers_count = 33;
    expect_refusal(&f, "headers");
    f.request.headers_count = 32;
    assert_int_equal(tcses_signer_sign(f.signer, &f.request, NULL), TCSES_OK);
    assert_non_null(strstr(tcses_signer_canonical_request(f.signer), "\nx-31:v\n"));
    tcses_signer_free(f.signer);
}

static void test_sign__sorts_lowers_and_trims_headers(void **state)
{
    (void)state;
    fixture f;
    fixture_init(&f, NULL);
    set_header(&f, 0, "X-TC-Action", " CreateEmailIdentity\t");
    set_header(&f, 1, "HOST", "  ses.tencentcloudapi.com ");
    set_header(&f, 2, "Content-Type", "application/json; Charset=UTF-8");
    set_header(&f, 3, "X-Blank", "");
    f.request.headers_count = 4;
    assert_int_equal(tcses_signer_sign(f.signer, &f.request, NULL), TCSES_OK);
    assert_string_equal(tcses_signer_canonical_request(f.signer),
        "POST\n/\n\ncontent-type:application/json; Charset=UTF-8\nhost:ses.tencentcloudapi.com\nx-blank:\n"
        "x-tc-action:createemailidentity\n\ncontent-type;host;x-blank;x-tc-action\n"
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    assert_non_null(
        strstr(tcses_signer_authorization(f.signer), "SignedHeaders=content-type;host;x-blank;x-tc-action,"));
    tcses_signer_free(f.signer);
}

static void test_sign__sorts_a_name_before_those_that_begin_with_it(void **state)
{
    (void)state;
    static const char *const orders[2][3] = {{"X-A", "x-a-b", "x-A0"}, {"x-a0", "x-a-b", "X-A"}};
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        fixture f;
        fixture_init(&f, NULL);
        for (size_t k = 0; k < 3; k++)
            set_header(&f, 2 + k, orders[i][k], "v");
        f.request.headers_count = 5;
        assert_int_equal(tcses_signer_sign(f.signer, &f.request, NULL), TCSES_OK);
        assert_non_null(
            strstr(tcses_signer_authorization(f.signer), "SignedHeaders=content-type;host;x-a;x-a-b;x-a0,"));
        tcses_signer_free(f.signer);
    }
}

static void test_sign__takes_the_first_and_last_timestamp(void **state)
{
    (void)state;
    fixture f;
    fixture_init(&f, NULL);
    f.request.timestamp = 0;
    assert_int_equal(tcses_signer_sign(f.signer, &f.request, NULL), TCSES_OK);
    assert_non_null(strstr(tcses_signer_string_to_sign(f.signer), "\n0\n1970-01-01/ses/"));
    f.request.timestamp = 253402300799;
    assert_int_equal(tcses_signer_sign(f.signer, &f.request, NULL), TCSES_OK);
    assert_non_null(strstr(tcses_signer_string_to_sign(f.signer), "\n253402300799\n9999-12-31/ses/"));
    tcses_signer_free(f.signer);
}

/* ---- memory ---- */

static void test_sign__every_allocation_may_fail(void **state)
{
    (void)state;
    size_t failures = 0;
    for (size_t n = 1;; n++) {
        test_memory m;
        tcses_signer *signer = NULL;
        tcses_error *error = NULL;
        test_memory_init(&m);
        m.fail_at = n;
        tcses_status status = tcses_signer_new(&m.allocator, &signer, &error);
        fixture f;
        fixture_init(&f, NULL);
        tcses_signer_free(f.signer);
        if (status == TCSES_OK)
            status = tcses_signer_sign(signer, &f.request, &error);
        bool reached = m.taken >= n;
        if (status != TCSES_OK) {
            failures++;
            expect_error(error, TCSES_ERR_MEMORY, NULL);
            assert_null(tcses_signer_signature(signer));
        }
        assert_int_equal(status == TCSES_OK, !reached);
        /* The signer is as good as new. */
        m.fail_at = 0;
        if (signer != NULL) {
            assert_int_equal(tcses_signer_sign(signer, &f.request, NULL), TCSES_OK);
            assert_string_equal(
                tcses_signer_signature(signer), "7a77eced08672bdd1055ac657035202362a6985d2e9b66cc0530a0b93c9d0e32");
        }
        tcses_signer_free(signer);
        assert_int_equal(m.live, 0);
        if (!reached)
            break;
    }
    assert_true(failures >= 6);
}

static void test_sign__leaves_no_secret_in_released_memory(void **state)
{
    (void)state;
    test_memory m;
    test_memory_init(&m);
    m.look = KEY;
    fixture f;
    fixture_init(&f, &m.allocator);
    assert_int_equal(tcses_signer_sign(f.signer, &f.request, NULL), TCSES_OK);
    tcses_signer_free(f.signer);
    assert_int_equal(m.live, 0);
    assert_int_equal(m.found, 0);
}

static void test_sign__a_failure_keeps_the_last_results(void **state)
{
    (void)state;
    test_memory m;
    test_memory_init(&m);
    fixture f;
    fixture_init(&f, &m.allocator);
    assert_int_equal(tcses_signer_sign(f.signer, &f.request, NULL), TCSES_OK);
    char signature[65], canonical[512];
    snprintf(signature, sizeof signature, "%s", tcses_signer_signature(f.signer));
    snprintf(canonical, sizeof canonical, "%s", tcses_signer_canonical_request(f.signer));
    f.request.payload = "{\"other\":1}";
    f.request.payload_length = 11;
    /* Its error object is made, the first buffer is not. */
    m.fail_at = m.taken + 2;
    tcses_error *error = NULL;
    assert_int_equal(tcses_signer_sign(f.signer, &f.request, &error), TCSES_ERR_MEMORY);
    expect_error(error, TCSES_ERR_MEMORY, NULL);
    assert_string_equal(tcses_signer_signature(f.signer), signature);
    assert_string_equal(tcses_signer_canonical_request(f.signer), canonical);
    tcses_signer_free(f.signer);
    assert_int_equal(m.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sign__every_stage_of_the_ten_vectors),
        cmocka_unit_test(test_sign__exported_signer_agrees_with_the_vectors),
        cmocka_unit_test(test_sign__day_key_is_kept_within_a_day),
        cmocka_unit_test(test_sign__day_key_is_renewed_on_change),
        cmocka_unit_test(test_sign__refuses_arguments_by_field_name),
        cmocka_unit_test(test_sign__null_signer_request_and_out),
        cmocka_unit_test(test_sign__takes_32_headers_and_refuses_33),
        cmocka_unit_test(test_sign__sorts_lowers_and_trims_headers),
        cmocka_unit_test(test_sign__sorts_a_name_before_those_that_begin_with_it),
        cmocka_unit_test(test_sign__takes_the_first_and_last_timestamp),
        cmocka_unit_test(test_sign__every_allocation_may_fail),
        cmocka_unit_test(test_sign__leaves_no_secret_in_released_memory),
        cmocka_unit_test(test_sign__a_failure_keeps_the_last_results),
    };
    return cmocka_run_group_tests_name("sign", tests, NULL, NULL);
}
