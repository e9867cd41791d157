/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every allocation of the client's allocator fails in turn: the status says so, the error can be printed, its outcome
 * is true, nothing is lost, and the client goes on working.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

typedef tcses_status (*scenario_fn)(test_rig *rig, tcses_error **error);

typedef struct scenario {
    const char *name;
    scenario_fn run;
    const char *answer;
} scenario;

/* ---- one call of each kind ---- */

#define ACTION(name, fields)                                                                   \
    static tcses_status run_##name(test_rig *rig, tcses_error **error)                         \
    {                                                                                          \
        tcses_##name##_request request;                                                        \
        const tcses_##name##_response *response = NULL;                                        \
        tcses_call_options options = TCSES_CALL_OPTIONS_INIT;                                  \
        tcses_##name##_request_init(&request, sizeof request);                                 \
        options.keep_raw_json = TCSES_TRUE;                                                    \
        fields;                                                                                \
        tcses_status status = tcses_##name(rig->client, &request, &options, &response, error); \
        assert_int_equal(response != NULL, status == TCSES_OK);                                \
        tcses_##name##_response_free(response);                                                \
        return status;                                                                         \
    }

static const tcses_tag tag = {sizeof tag, "key", "value"};
static const tcses_tag *const tags[] = {&tag};

ACTION(create_email_identity,
    (request.email_identity = "mail.example.com", request.tag_list = tags, request.tag_list_count = 1))
ACTION(get_email_identity, request.email_identity = "mail.example.com")
ACTION(list_email_identities, (request.tag_list = tags, request.tag_list_count = 1, request.limit = 7))
ACTION(update_email_identity, request.email_identity = "mail.example.com")
ACTION(delete_email_identity, request.email_identity = "mail.example.com")
ACTION(create_email_address, (request.email_address = "a@b.c", request.email_sender_name = "name"))
ACTION(list_email_address, (void)request)
ACTION(delete_email_address, request.email_address = "a@b.c")
ACTION(update_email_smtp_password, (request.email_address = "a@b.c", request.password = "Geheim12Wort"))
ACTION(create_address_unsubscribe_config,
    (request.address = "a@b.c", request.unsubscribe_config = "1", request.status = TCSES_UNSUBSCRIBE_ON))
ACTION(update_address_unsubscribe_config,
    (request.address = "a@b.c", request.unsubscribe_config = "1", request.status = TCSES_UNSUBSCRIBE_ON))
ACTION(delete_address_unsubscribe_config, request.address = "a@b.c")
ACTION(list_address_unsubscribe_config, request.limit = 3)

static tcses_status run_call(test_rig *rig, tcses_error **error)
{
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    const tcses_call_response *response = NULL;
    request.service = "sts";
    request.version = "2018-08-13";
    request.action = "Any";
    request.body = "{\"a\":1}";
    request.body_length = 7;
    tcses_status status = tcses_call(rig->client, &request, NULL, &response, error);
    assert_int_equal(response != NULL, status == TCSES_OK);
    tcses_call_response_free(response);
    return status;
}

static const char records[] =
    "{\"Response\":{\"IdentityType\":\"DOMAIN\",\"VerifiedForSendingStatus\":true,\"DKIMOption\":1,\"Attributes\":["
    "{\"Type\":\"MX\",\"SendDomain\":\"a.b\",\"ExpectedValue\":\"v\",\"CurrentValue\":\"\",\"Status\":true}],"
    "\"TagList\":[{\"TagKey\":\"k\",\"TagValue\":\"v\"}],\"RequestId\":\"r\"}}";
static const char domains[] =
    "{\"Response\":{\"EmailIdentities\":[{\"IdentityName\":\"a.b\",\"SendIp\":[\"192.0.2.1\"],\"DailyQuota\":7,"
    "\"TagList\":[{\"TagKey\":\"k\",\"TagValue\":\"v\"}]}],\"Total\":1,\"RequestId\":\"r\"}}";
static const char senders[] =
    "{\"Response\":{\"EmailSenders\":[{\"EmailAddress\":\"a@b.c\",\"CreatedTimestamp\":7}],\"RequestId\":\"r\"}}";
static const char links[] =
    "{\"Response\":{\"AddressUnsubscribeConfigList\":[{\"Address\":\"a@b.c\",\"Status\":1}],\"Total\":1}}";

static const scenario calls[] = {
    {"CreateEmailIdentity", run_create_email_identity, records},
    {"GetEmailIdentity", run_get_email_identity, records},
    {"ListEmailIdentities", run_list_email_identities, domains},
    {"UpdateEmailIdentity", run_update_email_identity, records},
    {"DeleteEmailIdentity", run_delete_email_identity, NULL},
    {"CreateEmailAddress", run_create_email_address, NULL},
    {"ListEmailAddress", run_list_email_address, senders},
    {"DeleteEmailAddress", run_delete_email_address, NULL},
    {"UpdateEmailSmtpPassWord", run_update_email_smtp_password, NULL},
    {"CreateAddressUnsubscribeConfig", run_create_address_unsubscribe_config, NULL},
    {"UpdateAddressUnsubscribeConfig", run_update_address_unsubscribe_config, NULL},
    {"DeleteAddressUnsubscribeConfig", run_delete_address_unsubscribe_config, NULL},
    {"ListAddressUnsubscribeConfig", run_list_address_unsubscribe_config, links},
    {"Any", run_call, NULL},
};

/* What one failure looked like, to be printed where a check fails. */
static void expect_truth(const scenario *s, size_t n, const tcses_error *error, size_t requests)
{
    int32_t outcome = tcses_error_outcome(error);
    if (tcses_error_status(error) != TCSES_ERR_MEMORY || strstr(tcses_error_message(error), "out of memory") == NULL)
        fail_msg("%s, allocation %zu: %s %s", s->name, n, tcses_status_name(tcses_error_status(error)),
            tcses_error_message(error));
    if ((outcome == TCSES_OUTCOME_NOT_DONE) != (requests == 0))
        fail_msg("%s, allocation %zu: outcome %d after %zu requests", s->name, n, (int)outcome, requests);
    assert_int_equal(tcses_error_attempts(error), requests);
}

/* How often each outcome was seen while the allocations of one call failed in turn. */
typedef struct outcomes {
    size_t of[3];
} outcomes;

/* Lets the n-th allocation of the call fail. False when it has no n-th. */
static bool fail_one(const scenario *s, size_t n, bool keep_going, outcomes *seen)
{
    test_rig rig;
    test_memory m;
    tcses_error *error = NULL;
    test_memory_init(&m);
    rig_init(&rig);
    rig.options.allocator = &m.allocator;
    rig_open(&rig);
    rig_answer(&rig, s->name, s->answer);
    m.keep_going = keep_going;
    m.fail_at = m.taken + n;
    tcses_status status = s->run(&rig, &error);
    bool reached = m.taken >= m.fail_at;
    m.fail_at = 0;
    if (reached) {
        assert_int_equal(status, TCSES_ERR_MEMORY);
        assert_non_null(error);
        size_t requests = tcses_mock_requests_count(rig.mock);
        expect_truth(s, n, error, requests);
        seen->of[tcses_error_outcome(error)]++;
        tcses_error_free(error);
        if (requests > 0)
            rig_answer(&rig, s->name, s->answer);
        assert_int_equal(s->run(&rig, &error), TCSES_OK);
    } else {
        assert_int_equal(status, TCSES_OK);
    }
    assert_null(error);
    /* The credentials found by the first call stay with the client; nothing more does. */
    rig_answer(&rig, s->name, s->answer);
    size_t settled = m.live;
    assert_int_equal(s->run(&rig, NULL), TCSES_OK);
    assert_int_equal(m.live, settled);
    rig_free(&rig);
    assert_int_equal(m.live, 0);
    return reached;
}

static void test_out_of_memory__in_every_call(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        outcomes seen = {{0}};
        size_t n = 1;
        while (fail_one(&calls[i], n, false, &seen))
            n++;
        /* Before it was sent, while the answer came in, and after it had come. */
        assert_true(seen.of[TCSES_OUTCOME_NOT_DONE] > 5);
        assert_true(seen.of[TCSES_OUTCOME_UNKNOWN] > 0);
        assert_true(seen.of[TCSES_OUTCOME_DONE] > 0);
    }
}

static void test_out_of_memory__that_stays(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        outcomes seen = {{0}};
        for (size_t n = 1; fail_one(&calls[i], n, true, &seen); n++) {
        }
        assert_true(seen.of[TCSES_OUTCOME_DONE] > 0);
    }
}

/* ---- every path of every call ---- */

/* What becomes of one attempt, and whether the service has done it then. */
typedef enum fate { FATE_ANSWERED, FATE_REFUSED, FATE_THROTTLED, FATE_UNSENT, FATE_LOST } fate;

typedef struct path {
    const char *name;
    fate fates[3];
    size_t count;
} path;

static const path paths[] = {
    {"refused", {FATE_REFUSED}, 1},
    {"throttled, then done", {FATE_THROTTLED, FATE_ANSWERED}, 2},
    {"not sent, then refused", {FATE_UNSENT, FATE_REFUSED}, 2},
    {"not sent, throttled, done", {FATE_UNSENT, FATE_THROTTLED, FATE_ANSWERED}, 3},
    {"answer lost, then done", {FATE_LOST, FATE_ANSWERED}, 2},
    {"answer lost, then refused", {FATE_LOST, FATE_REFUSED}, 2},
};

static void script_fate(test_rig *rig, const scenario *s, fate f)
{
    switch (f) {
    case FATE_ANSWERED:
        rig_answer(rig, s->name, s->answer);
        break;
    case FATE_REFUSED:
        rig_refuse(rig, s->name, "InvalidParameterValue");
        break;
    case FATE_THROTTLED:
        rig_refuse(rig, s->name, "RequestLimitExceeded");
        break;
    case FATE_UNSENT:
        rig_fail(rig, s->name, TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
        break;
    default:
        rig_fail(rig, s->name, TCSES_ERR_NETWORK, TCSES_STAGE_SENT);
        break;
    }
}

/* Of the attempts that were made: 2 if the service has done it, 1 if nobody could know, 0 if it has not. */
static int what_happened(const path *p, size_t requests)
{
    int happened = 0;
    for (size_t i = 0; i < requests && i < p->count; i++) {
        int of_this = p->fates[i] == FATE_ANSWERED ? 2 : p->fates[i] == FATE_LOST ? 1 : 0;
        happened = of_this > happened ? of_this : happened;
    }
    return happened;
}

static void expect_true_outcome(const scenario *s, const path *p, size_t n, const tcses_error *error, size_t requests)
{
    int32_t outcome = tcses_error_outcome(error);
    int happened = what_happened(p, requests);
    bool lies = (outcome == TCSES_OUTCOME_NOT_DONE && happened != 0) ||
                (outcome == TCSES_OUTCOME_DONE && happened != 2);
    if (lies)
        fail_msg("%s, %s, allocation %zu: outcome %d after %zu requests", s->name, p->name, n, (int)outcome, requests);
    assert_int_equal(tcses_error_attempts(error), requests);
}

/* Lets the n-th allocation on this path fail. False when it has no n-th. */
static bool fail_on_path(const scenario *s, const path *p, size_t n)
{
    test_rig rig;
    test_memory m;
    tcses_error *error = NULL;
    test_memory_init(&m);
    rig_init(&rig);
    rig.options.allocator = &m.allocator;
    rig_open(&rig);
    for (size_t i = 0; i < p->count; i++)
        script_fate(&rig, s, p->fates[i]);
    m.fail_at = m.taken + n;
    tcses_status status = s->run(&rig, &error);
    bool reached = m.taken >= m.fail_at;
    m.fail_at = 0;
    if (reached)
        assert_int_equal(status, TCSES_ERR_MEMORY);
    if (status != TCSES_OK)
        expect_true_outcome(s, p, n, error, tcses_mock_requests_count(rig.mock));
    tcses_error_free(error);
    /* What is left of the script answers further calls: the client goes on working. */
    while (tcses_mock_verify(rig.mock, NULL) != TCSES_OK)
        (void)s->run(&rig, NULL);
    rig_free(&rig);
    assert_int_equal(m.live, 0);
    return reached;
}

static void test_out_of_memory__on_every_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        for (size_t j = 0; j < COUNT_OF(paths); j++) {
            size_t n = 1;
            while (fail_on_path(&calls[i], &paths[j], n))
                n++;
            assert_true(n > 5);
        }
    }
}

/* ---- a refusal that can't be read ---- */

static void test_out_of_memory__while_a_refusal_is_read_leaves_it_unknown(void **state)
{
    (void)state;
    size_t told = 0;
    for (bool reached = true; reached;) {
        test_rig rig;
        test_memory m;
        tcses_error *error = NULL;
        test_memory_init(&m);
        rig_init(&rig);
        rig.options.allocator = &m.allocator;
        rig_open(&rig);
        rig_refuse(&rig, NULL, TCSES_CODE_REPEAT_CREATION);
        m.fail_at = m.taken + ++told;
        tcses_status status = run_create_email_identity(&rig, &error);
        reached = m.taken >= m.fail_at;
        assert_int_equal(status, reached ? TCSES_ERR_MEMORY : TCSES_ERR_API);
        assert_int_equal(tcses_error_status(error), status);
        if (reached && tcses_mock_requests_count(rig.mock) == 1)
            assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
        tcses_error_free(error);
        m.fail_at = 0;
        tcses_client_free(rig.client);
        tcses_mock_free(rig.mock);
        assert_int_equal(m.live, 0);
    }
}

/* ---- the iterator ---- */

static void add_pages(test_rig *rig)
{
    rig_answer(rig, NULL, "{\"Response\":{\"EmailIdentities\":[{\"IdentityName\":\"a\"},{\"IdentityName\":\"b\"}]}}");
    rig_answer(rig, NULL, "{\"Response\":{\"EmailIdentities\":[{\"IdentityName\":\"c\"}]}}");
}

/* Takes names until the end or an error. */
static tcses_status take_names(tcses_email_identity_iterator *iterator, char *names, size_t size, tcses_error **error)
{
    const tcses_email_identity *item = NULL;
    tcses_status status = TCSES_OK;
    while ((status = tcses_email_identity_iterator_next(iterator, &item, error)) == TCSES_OK && item != NULL) {
        size_t used = strlen(names);
        snprintf(names + used, size - used, "%s", item->identity_name);
    }
    return status;
}

static tcses_status make_iterator(test_rig *rig, tcses_email_identity_iterator **out, tcses_error **error)
{
    tcses_list_email_identities_request request = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    request.limit = 2;
    request.tag_list = tags;
    request.tag_list_count = 1;
    options.region = "ap-hongkong";
    return tcses_email_identity_iterator_new(rig->client, &request, &options, out, error);
}

static bool fail_iterator(size_t n, size_t *failures)
{
    test_rig rig;
    test_memory m;
    tcses_error *error = NULL;
    tcses_email_identity_iterator *iterator = NULL;
    char names[16] = "";
    test_memory_init(&m);
    rig_init(&rig);
    rig.options.allocator = &m.allocator;
    rig_open(&rig);
    add_pages(&rig);
    m.fail_at = m.taken + n;
    tcses_status status = make_iterator(&rig, &iterator, &error);
    assert_int_equal(iterator != NULL, status == TCSES_OK);
    if (status == TCSES_OK)
        status = take_names(iterator, names, sizeof names, &error);
    bool reached = m.taken >= m.fail_at;
    m.fail_at = 0;
    assert_int_equal(status, reached ? TCSES_ERR_MEMORY : TCSES_OK);
    if (reached) {
        *failures += 1;
        /* It is about the page that was to come, not about one whose items are being given out. */
        size_t pages = strlen(names) / 2; /* it is "" or "ab" then */
        assert_int_equal(tcses_error_attempts(error), tcses_mock_requests_count(rig.mock) - pages);
        expect_error(error, TCSES_ERR_MEMORY, NULL);
        /* It goes on where it was; a page whose answer was lost on the way is asked for again. */
        if (iterator == NULL)
            assert_int_equal(make_iterator(&rig, &iterator, NULL), TCSES_OK);
        if (tcses_mock_requests_count(rig.mock) > 0 && names[0] == '\0') {
            tcses_mock_free(rig.mock);
            tcses_email_identity_iterator_free(iterator);
            tcses_client_free(rig.client);
            assert_int_equal(m.live, 0);
            return true;
        }
        if (strcmp(names, "ab") == 0 && tcses_mock_requests_count(rig.mock) == 2)
            rig_answer(&rig, NULL, "{\"Response\":{\"EmailIdentities\":[{\"IdentityName\":\"c\"}]}}");
        assert_int_equal(take_names(iterator, names, sizeof names, NULL), TCSES_OK);
    }
    assert_string_equal(names, "abc");
    tcses_email_identity_iterator_free(iterator);
    tcses_client_free(rig.client);
    tcses_mock_free(rig.mock);
    assert_int_equal(m.live, 0);
    return reached;
}

static void test_out_of_memory__in_the_iterator(void **state)
{
    (void)state;
    size_t failures = 0;
    for (size_t n = 1; fail_iterator(n, &failures); n++) {
    }
    assert_true(failures > 20);
}

/* ---- constructors ---- */

typedef tcses_status (*constructor_fn)(const test_memory *m, void **out, tcses_error **error);

static tcses_status make_static(const test_memory *m, void **out, tcses_error **error)
{
    return tcses_credentials_new_static("id", "key", "token", &m->allocator, (tcses_credentials **)out, error);
}

static tcses_status make_environment(const test_memory *m, void **out, tcses_error **error)
{
    return tcses_credentials_new_environment(&m->allocator, (tcses_credentials **)out, error);
}

static tcses_status make_profile(const test_memory *m, void **out, tcses_error **error)
{
    tcses_profile_options options = TCSES_PROFILE_OPTIONS_INIT;
    options.profile = "work";
    options.credentials_file = "/nowhere/credentials";
    options.cli_directory = "/nowhere/tccli";
    return tcses_credentials_new_profile(&options, &m->allocator, (tcses_credentials **)out, error);
}

static tcses_status make_default(const test_memory *m, void **out, tcses_error **error)
{
    return tcses_credentials_new_default(&m->allocator, (tcses_credentials **)out, error);
}

static tcses_status make_cvm_role(const test_memory *m, void **out, tcses_error **error)
{
    tcses_cvm_role_options options = TCSES_CVM_ROLE_OPTIONS_INIT;
    options.role = "role";
    return tcses_credentials_new_cvm_role(&options, &m->allocator, (tcses_credentials **)out, error);
}

static tcses_status make_assume_role(const test_memory *m, void **out, tcses_error **error)
{
    tcses_assume_role_options options = TCSES_ASSUME_ROLE_OPTIONS_INIT;
    options.role_arn = "qcs::cam::uin/1:roleName/r";
    return tcses_credentials_new_assume_role(&options, &m->allocator, (tcses_credentials **)out, error);
}

static tcses_status make_oidc(const test_memory *m, void **out, tcses_error **error)
{
    tcses_oidc_options options = TCSES_OIDC_OPTIONS_INIT;
    options.provider_id = "provider";
    options.token_file = "/nowhere/token";
    options.role_arn = "qcs::cam::uin/1:roleName/r";
    options.region = "ap-guangzhou";
    return tcses_credentials_new_oidc(&options, &m->allocator, (tcses_credentials **)out, error);
}

static size_t destroyed;

static void count_destroy(void *ctx)
{
    (void)ctx;
    destroyed++;
}

static tcses_status never_asked(void *ctx, int32_t renew, tcses_credentials_answer *answer)
{
    (void)ctx;
    (void)renew;
    (void)answer;
    return TCSES_ERR_CALLBACK;
}

static tcses_status make_callback(const test_memory *m, void **out, tcses_error **error)
{
    tcses_credentials_ops ops = TCSES_CREDENTIALS_OPS_INIT;
    ops.get = never_asked;
    ops.destroy = count_destroy;
    return tcses_credentials_new_callback(&ops, NULL, &m->allocator, (tcses_credentials **)out, error);
}

static tcses_status make_cancel(const test_memory *m, void **out, tcses_error **error)
{
    return tcses_cancel_new(&m->allocator, (tcses_cancel **)out, error);
}

static tcses_status make_mock(const test_memory *m, void **out, tcses_error **error)
{
    return tcses_mock_new(&m->allocator, (tcses_mock **)out, error);
}

static tcses_status make_curl(const test_memory *m, void **out, tcses_error **error)
{
    tcses_curl_options options = TCSES_CURL_OPTIONS_INIT;
    options.proxy = "http://127.0.0.1:1";
    options.ca_path = "/";
    return tcses_transport_new_curl(&options, &m->allocator, (tcses_transport **)out, error);
}

static tcses_status never_performed(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    (void)ctx;
    (void)request;
    (void)response;
    return TCSES_ERR_NETWORK;
}

static tcses_status make_transport(const test_memory *m, void **out, tcses_error **error)
{
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    ops.perform = never_performed;
    ops.destroy = count_destroy;
    return tcses_transport_new(&ops, NULL, &m->allocator, (tcses_transport **)out, error);
}

static tcses_status make_client(const test_memory *m, void **out, tcses_error **error)
{
    static const char *const further[] = {"second.example"};
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    options.allocator = &m->allocator;
    options.region = "ap-guangzhou";
    options.language = "zh-CN";
    options.user_agent = "agent";
    options.proxy = "";
    options.fallback_endpoints = further;
    options.fallback_endpoints_count = 1;
    return tcses_client_new(&options, (tcses_client **)out, error);
}

static tcses_status make_client_of_profile(const test_memory *m, void **out, tcses_error **error)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    options.allocator = &m->allocator;
    options.profile = "work";
    return tcses_client_new(&options, (tcses_client **)out, error);
}

#define RECORDS_JSON                                                                                  \
    "{\"EmailIdentity\":\"a.b\",\"Attributes\":["                                                     \
    "{\"Type\":\"MX\",\"SendDomain\":\"a.b\",\"ExpectedValue\":\"5 m.x.\",\"CurrentValue\":\"m.y\"}," \
    "{\"Type\":\"TXT\",\"SendDomain\":\"s._domainkey.a.b\",\"ExpectedValue\":\"v=DKIM1; p=\",\"Status\":true}]}"

static tcses_status make_saved_records(const test_memory *m, void **out, tcses_error **error)
{
    tcses_record_set_request request = TCSES_RECORD_SET_REQUEST_INIT;
    request.zone = "a.b";
    return tcses_record_set_from_json(
        RECORDS_JSON, strlen(RECORDS_JSON), &request, &m->allocator, (const tcses_record_set **)out, error);
}

static tcses_status make_records(const test_memory *m, void **out, tcses_error **error)
{
    static const tcses_dns_attribute attributes[] = {
        {sizeof attributes[0], "MX", "a.b", "5 m.x.", "", TCSES_FALSE, 0},
        {sizeof attributes[0], "TXT", "s._domainkey.a.b", "v=DKIM1; p=", NULL, TCSES_UNSET, 0},
    };
    const tcses_dns_attribute *list[100];
    tcses_record_set_request request = TCSES_RECORD_SET_REQUEST_INIT;
    for (size_t i = 0; i < COUNT_OF(list); i++)
        list[i] = &attributes[i % 2];
    request.domain = request.zone = "a.b";
    request.attributes = list;
    request.attributes_count = COUNT_OF(list);
    return tcses_record_set_new(&request, &m->allocator, (const tcses_record_set **)out, error);
}

static tcses_status render(const test_memory *m, int32_t format, void **out, tcses_error **error)
{
    const tcses_record_set *set = NULL;
    tcses_render_options options = TCSES_RENDER_OPTIONS_INIT;
    test_memory plenty;
    test_memory_init(&plenty);
    options.format = format;
    assert_int_equal(make_records(&plenty, (void **)&set, NULL), TCSES_OK);
    tcses_status status = tcses_record_set_render(set, &options, &m->allocator, (const tcses_text **)out, error);
    tcses_record_set_free(set);
    return status;
}

static tcses_status make_panel(const test_memory *m, void **out, tcses_error **error)
{
    return render(m, TCSES_FORMAT_PANEL, out, error);
}

static tcses_status make_zone_file(const test_memory *m, void **out, tcses_error **error)
{
    return render(m, TCSES_FORMAT_BIND, out, error);
}

static tcses_status make_dnspod(const test_memory *m, void **out, tcses_error **error)
{
    return render(m, TCSES_FORMAT_DNSPOD, out, error);
}

static tcses_status make_terraform(const test_memory *m, void **out, tcses_error **error)
{
    return render(m, TCSES_FORMAT_TERRAFORM, out, error);
}

static tcses_status make_json(const test_memory *m, void **out, tcses_error **error)
{
    return render(m, TCSES_FORMAT_JSON, out, error);
}

static tcses_status make_merged(const test_memory *m, void **out, tcses_error **error)
{
    static const char *const old[] = {"v=spf1 a -all", "v=spf1 mx ~all"};
    tcses_spf_merge_request request = TCSES_SPF_MERGE_REQUEST_INIT;
    request.records = old;
    request.records_count = COUNT_OF(old);
    request.expected = "v=spf1 include:qcloudmail.com ~all";
    return tcses_spf_merge(&request, &m->allocator, (const tcses_spf_merge_result **)out, error);
}

static tcses_status make_proposal(const test_memory *m, void **out, tcses_error **error)
{
    return tcses_dmarc_propose(
        "v=DMARC1; p=none", "v=DMARC1; p=reject", &m->allocator, (const tcses_text **)out, error);
}

static void free_records(void *object)
{
    tcses_record_set_free(object);
}

static void free_text(void *object)
{
    tcses_text_free(object);
}

static void free_merged(void *object)
{
    tcses_spf_merge_result_free(object);
}

static void free_credentials(void *object)
{
    tcses_credentials_unref(object);
}

static void free_cancel(void *object)
{
    tcses_cancel_unref(object);
}

static void free_mock(void *object)
{
    tcses_mock_free(object);
}

static void free_transport(void *object)
{
    tcses_transport_unref(object);
}

static void free_client(void *object)
{
    tcses_client_free(object);
}

static const struct {
    const char *name;
    constructor_fn make;
    void (*release)(void *object);
    size_t destroys;
} constructors[] = {
    {"static", make_static, free_credentials, 0},
    {"environment", make_environment, free_credentials, 0},
    {"profile", make_profile, free_credentials, 0},
    {"default", make_default, free_credentials, 0},
    {"cvm role", make_cvm_role, free_credentials, 0},
    {"assume role", make_assume_role, free_credentials, 0},
    {"oidc", make_oidc, free_credentials, 0},
    {"callback", make_callback, free_credentials, 1},
    {"cancel", make_cancel, free_cancel, 0},
    {"mock", make_mock, free_mock, 0},
    {"curl", make_curl, free_transport, 0},
    {"transport", make_transport, free_transport, 1},
    {"client", make_client, free_client, 0},
    {"client of a profile", make_client_of_profile, free_client, 0},
    {"records", make_records, free_records, 0},
    {"saved records", make_saved_records, free_records, 0},
    {"panel", make_panel, free_text, 0},
    {"zone file", make_zone_file, free_text, 0},
    {"dnspod", make_dnspod, free_text, 0},
    {"terraform", make_terraform, free_text, 0},
    {"json", make_json, free_text, 0},
    {"merged spf", make_merged, free_merged, 0},
    {"dmarc proposal", make_proposal, free_text, 0},
};

static void test_out_of_memory__in_every_constructor(void **state)
{
    (void)state;
    char *folder = test_folder_new();
    assert_int_equal(setenv("HOME", folder, 1), 0);
    assert_int_equal(setenv("TENCENTCLOUD_REGION", "ap-wrong", 1), 0);
    test_file_write(folder, ".tccli/work.configure", "{\"_sys_param\":{\"region\":\"ap-hongkong\"}}", -1);
    for (size_t i = 0; i < COUNT_OF(constructors); i++) {
        size_t failures = 0;
        for (bool reached = true; reached;) {
            test_memory m;
            void *object = (void *)(uintptr_t)1;
            tcses_error *error = NULL;
            test_memory_init(&m);
            m.fail_at = failures + 1;
            destroyed = 0;
            tcses_status status = constructors[i].make(&m, &object, &error);
            reached = m.taken >= m.fail_at;
            if (status != (reached ? TCSES_ERR_MEMORY : TCSES_OK))
                fail_msg("%s, allocation %zu: %s %s", constructors[i].name, m.fail_at, tcses_status_name(status),
                    tcses_error_message(error));
            assert_int_equal(object != NULL, status == TCSES_OK);
            assert_int_equal(tcses_error_status(error), status);
            assert_int_equal(destroyed, 0);
            tcses_error_free(error);
            constructors[i].release(object);
            assert_int_equal(destroyed, reached ? 0 : constructors[i].destroys);
            assert_int_equal(m.live, 0);
            failures += reached;
        }
        assert_true(failures >= 2);
    }
    unsetenv("TENCENTCLOUD_REGION");
    test_folder_free(folder);
}

static void test_out_of_memory__in_a_step_of_the_mock(void **state)
{
    (void)state;
    size_t failures = 0;
    for (bool reached = true; reached;) {
        test_memory m;
        tcses_mock *mock = NULL;
        tcses_error *error = NULL;
        test_memory_init(&m);
        assert_int_equal(tcses_mock_new(&m.allocator, &mock, NULL), TCSES_OK);
        char body[3000];
        memset(body, 'b', sizeof body - 1);
        body[sizeof body - 1] = '\0';
        tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
        exchange.action = exchange.body = exchange.response_body = body;
        exchange.header = exchange.response_header = "A: b";
        m.fail_at = m.taken + failures + 1;
        tcses_status status = tcses_mock_expect(mock, &exchange, &error);
        reached = m.taken >= m.fail_at;
        m.fail_at = 0;
        assert_int_equal(status, reached ? TCSES_ERR_MEMORY : TCSES_OK);
        /* Half a step is none. */
        assert_int_equal(tcses_mock_verify(mock, NULL), reached ? TCSES_OK : TCSES_ERR_EXPECTATION);
        tcses_error_free(error);
        tcses_mock_free(mock);
        assert_int_equal(m.live, 0);
        failures += reached;
    }
    assert_true(failures >= 4);
}

/* ---- credentials that are looked for ---- */

static void expect_call_with_profile(const char *folder)
{
    size_t failures = 0;
    for (bool reached = true; reached;) {
        test_rig rig;
        test_memory m;
        tcses_error *error = NULL;
        char file[512], directory[512];
        tcses_profile_options profile = TCSES_PROFILE_OPTIONS_INIT;
        snprintf(file, sizeof file, "%s/credentials", folder);
        snprintf(directory, sizeof directory, "%s/.tccli", folder);
        profile.profile = "work";
        profile.credentials_file = file;
        profile.cli_directory = directory;
        test_memory_init(&m);
        m.look = "KeyOfProfile";
        rig_init(&rig);
        rig.options.allocator = &m.allocator;
        assert_int_equal(
            tcses_credentials_new_profile(&profile, &m.allocator, &rig.options.credentials, NULL), TCSES_OK);
        rig_open(&rig);
        tcses_credentials_unref(rig.options.credentials);
        rig_answer(&rig, NULL, NULL);
        m.fail_at = m.taken + failures + 1;
        tcses_status status = run_delete_email_address(&rig, &error);
        reached = m.taken >= m.fail_at;
        m.fail_at = 0;
        failures += reached;
        /* Notes about the places without credentials may be lost where credentials were found. */
        if (status != TCSES_OK)
            expect_error(error, TCSES_ERR_MEMORY, NULL);
        assert_true(status != TCSES_OK || tcses_mock_requests_count(rig.mock) == 1);
        assert_true(reached || status == TCSES_OK);
        tcses_client_free(rig.client);
        tcses_mock_free(rig.mock);
        assert_int_equal(m.live, 0);
        assert_int_equal(m.found, 0);
    }
    assert_true(failures > 12);
}

static void test_out_of_memory__while_a_profile_is_read(void **state)
{
    (void)state;
    char *folder = test_folder_new();
    test_file_write(
        folder, "credentials", "[work]\nsecret_id = id\nsecret_key = KeyOfProfile\ntoken = TokenOfProfile\n", -1);
    expect_call_with_profile(folder);
    test_file_write(
        folder, ".tccli/work.credential", "{\"secretId\":\"id\",\"secretKey\":\"KeyOfProfile\",\"token\":\"t\"}", -1);
    expect_call_with_profile(folder);
    test_file_write(folder, "credentials", "[other]\nsecret_id = id\n", -1);
    expect_call_with_profile(folder);
    test_folder_free(folder);
}

static void test_out_of_memory__while_no_credentials_are_found(void **state)
{
    (void)state;
    size_t failures = 0;
    for (bool reached = true; reached;) {
        test_rig rig;
        test_memory m;
        tcses_error *error = NULL;
        test_memory_init(&m);
        rig_init(&rig);
        rig.options.allocator = &m.allocator;
        assert_int_equal(make_profile(&m, (void **)&rig.options.credentials, NULL), TCSES_OK);
        rig_open(&rig);
        tcses_credentials_unref(rig.options.credentials);
        m.fail_at = m.taken + failures + 1;
        tcses_status status = run_delete_email_address(&rig, &error);
        reached = m.taken >= m.fail_at;
        m.fail_at = 0;
        failures += reached;
        assert_int_equal(status, reached ? TCSES_ERR_MEMORY : TCSES_ERR_CREDENTIALS);
        tcses_error_free(error);
        rig_free(&rig);
        assert_int_equal(m.live, 0);
    }
    assert_true(failures >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_out_of_memory__in_every_call),
        cmocka_unit_test(test_out_of_memory__that_stays),
        cmocka_unit_test(test_out_of_memory__on_every_path),
        cmocka_unit_test(test_out_of_memory__while_a_refusal_is_read_leaves_it_unknown),
        cmocka_unit_test(test_out_of_memory__in_the_iterator),
        cmocka_unit_test(test_out_of_memory__in_every_constructor),
        cmocka_unit_test(test_out_of_memory__in_a_step_of_the_mock),
        cmocka_unit_test(test_out_of_memory__while_a_profile_is_read),
        cmocka_unit_test(test_out_of_memory__while_no_credentials_are_found),
    };
    return cmocka_run_group_tests_name("out_of_memory", tests, NULL, NULL);
}
