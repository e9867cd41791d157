/* SPDX-License-Identifier: Apache-2.0 */
#include "dkim_keys.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#define ATTRIBUTE(type, name, value)                                             \
    {                                                                            \
        sizeof(tcses_dns_attribute), (type), (name), (value), "", TCSES_FALSE, 0 \
    }

typedef struct case_set {
    tcses_dns_attribute attributes[8];
    const tcses_dns_attribute *list[8];
    tcses_record_set_request request;
} case_set;

static void case_init(case_set *c, const char *domain, const char *zone, size_t count)
{
    memset(c, 0, sizeof *c);
    tcses_record_set_request_init(&c->request, sizeof c->request);
    for (size_t i = 0; i < count; i++)
        c->list[i] = &c->attributes[i];
    c->request.domain = domain;
    c->request.zone = zone;
    c->request.attributes = c->list;
    c->request.attributes_count = count;
}

static void case_put(case_set *c, const char *type, const char *name, const char *value)
{
    c->attributes[0] = (tcses_dns_attribute)ATTRIBUTE(type, name, value);
}

/* The four records of a domain as the service answers them, not in our order. */
static void case_four(case_set *c, const char *zone)
{
    case_init(c, "mail.example.com", zone, 5);
    c->attributes[0] = (tcses_dns_attribute)ATTRIBUTE("TXT", "_dmarc.mail.example.com", "v=DMARC1; p=none");
    c->attributes[1] = (tcses_dns_attribute)ATTRIBUTE(
        "TXT", "qcloud._domainkey.mail.example.com", "v=DKIM1; k=rsa; p=" K1024);
    c->attributes[2] = (tcses_dns_attribute)ATTRIBUTE("MX", "mail.example.com", "mxbiz1.qq.com.");
    c->attributes[3] = (tcses_dns_attribute)ATTRIBUTE("TXT", "Mail.Example.Com.", "v=spf1 include:qcloudmail.com ~all");
    c->attributes[4] = (tcses_dns_attribute)ATTRIBUTE(
        "TXT", "qcloud2._domainkey.mail.example.com", "v=DKIM1; k=rsa; p=" K2048);
    c->attributes[2].status = TCSES_TRUE;
    c->attributes[2].current_value = "mxbiz1.qq.com.";
    c->attributes[3].current_value = NULL;
}

static const tcses_record_set *set_of(const case_set *c)
{
    const tcses_record_set *set = NULL;
    tcses_error *error = NULL;
    if (tcses_record_set_new(&c->request, NULL, &set, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    assert_null(error);
    return set;
}

static void test_records__are_classified_and_sorted(void **state)
{
    (void)state;
    static const struct {
        int32_t purpose;
        const char *type, *name, *relative, *value, *selector, *key_type, *current;
        int32_t priority, key_bits, status;
    } expected[] = {
        {TCSES_PURPOSE_MX, "MX", "mail.example.com", "mail", "mxbiz1.qq.com", NULL, NULL, "mxbiz1.qq.com.", 10, 0,
            TCSES_TRUE},
        {TCSES_PURPOSE_SPF, "TXT", "mail.example.com", "mail", "v=spf1 include:qcloudmail.com ~all", NULL, NULL, NULL,
            0, 0, TCSES_FALSE},
        {TCSES_PURPOSE_DKIM, "TXT", "qcloud._domainkey.mail.example.com", "qcloud._domainkey.mail",
            "v=DKIM1; k=rsa; p=" K1024, "qcloud", "rsa", "", 0, 1024, TCSES_FALSE},
        {TCSES_PURPOSE_DKIM, "TXT", "qcloud2._domainkey.mail.example.com", "qcloud2._domainkey.mail",
            "v=DKIM1; k=rsa; p=" K2048, "qcloud2", "rsa", "", 0, 2048, TCSES_FALSE},
        {TCSES_PURPOSE_DMARC, "TXT", "_dmarc.mail.example.com", "_dmarc.mail", "v=DMARC1; p=none", NULL, NULL, "", 0, 0,
            TCSES_FALSE},
    };
    case_set c;
    case_four(&c, "example.com");
    const tcses_record_set *set = set_of(&c);
    memset(&c, 0xA5, sizeof c); /* the set depends on nothing */
    assert_int_equal(set->size, sizeof *set);
    assert_string_equal(set->domain, "mail.example.com");
    assert_string_equal(set->zone, "example.com");
    assert_int_equal(set->records_count, COUNT_OF(expected));
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        const tcses_record *r = set->records[i];
        assert_int_equal(r->size, sizeof *r);
        assert_int_equal(r->purpose, expected[i].purpose);
        assert_string_equal(r->type, expected[i].type);
        assert_string_equal(r->name, expected[i].name);
        assert_string_equal(r->relative_name, expected[i].relative);
        assert_string_equal(r->value, expected[i].value);
        assert_true((r->selector == NULL) == (expected[i].selector == NULL));
        assert_true(r->selector == NULL || strcmp(r->selector, expected[i].selector) == 0);
        assert_true((r->key_type == NULL) == (expected[i].key_type == NULL));
        assert_true(r->key_type == NULL || strcmp(r->key_type, expected[i].key_type) == 0);
        assert_true((r->current_value == NULL) == (expected[i].current == NULL));
        assert_true(r->current_value == NULL || strcmp(r->current_value, expected[i].current) == 0);
        assert_int_equal(r->priority, expected[i].priority);
        assert_int_equal(r->key_bits, expected[i].key_bits);
        assert_int_equal(r->status, expected[i].status);
        assert_int_equal(r->ttl, 600);
    }
    tcses_record_set_free(set);
}

static void test_records__are_told_apart_by_name_and_value(void **state)
{
    (void)state;
    static const struct {
        const char *type, *name, *value;
        int32_t purpose;
        const char *selector;
    } cases[] = {
        {"mx", "a.b", "x.y", TCSES_PURPOSE_MX, NULL},
        {"MX", "_dmarc.a.b", "x.y", TCSES_PURPOSE_MX, NULL},
        {"TXT", "a.b", "v=spf1", TCSES_PURPOSE_SPF, NULL},
        {"txt", "a.b", "V=SPF1 wrong", TCSES_PURPOSE_SPF, NULL},
        {"TXT", "a.b", "v=spf10", TCSES_PURPOSE_OTHER, NULL},
        {"TXT", "a.b", "", TCSES_PURPOSE_OTHER, NULL},
        {"TXT", "a.b", "v=DKIM1; p=", TCSES_PURPOSE_OTHER, NULL},
        {"TXT", "a.b", "v=DMARC1; p=none", TCSES_PURPOSE_OTHER, NULL},
        {"TXT", "_DMARC.a.b", "anything", TCSES_PURPOSE_DMARC, NULL},
        {"TXT", "x_dmarc.a.b", "v=spf1 -all", TCSES_PURPOSE_SPF, NULL},
        {"TXT", "S1._DomainKey.a.b", "v=spf1 -all", TCSES_PURPOSE_DKIM, "s1"},
        {"TXT", "one.two._domainkey.a.b", "no key", TCSES_PURPOSE_DKIM, "one.two"},
        {"TXT", "_domainkey.a.b", "o=-", TCSES_PURPOSE_OTHER, NULL},
        {"TXT", "x._domainkeys.a.b", "p=", TCSES_PURPOSE_OTHER, NULL},
        {"CNAME", "s1._domainkey.a.b", "k.example.net.", TCSES_PURPOSE_DKIM, "s1"},
        {"CNAME", "x.a.b", "v=spf1.example.net", -1, NULL},
        {"CNAME", "x.a.b", "y.example.net", TCSES_PURPOSE_OTHER, NULL},
        {"SRV", "_x._tcp.a.b", "1 2 3 host.example.net.", TCSES_PURPOSE_OTHER, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        case_set c;
        const tcses_record_set *set = NULL;
        case_init(&c, "a.b", NULL, 1);
        case_put(&c, cases[i].type, cases[i].name, cases[i].value);
        tcses_status status = tcses_record_set_new(&c.request, NULL, &set, NULL);
        assert_int_equal(status, cases[i].purpose < 0 ? TCSES_ERR_ARGUMENT : TCSES_OK);
        if (status != TCSES_OK)
            continue;
        if (set->records[0]->purpose != cases[i].purpose)
            fail_msg("%zu: %s", i, tcses_purpose_name(set->records[0]->purpose));
        const char *selector = set->records[0]->selector;
        assert_true((selector == NULL) == (cases[i].selector == NULL));
        assert_true(selector == NULL || strcmp(selector, cases[i].selector) == 0);
        assert_null(set->records[0]->relative_name);
        assert_null(set->zone);
        tcses_record_set_free(set);
    }
}

static void test_records__purposes_have_names(void **state)
{
    (void)state;
    assert_string_equal(tcses_purpose_name(TCSES_PURPOSE_OTHER), "OTHER");
    assert_string_equal(tcses_purpose_name(TCSES_PURPOSE_MX), "MX");
    assert_string_equal(tcses_purpose_name(TCSES_PURPOSE_SPF), "SPF");
    assert_string_equal(tcses_purpose_name(TCSES_PURPOSE_DKIM), "DKIM");
    assert_string_equal(tcses_purpose_name(TCSES_PURPOSE_DMARC), "DMARC");
    assert_string_equal(tcses_purpose_name(5), "OTHER");
    assert_string_equal(tcses_purpose_name(-1), "OTHER");
}

static void test_records__others_come_last(void **state)
{
    (void)state;
    case_set c;
    case_init(&c, "a.b", "a.b", 3);
    c.attributes[0] = (tcses_dns_attribute)ATTRIBUTE("TXT", "a.b", "first");
    c.attributes[1] = (tcses_dns_attribute)ATTRIBUTE("TXT", "a.b", "second");
    c.attributes[2] = (tcses_dns_attribute)ATTRIBUTE("TXT", "_dmarc.a.b", "v=DMARC1; p=none");
    const tcses_record_set *set = set_of(&c);
    assert_int_equal(set->records[0]->purpose, TCSES_PURPOSE_DMARC);
    assert_string_equal(set->records[1]->value, "first");
    assert_string_equal(set->records[1]->relative_name, "@");
    assert_string_equal(set->records[2]->value, "second");
    tcses_record_set_free(set);
}

static void test_records__keys_that_can_not_be_read_have_no_type(void **state)
{
    (void)state;
    static const struct {
        const char *value, *key_type;
        int32_t bits;
    } cases[] = {
        {"k=ed25519; p=" ED, "ed25519", 256},
        {"k=rsa; p=" K2048, "rsa", 2048},
        {"v=DKIM1; p=", NULL, 0},
        {"v=DKIM1; k=rsa; p=AAAA", NULL, 0},
        {"k=dsa; p=" K1024, NULL, 0},
        {"nothing", NULL, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        case_set c;
        case_init(&c, "a.b", NULL, 1);
        case_put(&c, "TXT", "s._domainkey.a.b", cases[i].value);
        const tcses_record_set *set = set_of(&c);
        assert_int_equal(set->records[0]->key_bits, cases[i].bits);
        assert_true((set->records[0]->key_type == NULL) == (cases[i].key_type == NULL));
        if (cases[i].key_type != NULL)
            assert_string_equal(set->records[0]->key_type, cases[i].key_type);
        tcses_record_set_free(set);
    }
}

static void test_records__hosts_of_mx(void **state)
{
    (void)state;
    static const struct {
        const char *value, *host; /* NULL: refused */
        int32_t priority;
    } cases[] = {
        {"mxbiz1.qq.com", "mxbiz1.qq.com", 25},
        {"MXBIZ1.qq.com.", "mxbiz1.qq.com", 25},
        {"5 mxbiz1.qq.com.", "mxbiz1.qq.com", 5},
        {"0 mxbiz1.qq.com", "mxbiz1.qq.com", 0},
        {" 65535\t mxbiz1.qq.com ", "mxbiz1.qq.com", 65535},
        {"10.qq.com", "10.qq.com", 25},
        {"99999.qq.com", NULL, 0},
        {"65536 mxbiz1.qq.com", NULL, 0},
        {"99999999999 mxbiz1.qq.com", NULL, 0},
        {"-1 mxbiz1.qq.com", NULL, 0},
        {"5 5 mxbiz1.qq.com", NULL, 0},
        {"5", NULL, 0},
        {"", NULL, 0},
        {".", NULL, 0},
        {"localhost", NULL, 0},
        {"mxbiz1.qq.com..", NULL, 0},
        {"mxbiz1.qq.com\nevil", NULL, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        case_set c;
        const tcses_record_set *set = NULL;
        tcses_error *error = NULL;
        case_init(&c, "a.b", NULL, 1);
        c.request.mx_priority = 25;
        case_put(&c, "MX", "a.b", cases[i].value);
        tcses_status status = tcses_record_set_new(&c.request, NULL, &set, &error);
        if ((status == TCSES_OK) != (cases[i].host != NULL))
            fail_msg("%s: %s", cases[i].value, tcses_error_message(error));
        if (set != NULL) {
            assert_string_equal(set->records[0]->value, cases[i].host);
            assert_int_equal(set->records[0]->priority, cases[i].priority);
        } else {
            assert_string_equal(tcses_error_field(error), "attributes[0].expected_value");
        }
        tcses_record_set_free(set);
        tcses_error_free(error);
    }
}

static void test_records__names_are_relative_at_the_border_of_a_label(void **state)
{
    (void)state;
    static const struct {
        const char *name, *zone, *relative; /* NULL: refused */
    } cases[] = {
        {"mail.example.com", "example.com", "mail"},
        {"mail.example.com", "Example.COM.", "mail"},
        {"example.com", "example.com", "@"},
        {"_dmarc.a.b.example.com", "example.com", "_dmarc.a.b"},
        {"_dmarc.a.b.example.com", "b.example.com", "_dmarc.a"},
        {"mailexample.com", "example.com", NULL},
        {"example.com", "mail.example.com", NULL},
        {"mail.example.com.cn", "example.com", NULL},
        {"mail.example.org", "example.com", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        case_set c;
        const tcses_record_set *set = NULL;
        tcses_error *error = NULL;
        case_init(&c, cases[i].zone, cases[i].zone, 1);
        case_put(&c, "TXT", cases[i].name, "x");
        tcses_status status = tcses_record_set_new(&c.request, NULL, &set, &error);
        if (cases[i].relative != NULL) {
            assert_int_equal(status, TCSES_OK);
            assert_string_equal(set->records[0]->relative_name, cases[i].relative);
        } else {
            assert_int_equal(status, TCSES_ERR_ARGUMENT);
            assert_string_equal(tcses_error_field(error), "zone");
            assert_non_null(strstr(tcses_error_message(error), cases[i].name));
            assert_non_null(strstr(tcses_error_message(error), cases[i].zone));
        }
        tcses_record_set_free(set);
        tcses_error_free(error);
    }
}

static void expect_refused(const case_set *c, const char *field)
{
    const tcses_record_set *set = (const tcses_record_set *)(uintptr_t)1;
    tcses_error *error = NULL;
    tcses_status status = tcses_record_set_new(&c->request, NULL, &set, &error);
    if (status != TCSES_ERR_ARGUMENT || strcmp(tcses_error_field(error), field) != 0)
        fail_msg("%s: %s", field, tcses_error_message(error));
    assert_null(set);
    tcses_error_free(error);
}

static void test_records__arguments_are_checked(void **state)
{
    (void)state;
    case_set c;
    tcses_error *error = NULL;
    const tcses_record_set *set = NULL;
    assert_int_equal(tcses_record_set_new(NULL, NULL, &set, &error), TCSES_ERR_ARGUMENT);
    assert_string_equal(tcses_error_field(error), "request");
    tcses_error_free(error);
    case_four(&c, NULL);
    assert_int_equal(tcses_record_set_new(&c.request, NULL, NULL, NULL), TCSES_ERR_ARGUMENT);
#define REFUSED(change, field)    \
    case_four(&c, "example.com"); \
    c.change;                     \
    expect_refused(&c, field)
    REFUSED(request.size = 1, "request");
    REFUSED(request.reserved = 1, "reserved");
    REFUSED(request.ttl = -1, "ttl");
    REFUSED(request.mx_priority = -1, "mx_priority");
    REFUSED(request.mx_priority = 65536, "mx_priority");
    REFUSED(request.domain = NULL, "domain");
    REFUSED(request.domain = "no domain", "domain");
    REFUSED(request.domain = "example.org", "zone");
    REFUSED(request.zone = "com", "zone");
    REFUSED(request.zone = "", "zone");
    REFUSED(request.attributes = NULL, "attributes");
    REFUSED(list[4] = NULL, "attributes[4]");
    REFUSED(attributes[1].size = 0, "attributes[1]");
    REFUSED(attributes[1].type = NULL, "attributes[1].type");
    REFUSED(attributes[1].type = "", "attributes[1].type");
    REFUSED(attributes[1].type = "T T", "attributes[1].type");
    REFUSED(attributes[1].type = "ABCDEFGHIJKLMNOP", "attributes[1].type");
    REFUSED(attributes[1].send_domain = NULL, "attributes[1].send_domain");
    REFUSED(attributes[1].send_domain = "a b.example.com", "attributes[1].send_domain");
    REFUSED(attributes[1].expected_value = NULL, "attributes[1].expected_value");
    case_four(&c, NULL);
    c.request.attributes_count = 0;
    c.request.attributes = NULL;
    set = set_of(&c);
    assert_int_equal(set->records_count, 0);
    tcses_record_set_free(set);
    tcses_record_set_free(NULL);
}

static void test_records__a_text_has_the_length_that_dns_can_hold(void **state)
{
    (void)state;
    case_set c;
    char *value = malloc(64772);
    memset(value, 'a', 64771);
    value[64771] = '\0';
    case_init(&c, "a.b", NULL, 1);
    case_put(&c, "TXT", "a.b", value);
    expect_refused(&c, "attributes[0].expected_value");
    value[64770] = '\0';
    const tcses_record_set *set = set_of(&c);
    assert_int_equal(strlen(set->records[0]->value), 64770);
    tcses_record_set_free(set);
    free(value);
}

static void test_records__ttl_and_priority_can_be_told(void **state)
{
    (void)state;
    case_set c;
    case_four(&c, NULL);
    c.request.ttl = 3600;
    c.request.mx_priority = 1;
    const tcses_record_set *set = set_of(&c);
    assert_int_equal(set->records[0]->priority, 1);
    for (size_t i = 0; i < set->records_count; i++)
        assert_int_equal(set->records[i]->ttl, 3600);
    tcses_record_set_free(set);
}

/* The more records, the later a chunk of memory ends: each allocation is the one that fails at some time. */
static void test_records__memory_may_run_out_anywhere(void **state)
{
    (void)state;
    for (size_t count = 1; count < 80; count++) {
        case_set c;
        const tcses_dns_attribute *list[80];
        case_four(&c, "example.com");
        c.attributes[3].current_value = "v=spf1 -all";
        for (size_t i = 0; i < count; i++)
            list[i] = &c.attributes[i % 5];
        c.request.attributes = list;
        c.request.attributes_count = count;
        for (size_t n = 1, reached = 1; reached; n++) {
            test_memory m;
            const tcses_record_set *set = NULL;
            test_memory_init(&m);
            m.fail_at = n;
            tcses_status status = tcses_record_set_new(&c.request, &m.allocator, &set, NULL);
            reached = m.taken >= n;
            assert_int_equal(status, reached ? TCSES_ERR_MEMORY : TCSES_OK);
            tcses_record_set_free(set);
            assert_int_equal(m.live, 0);
        }
    }
}

/* ---- from JSON ---- */

#define SPF_JSON "{\"Type\":\"TXT\",\"SendDomain\":\"a.b\",\"ExpectedValue\":\"v=spf1 -all\",\"Status\":true}"
#define DMARC_JSON "{\"Type\":\"TXT\",\"SendDomain\":\"_dmarc.a.b\",\"ExpectedValue\":\"v=DMARC1; p=none\"}"
#define MX_JSON "{\"Type\":\"MX\",\"SendDomain\":\"A.b\",\"ExpectedValue\":\"m.x\",\"CurrentValue\":\"\"}"

static void test_records__come_from_a_saved_answer(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "{\"Response\":{\"Attributes\":[" DMARC_JSON "," SPF_JSON "],\"RequestId\":\"x\"}}",
        "{\"Response\":{\"IdentityType\":\"DOMAIN\",\"Attributes\":[null," DMARC_JSON
        ",{\"Type\":\"MX\",\"SendDomain\":"
        "\"a.b\",\"ExpectedValue\":\"m.x\"}]}}",
        "{\"EmailIdentity\":\"a.b\",\"Attributes\":[" DMARC_JSON "]}",
        "{\"EmailIdentity\":null,\"Response\":null,\"Attributes\":[" DMARC_JSON "," MX_JSON "]}",
    };
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        const tcses_record_set *set = NULL;
        tcses_error *error = NULL;
        if (tcses_record_set_from_json(answers[i], strlen(answers[i]), NULL, NULL, &set, &error) != TCSES_OK)
            fail_msg("%zu: %s", i, tcses_error_message(error));
        assert_string_equal(set->domain, "a.b");
        assert_string_equal(set->records[set->records_count - 1]->value, "v=DMARC1; p=none");
        tcses_record_set_free(set);
    }
}

static void test_records__a_request_goes_with_a_saved_answer(void **state)
{
    (void)state;
    static const char answer[] = "{\"Response\":{\"Attributes\":[" SPF_JSON "," MX_JSON "]}}";
    tcses_record_set_request request = TCSES_RECORD_SET_REQUEST_INIT;
    const tcses_record_set *set = NULL;
    request.domain = "x.a.b";
    request.zone = "a.b";
    request.ttl = 60;
    request.attributes_count = 7; /* not looked at */
    assert_int_equal(tcses_record_set_from_json(answer, strlen(answer), &request, NULL, &set, NULL), TCSES_OK);
    assert_string_equal(set->domain, "x.a.b");
    assert_int_equal(set->records_count, 2);
    assert_string_equal(set->records[0]->relative_name, "@");
    assert_string_equal(set->records[0]->current_value, "");
    assert_int_equal(set->records[1]->ttl, 60);
    assert_int_equal(set->records[1]->status, TCSES_TRUE);
    assert_null(set->records[1]->current_value);
    tcses_record_set_free(set);
}

static void test_records__an_answer_that_is_none_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        tcses_status status;
        const char *field;
    } cases[] = {
        {"", TCSES_ERR_RESPONSE, NULL},
        {"[]", TCSES_ERR_RESPONSE, NULL},
        {"{\"a\":1,\"a\":2}", TCSES_ERR_RESPONSE, NULL},
        {"{\"Response\":[]}", TCSES_ERR_RESPONSE, "Response"},
        {"{\"Response\":{\"Error\":{\"Code\":\"x\"}}}", TCSES_ERR_RESPONSE, "Response.Error"},
        {"{}", TCSES_ERR_RESPONSE, "Attributes"},
        {"{\"Response\":{\"Attributes\":[]}}", TCSES_ERR_RESPONSE, "Attributes"},
        {"{\"Response\":{\"Attributes\":7}}", TCSES_ERR_RESPONSE, "Response.Attributes"},
        {"{\"Attributes\":[[]]}", TCSES_ERR_RESPONSE, "Attributes[0]"},
        {"{\"Attributes\":[{\"Type\":[]}]}", TCSES_ERR_RESPONSE, "Attributes[0].Type"},
        {"{\"Response\":{\"EmailIdentity\":\"a.b\",\"Attributes\":[{}]}}", TCSES_ERR_RESPONSE,
            "Response.Attributes[0].Type"},
        {"{\"EmailIdentity\":\"a.b\",\"Attributes\":[{\"Type\":\"TXT\"}]}", TCSES_ERR_RESPONSE,
            "Attributes[0].SendDomain"},
        {"{\"EmailIdentity\":\"a.b\",\"Attributes\":[" MX_JSON ",{\"Type\":\"TXT\",\"SendDomain\":\"a.b\"}]}",
            TCSES_ERR_RESPONSE, "Attributes[1].ExpectedValue"},
        {"{\"EmailIdentity\":\"nothing\",\"Attributes\":[" MX_JSON "]}", TCSES_ERR_ARGUMENT, "domain"},
        {"{\"Attributes\":[" DMARC_JSON "]}", TCSES_ERR_ARGUMENT, "domain"},
        {"{\"Attributes\":[{\"Type\":\"MX\"}]}", TCSES_ERR_ARGUMENT, "domain"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const tcses_record_set *set = (const tcses_record_set *)(uintptr_t)1;
        tcses_error *error = NULL;
        tcses_status status = tcses_record_set_from_json(
            cases[i].json, strlen(cases[i].json), NULL, NULL, &set, &error);
        const char *field = tcses_error_field(error);
        bool is_same = field == NULL || cases[i].field == NULL ? field == cases[i].field
                                                               : strcmp(field, cases[i].field) == 0;
        if (status != cases[i].status || !is_same)
            fail_msg("%s: %s (%s)", cases[i].json, tcses_error_message(error), field);
        assert_null(set);
        tcses_error_free(error);
    }
}

static void test_records__an_answer_about_another_domain_is_refused(void **state)
{
    (void)state;
    static const char answer[] = "{\"EmailIdentity\":\"A.b\",\"Attributes\":[" MX_JSON "]}";
    tcses_record_set_request request = TCSES_RECORD_SET_REQUEST_INIT;
    const tcses_record_set *set = NULL;
    tcses_error *error = NULL;
    request.domain = "a.b.";
    assert_int_equal(tcses_record_set_from_json(answer, strlen(answer), &request, NULL, &set, NULL), TCSES_OK);
    tcses_record_set_free(set);
    request.domain = "c.d";
    assert_int_equal(
        tcses_record_set_from_json(answer, strlen(answer), &request, NULL, &set, &error), TCSES_ERR_ARGUMENT);
    assert_string_equal(tcses_error_message(error), "domain: the answer is about A.b");
    tcses_error_free(error);
    request.ttl = -1;
    assert_int_equal(tcses_record_set_from_json(answer, 1, &request, NULL, &set, &error), TCSES_ERR_ARGUMENT);
    assert_string_equal(tcses_error_field(error), "ttl");
    tcses_error_free(error);
    assert_int_equal(tcses_record_set_from_json(NULL, 0, NULL, NULL, &set, &error), TCSES_ERR_ARGUMENT);
    assert_string_equal(tcses_error_field(error), "json");
    tcses_error_free(error);
    assert_int_equal(tcses_record_set_from_json(answer, strlen(answer), NULL, NULL, NULL, NULL), TCSES_ERR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records__are_classified_and_sorted),
        cmocka_unit_test(test_records__are_told_apart_by_name_and_value),
        cmocka_unit_test(test_records__purposes_have_names),
        cmocka_unit_test(test_records__others_come_last),
        cmocka_unit_test(test_records__keys_that_can_not_be_read_have_no_type),
        cmocka_unit_test(test_records__hosts_of_mx),
        cmocka_unit_test(test_records__names_are_relative_at_the_border_of_a_label),
        cmocka_unit_test(test_records__arguments_are_checked),
        cmocka_unit_test(test_records__a_text_has_the_length_that_dns_can_hold),
        cmocka_unit_test(test_records__ttl_and_priority_can_be_told),
        cmocka_unit_test(test_records__memory_may_run_out_anywhere),
        cmocka_unit_test(test_records__come_from_a_saved_answer),
        cmocka_unit_test(test_records__a_request_goes_with_a_saved_answer),
        cmocka_unit_test(test_records__an_answer_that_is_none_is_refused),
        cmocka_unit_test(test_records__an_answer_about_another_domain_is_refused),
    };
    return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
