/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "codec/codec.h"
#include "ses/action.h"

/* Opens and decodes an answer of an action into a tree of its struct. */
static tcses_status decode_bytes(
    const char *action, const char *json, size_t length, const void **root, tcses_error **error)
{
    memory mem = memory_default();
    tcses_error *e = NULL;
    arena *a = NULL;
    codec_answer answer;
    const field_table *table = ses_action_find(action)->response;
    assert_int_equal(error_open(error, &mem, &e), TCSES_OK);
    void *tree = arena_tree_new(&mem, table->bytes, &a);
    assert_non_null(tree);
    tcses_status status = codec_open(json, length, &answer, e);
    if (status == TCSES_OK)
        status = codec_decode(&answer, table, a, tree, e);
    codec_close(&answer);
    *root = status == TCSES_OK ? tree : NULL;
    if (status != TCSES_OK)
        arena_tree_free(tree);
    return error_close(error, e, status);
}

static const void *decode(const char *action, const char *json)
{
    const void *root = NULL;
    tcses_error *error = NULL;
    if (decode_bytes(action, json, strlen(json), &root, &error) != TCSES_OK)
        fail_msg("%s: %s", action, tcses_error_message(error));
    return root;
}

static void expect_refusal(const char *action, const char *json, const char *path)
{
    const void *root = NULL;
    tcses_error *error = NULL;
    if (decode_bytes(action, json, strlen(json), &root, &error) != TCSES_ERR_RESPONSE)
        fail_msg("taken: %s", json);
    assert_null(root);
    expect_error(error, TCSES_ERR_RESPONSE, path);
}

static void expect_number(const uint64_t *number, uint64_t wanted)
{
    assert_non_null(number);
    assert_int_equal(*number, wanted);
}

/* ---- full answers ---- */

#define ATTRIBUTES                                                                                                     \
    "\"Attributes\":[{\"Type\":\"MX\",\"SendDomain\":\"mail.example.com\",\"ExpectedValue\":\"mxbiz1.qq.com.\","       \
    "\"CurrentValue\":\"\",\"Status\":false},{\"Type\":\"TXT\",\"SendDomain\":\"qcloud._domainkey.mail.example.com\"," \
    "\"ExpectedValue\":\"v=DKIM1; k=rsa; p=A\",\"CurrentValue\":\"v=DKIM1; k=rsa; p=B\",\"Status\":true}]"
#define RECORDS "\"IdentityType\":\"DOMAIN\",\"VerifiedForSendingStatus\":true,\"DKIMOption\":2," ATTRIBUTES
#define TAGS "\"TagList\":[{\"TagKey\":\"k1\",\"TagValue\":\"v1\"},{\"TagKey\":\"k2\",\"TagValue\":\"\"}]"
#define ANSWER(fields) "{\"Response\":{" fields ",\"RequestId\":\"id\"}}"

static void expect_attributes(const tcses_dns_attribute *const *attributes, size_t count)
{
    assert_int_equal(count, 2);
    assert_int_equal(attributes[0]->size, sizeof(tcses_dns_attribute));
    assert_string_equal(attributes[0]->type, "MX");
    assert_string_equal(attributes[0]->send_domain, "mail.example.com");
    assert_string_equal(attributes[0]->expected_value, "mxbiz1.qq.com.");
    assert_string_equal(attributes[0]->current_value, "");
    assert_int_equal(attributes[0]->status, TCSES_FALSE);
    assert_int_equal(attributes[0]->reserved, 0);
    assert_string_equal(attributes[1]->type, "TXT");
    assert_string_equal(attributes[1]->send_domain, "qcloud._domainkey.mail.example.com");
    assert_string_equal(attributes[1]->expected_value, "v=DKIM1; k=rsa; p=A");
    assert_string_equal(attributes[1]->current_value, "v=DKIM1; k=rsa; p=B");
    assert_int_equal(attributes[1]->status, TCSES_TRUE);
}

static void expect_tags(const tcses_tag *const *tags, size_t count)
{
    assert_int_equal(count, 2);
    assert_int_equal(tags[0]->size, sizeof(tcses_tag));
    assert_string_equal(tags[0]->tag_key, "k1");
    assert_string_equal(tags[0]->tag_value, "v1");
    assert_string_equal(tags[1]->tag_key, "k2");
    assert_string_equal(tags[1]->tag_value, "");
}

static void test_decode__domain_records_in_full(void **state)
{
    (void)state;
    const tcses_create_email_identity_response *create = decode("CreateEmailIdentity", ANSWER(RECORDS));
    assert_int_equal(create->size, sizeof *create);
    assert_string_equal(create->identity_type, "DOMAIN");
    assert_int_equal(create->verified_for_sending_status, TCSES_TRUE);
    assert_int_equal(create->dkim_option, TCSES_DKIM_BOTH);
    expect_attributes(create->attributes, create->attributes_count);
    tcses_create_email_identity_response_free(create);
    const tcses_update_email_identity_response *update = decode("UpdateEmailIdentity", ANSWER(RECORDS));
    assert_int_equal(update->size, sizeof *update);
    assert_string_equal(update->identity_type, "DOMAIN");
    assert_int_equal(update->verified_for_sending_status, TCSES_TRUE);
    assert_int_equal(update->dkim_option, TCSES_DKIM_BOTH);
    expect_attributes(update->attributes, update->attributes_count);
    tcses_update_email_identity_response_free(update);
    const tcses_get_email_identity_response *get = decode("GetEmailIdentity", ANSWER(RECORDS "," TAGS));
    assert_int_equal(get->size, sizeof *get);
    assert_string_equal(get->identity_type, "DOMAIN");
    assert_int_equal(get->verified_for_sending_status, TCSES_TRUE);
    assert_int_equal(get->dkim_option, TCSES_DKIM_BOTH);
    expect_attributes(get->attributes, get->attributes_count);
    expect_tags(get->tag_list, get->tag_list_count);
    tcses_get_email_identity_response_free(get);
}

static void test_decode__list_of_domains_in_full(void **state)
{
    (void)state;
    const tcses_list_email_identities_response *list = decode("ListEmailIdentities",
        ANSWER(
            "\"EmailIdentities\":[{\"IdentityName\":\"a.example\",\"IdentityType\":\"DOMAIN\",\"SendingEnabled\":true,"
            "\"CurrentReputationLevel\":3,\"DailyQuota\":5000,\"SendIp\":[\"192.0.2.1\",\"192.0.2.2\"]," TAGS
            ",\"DKIMOption\":0},{\"IdentityName\":\"b.example\"}],"
            "\"MaxReputationLevel\":10,\"MaxDailyQuota\":9007199254740993,\"Total\":2"));
    assert_int_equal(list->size, sizeof *list);
    assert_int_equal(list->email_identities_count, 2);
    const tcses_email_identity *first = list->email_identities[0];
    assert_int_equal(first->size, sizeof *first);
    assert_string_equal(first->identity_name, "a.example");
    assert_string_equal(first->identity_type, "DOMAIN");
    assert_int_equal(first->sending_enabled, TCSES_TRUE);
    expect_number(first->current_reputation_level, 3);
    expect_number(first->daily_quota, 5000);
    assert_int_equal(first->send_ip_count, 2);
    assert_string_equal(first->send_ip[0], "192.0.2.1");
    assert_string_equal(first->send_ip[1], "192.0.2.2");
    expect_tags(first->tag_list, first->tag_list_count);
    assert_int_equal(first->dkim_option, TCSES_DKIM_1024);
    const tcses_email_identity *second = list->email_identities[1];
    assert_string_equal(second->identity_name, "b.example");
    assert_null(second->identity_type);
    assert_null(second->daily_quota);
    assert_null(second->send_ip);
    assert_int_equal(second->sending_enabled, TCSES_UNSET);
    expect_number(list->max_reputation_level, 10);
    expect_number(list->max_daily_quota, 9007199254740993U);
    expect_number(list->total, 2);
    tcses_list_email_identities_response_free(list);
}

static void test_decode__list_of_addresses_in_full(void **state)
{
    (void)state;
    const tcses_list_email_address_response *list = decode("ListEmailAddress",
        ANSWER("\"EmailSenders\":[{\"EmailAddress\":\"a@b.c\",\"EmailSenderName\":\"\xE9\x80\x9A\xE7\x9F\xA5\","
               "\"CreatedTimestamp\":1733820256,\"SmtpPwdType\":1}]"));
    assert_int_equal(list->size, sizeof *list);
    assert_int_equal(list->email_senders_count, 1);
    const tcses_email_sender *sender = list->email_senders[0];
    assert_int_equal(sender->size, sizeof *sender);
    assert_string_equal(sender->email_address, "a@b.c");
    assert_string_equal(sender->email_sender_name, "通知");
    expect_number(sender->created_timestamp, 1733820256);
    expect_number(sender->smtp_pwd_type, 1);
    tcses_list_email_address_response_free(list);
}

static void test_decode__list_of_unsubscribe_links_in_full(void **state)
{
    (void)state;
    const tcses_list_address_unsubscribe_config_response *list = decode("ListAddressUnsubscribeConfig",
        ANSWER("\"AddressUnsubscribeConfigList\":[{\"Address\":\"a@b.c\",\"UnsubscribeConfig\":\"10\",\"Status\":0},"
               "{\"Address\":\"d@b.c\",\"UnsubscribeConfig\":\"0\",\"Status\":1}],\"Total\":7"));
    assert_int_equal(list->size, sizeof *list);
    assert_int_equal(list->address_unsubscribe_config_list_count, 2);
    const tcses_address_unsubscribe_config *first = list->address_unsubscribe_config_list[0];
    assert_int_equal(first->size, sizeof *first);
    assert_string_equal(first->address, "a@b.c");
    assert_string_equal(first->unsubscribe_config, "10");
    assert_int_equal(first->status, TCSES_UNSUBSCRIBE_OFF);
    assert_int_equal(list->address_unsubscribe_config_list[1]->status, TCSES_UNSUBSCRIBE_ON);
    expect_number(list->total, 7);
    tcses_list_address_unsubscribe_config_response_free(list);
}

static void test_decode__answers_without_fields(void **state)
{
    (void)state;
    static const char *const actions[] = {"DeleteEmailIdentity", "CreateEmailAddress", "DeleteEmailAddress",
        "UpdateEmailSmtpPassWord", "CreateAddressUnsubscribeConfig", "UpdateAddressUnsubscribeConfig",
        "DeleteAddressUnsubscribeConfig"};
    for (size_t i = 0; i < COUNT_OF(actions); i++) {
        const ses_response_head *head = decode(actions[i], "{\"Response\":{\"RequestId\":\"id\",\"Later\":[1]}}");
        assert_int_equal(head->size, ses_action_find(actions[i])->response->bytes);
        arena_tree_free(head);
    }
}

/* ---- what may be missing ---- */

static void expect_all_absent(const char *json)
{
    const tcses_get_email_identity_response *get = decode("GetEmailIdentity", json);
    assert_null(get->identity_type);
    assert_null(get->attributes);
    assert_int_equal(get->attributes_count, 0);
    assert_null(get->tag_list);
    assert_int_equal(get->tag_list_count, 0);
    assert_int_equal(get->verified_for_sending_status, TCSES_UNSET);
    assert_int_equal(get->dkim_option, TCSES_DKIM_UNSET);
    tcses_get_email_identity_response_free(get);
    const tcses_list_email_identities_response *list = decode("ListEmailIdentities", json);
    assert_null(list->email_identities);
    assert_int_equal(list->email_identities_count, 0);
    assert_null(list->max_reputation_level);
    assert_null(list->max_daily_quota);
    assert_null(list->total);
    tcses_list_email_identities_response_free(list);
}

static void test_decode__missing_and_null_are_absent(void **state)
{
    (void)state;
    expect_all_absent("{\"Response\":{}}");
    expect_all_absent("{\"Response\":{\"Later\":{\"a\":[1,2.5,null,true]},\"Other\":\"x\"},\"Beside\":1}");
    expect_all_absent(
        "{\"Response\":{\"IdentityType\":null,\"Attributes\":null,\"TagList\":null,\"VerifiedForSendingStatus\":null,"
        "\"DKIMOption\":null,\"EmailIdentities\":null,\"MaxReputationLevel\":null,\"MaxDailyQuota\":null,"
        "\"Total\":null,\"RequestId\":null,\"Error\":null}}");
    expect_all_absent("{\"Response\":{\"Attributes\":[],\"TagList\":[],\"EmailIdentities\":[]}}");
}

static void test_decode__null_items_are_left_out(void **state)
{
    (void)state;
    const tcses_get_email_identity_response *get = decode("GetEmailIdentity",
        "{\"Response\":{\"Attributes\":[null,{\"Type\":\"MX\",\"Status\":null},null,{\"Type\":null}"
        "],\"TagList\":[null]}}");
    assert_int_equal(get->attributes_count, 2);
    assert_string_equal(get->attributes[0]->type, "MX");
    assert_int_equal(get->attributes[0]->status, TCSES_UNSET);
    assert_null(get->attributes[1]->type);
    assert_int_equal(get->tag_list_count, 0);
    tcses_get_email_identity_response_free(get);
}

/* ---- one type for another ---- */

static void test_decode__numbers_as_text_and_text_as_numbers(void **state)
{
    (void)state;
    const tcses_list_email_identities_response *list = decode("ListEmailIdentities",
        "{\"Response\":{\"Total\":\"18446744073709551615\",\"MaxDailyQuota\":\"0\",\"EmailIdentities\":["
        "{\"IdentityName\":123,\"DKIMOption\":\"1\",\"SendIp\":[1,\"b\",null,-7]}]}}");
    expect_number(list->total, UINT64_MAX);
    expect_number(list->max_daily_quota, 0);
    assert_string_equal(list->email_identities[0]->identity_name, "123");
    assert_int_equal(list->email_identities[0]->dkim_option, TCSES_DKIM_2048);
    assert_int_equal(list->email_identities[0]->send_ip_count, 3);
    assert_string_equal(list->email_identities[0]->send_ip[0], "1");
    assert_string_equal(list->email_identities[0]->send_ip[1], "b");
    assert_string_equal(list->email_identities[0]->send_ip[2], "-7");
    tcses_list_email_identities_response_free(list);
    const tcses_list_address_unsubscribe_config_response *configs = decode("ListAddressUnsubscribeConfig",
        "{\"Response\":{\"AddressUnsubscribeConfigList\":[{\"UnsubscribeConfig\":"
        "9223372036854775807,\"Status\":\"1\"}]}}");
    assert_string_equal(configs->address_unsubscribe_config_list[0]->unsubscribe_config, "9223372036854775807");
    assert_int_equal(configs->address_unsubscribe_config_list[0]->status, TCSES_UNSUBSCRIBE_ON);
    tcses_list_address_unsubscribe_config_response_free(configs);
}

static void test_decode__a_choice_that_is_not_known_yet(void **state)
{
    (void)state;
    const tcses_get_email_identity_response *get = decode("GetEmailIdentity", "{\"Response\":{\"DKIMOption\":41}}");
    assert_int_equal(get->dkim_option, 42);
    tcses_get_email_identity_response_free(get);
    expect_refusal("GetEmailIdentity", "{\"Response\":{\"DKIMOption\":2147483647}}", "Response.DKIMOption");
    expect_refusal("GetEmailIdentity", "{\"Response\":{\"DKIMOption\":4294967296}}", "Response.DKIMOption");
}

static void test_decode__switches_in_every_form(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        int32_t value;
    } forms[] = {{"true", TCSES_TRUE}, {"false", TCSES_FALSE}, {"1", TCSES_TRUE}, {"0", TCSES_FALSE},
        {"\"true\"", TCSES_TRUE}, {"\"False\"", TCSES_FALSE}, {"\"TRUE\"", TCSES_TRUE}, {"\"1\"", TCSES_TRUE},
        {"\"0\"", TCSES_FALSE}, {"null", TCSES_UNSET}};
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        char json[128];
        snprintf(json, sizeof json, "{\"Response\":{\"VerifiedForSendingStatus\":%s}}", forms[i].json);
        const tcses_get_email_identity_response *get = decode("GetEmailIdentity", json);
        assert_int_equal(get->verified_for_sending_status, forms[i].value);
        tcses_get_email_identity_response_free(get);
    }
    static const char *const bad[] = {"2", "-1", "\"\"", "\"yes\"", "\"true \"", "1.5", "[]", "{}"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        char json[128];
        snprintf(json, sizeof json, "{\"Response\":{\"VerifiedForSendingStatus\":%s}}", bad[i]);
        expect_refusal("GetEmailIdentity", json, "Response.VerifiedForSendingStatus");
    }
}

static void test_decode__times_in_every_form(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        uint64_t seconds;
    } forms[] = {{"1733820256", 1733820256}, {"\"1733820256\"", 1733820256}, {"0", 0},
        {"\"2024-12-10 16:44:16\"", 1733820256}, {"\"1970-01-01 08:00:00\"", 0},
        {"\"2024-03-01 00:00:00\"", 1709222400}, {"\"2024-02-29 23:59:59\"", 1709222399}};
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        char json[128];
        snprintf(json, sizeof json, "{\"Response\":{\"EmailSenders\":[{\"CreatedTimestamp\":%s}]}}", forms[i].json);
        const tcses_list_email_address_response *list = decode("ListEmailAddress", json);
        expect_number(list->email_senders[0]->created_timestamp, forms[i].seconds);
        tcses_list_email_address_response_free(list);
    }
    /* A form that is not known must not cost the whole list. */
    static const char *const unknown[] = {"\"yesterday\"", "\"\"", "-1", "1.5", "true", "[1]", "{}", "null",
        "\"1970-01-01 07:59:59\"", "\"2024-13-01 00:00:00\"", "\"2024-12-10T16:44:16\""};
    for (size_t i = 0; i < COUNT_OF(unknown); i++) {
        char json[160];
        snprintf(json, sizeof json,
            "{\"Response\":{\"EmailSenders\":[{\"CreatedTimestamp\":%s,\"EmailAddress\":\"a@b.c\"}]}}", unknown[i]);
        const tcses_list_email_address_response *list = decode("ListEmailAddress", json);
        assert_null(list->email_senders[0]->created_timestamp);
        assert_string_equal(list->email_senders[0]->email_address, "a@b.c");
        tcses_list_email_address_response_free(list);
    }
}

/* ---- wrong types ---- */

static void test_decode__wrong_types_are_named_by_their_path(void **state)
{
    (void)state;
    static const struct {
        const char *action;
        const char *json;
        const char *path;
    } wrong[] = {
        {"GetEmailIdentity", "{\"Response\":{\"IdentityType\":true}}", "Response.IdentityType"},
        {"GetEmailIdentity", "{\"Response\":{\"IdentityType\":1.5}}", "Response.IdentityType"},
        {"GetEmailIdentity", "{\"Response\":{\"IdentityType\":[\"DOMAIN\"]}}", "Response.IdentityType"},
        {"GetEmailIdentity", "{\"Response\":{\"DKIMOption\":\"both\"}}", "Response.DKIMOption"},
        {"GetEmailIdentity", "{\"Response\":{\"Attributes\":{}}}", "Response.Attributes"},
        {"GetEmailIdentity", "{\"Response\":{\"Attributes\":\"\"}}", "Response.Attributes"},
        {"GetEmailIdentity", "{\"Response\":{\"Attributes\":[{},[]]}}", "Response.Attributes[1]"},
        {"GetEmailIdentity", "{\"Response\":{\"Attributes\":[{},{},{\"Type\":[]}]}}", "Response.Attributes[2].Type"},
        {"GetEmailIdentity", "{\"Response\":{\"Attributes\":[null,{\"Status\":7}]}}", "Response.Attributes[1].Status"},
        {"GetEmailIdentity", "{\"Response\":{\"TagList\":[{\"TagKey\":{}}]}}", "Response.TagList[0].TagKey"},
        {"ListEmailIdentities", "{\"Response\":{\"EmailIdentities\":[{\"SendIp\":[\"a\",false]}]}}",
            "Response.EmailIdentities[0].SendIp[1]"},
        {"ListEmailIdentities", "{\"Response\":{\"EmailIdentities\":[{\"TagList\":[1]}]}}",
            "Response.EmailIdentities[0].TagList[0]"},
        {"ListEmailIdentities", "{\"Response\":{\"EmailIdentities\":[{\"DailyQuota\":\"many\"}]}}",
            "Response.EmailIdentities[0].DailyQuota"},
        {"ListEmailIdentities", "{\"Response\":{\"Total\":-1}}", "Response.Total"},
        {"ListEmailIdentities", "{\"Response\":{\"Total\":1.5}}", "Response.Total"},
        {"ListEmailIdentities", "{\"Response\":{\"Total\":-1.0}}", "Response.Total"},
        {"ListEmailIdentities", "{\"Response\":{\"Total\":\"\"}}", "Response.Total"},
        {"ListEmailIdentities", "{\"Response\":{\"Total\":\" 1\"}}", "Response.Total"},
        {"ListEmailIdentities", "{\"Response\":{\"Total\":\"18446744073709551616\"}}", "Response.Total"},
        {"ListEmailIdentities", "{\"Response\":{\"MaxDailyQuota\":[]}}", "Response.MaxDailyQuota"},
        {"ListEmailIdentities", "{\"Response\":{\"Total\":18446744073709551616}}", "Response.Total"},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        expect_refusal(wrong[i].action, wrong[i].json, wrong[i].path);
}

/* A number beyond 64 bits that nobody asked for must not cost the answer; numbers beside it keep their values. */
static void test_decode__large_numbers_of_unknown_fields(void **state)
{
    (void)state;
    const tcses_list_email_identities_response *list = decode("ListEmailIdentities",
        "{\"Response\":{\"Huge\":99999999999999999999999,\"Total\":9007199254740992,\"MaxDailyQuota\":0,"
        "\"EmailIdentities\":[{\"IdentityName\":17}]}}");
    expect_number(list->total, 9007199254740992U);
    expect_number(list->max_daily_quota, 0);
    assert_string_equal(list->email_identities[0]->identity_name, "17");
    tcses_list_email_identities_response_free(list);
}

/* Whether the request took effect does not hang on its id. */
static void test_decode__a_request_id_of_another_type_is_absent(void **state)
{
    (void)state;
    codec_answer answer;
    static const char json[] = "{\"Response\":{\"RequestId\":7}}";
    assert_int_equal(codec_open(json, strlen(json), &answer, NULL), TCSES_OK);
    assert_null(answer.request_id);
    codec_close(&answer);
}

/* ---- what is no answer ---- */

static void test_decode__what_is_no_object_of_the_service(void **state)
{
    (void)state;
    static const char *const shapes[] = {"{}", "[]", "{\"Response\":null}", "{\"Response\":[]}", "{\"Response\":\"x\"}",
        "{\"response\":{}}", "[{\"Response\":{}}]"};
    for (size_t i = 0; i < COUNT_OF(shapes); i++)
        expect_refusal("GetEmailIdentity", shapes[i], "Response");
}

static void expect_syntax_words(const char *json, size_t length, const char *words)
{
    const void *root = NULL;
    tcses_error *error = NULL;
    assert_int_equal(decode_bytes("GetEmailIdentity", json, length, &root, &error), TCSES_ERR_RESPONSE);
    if (strstr(tcses_error_message(error), words) == NULL)
        fail_msg("expected \"%s\": %s", words, tcses_error_message(error));
    expect_error(error, TCSES_ERR_RESPONSE, NULL);
}

static void test_decode__what_is_not_json(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *words;
    } texts[] = {
        {"", "the answer"},
        {" ", "the answer"},
        {"<html>Secret12Word</html>", "the answer is not JSON (line 1, column"},
        {"12", "is not JSON"},
        {"{\"Response\":{}} x", "is not JSON"},
        {"{\"Response\":{},}", "is not JSON"},
        {"{'Response':{}}", "is not JSON"},
        {"\xEF\xBB\xBF{\"Response\":{}}", "is not JSON"},
        {"{\"Response\":{}", "ends too early"},
        {"{\"Response\":{\"IdentityType\":\"DOM", "ends too early"},
        {"{\"Response\":{\"a\":1,\"a\":2}}", "has a key twice in one object"},
        {"{\"Response\":{},\"Response\":{}}", "has a key twice in one object"},
        {"{\"Response\":{\"a\":\"\\u0000\"}}", "has a NUL character in a text"},
        {"{\"Response\":{\"\\u0000\":1}}", "has a NUL character in a text"},
        {"{\"Response\":{\"a\":\"\xFF\"}}", "is not UTF-8"},
        {"{\"Response\":{\"a\":\"\xC0\xAF\"}}", "is not UTF-8"},
        {"{\"Response\":{\"a\":\"\xED\xA0\x80\"}}", "is not UTF-8"},
        {"{\"Response\":{\"a\":\"\\uD800\"}}", "is not"},
        {"{\"Response\":{\"Total\":1e999}}", "has a number that is too large"},
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        expect_syntax_words(texts[i].json, strlen(texts[i].json), texts[i].words);
    static const char with_nul[] = "{\"Response\":{\"a\":\"b\0c\"}}";
    expect_syntax_words(with_nul, sizeof with_nul - 1, "the answer");
    static const char nul_at_end[] = "{\"Response\":{}}\0";
    expect_syntax_words(nul_at_end, sizeof nul_at_end - 1, "the answer");
}

static void test_decode__an_error_does_not_tell_the_text(void **state)
{
    (void)state;
    static const char json[] = "{\"Response\":{\"Password\":\"Geheim12Wort\" Geheim12Wort}}";
    const void *root = NULL;
    tcses_error *error = NULL;
    assert_int_equal(decode_bytes("GetEmailIdentity", json, strlen(json), &root, &error), TCSES_ERR_RESPONSE);
    assert_null(strstr(tcses_error_message(error), "Geheim"));
    tcses_error_free(error);
}

static char *deep(const char *before, const char *open, size_t depth)
{
    size_t length = strlen(before), piece = strlen(open);
    char *text = malloc(length + depth * piece + 1);
    assert_non_null(text);
    memcpy(text, before, length);
    for (size_t i = 0; i < depth; i++)
        memcpy(text + length + i * piece, open, piece);
    text[length + depth * piece] = '\0';
    return text;
}

static void test_decode__depth_bombs(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        const char *open;
    } bombs[] = {{"", "["}, {"", "{\"Response\":"}, {"{\"Response\":", "["}, {"{\"Response\":{\"a\":", "[[{\"a\":"}};
    for (size_t i = 0; i < COUNT_OF(bombs); i++) {
        char *text = deep(bombs[i].before, bombs[i].open, 100000);
        expect_syntax_words(text, strlen(text), "is nested too deep");
        free(text);
    }
}

/* ---- refusals of the service ---- */

static void test_decode__error_shapes(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *path;
    } wrong[] = {
        {"{\"Response\":{\"Error\":\"no\"}}", "Response.Error"},
        {"{\"Response\":{\"Error\":[]}}", "Response.Error"},
        {"{\"Response\":{\"Error\":{}}}", "Response.Error.Code"},
        {"{\"Response\":{\"Error\":{\"Code\":\"\"}}}", "Response.Error.Code"},
        {"{\"Response\":{\"Error\":{\"Code\":null,\"Message\":\"m\"}}}", "Response.Error.Code"},
        {"{\"Response\":{\"Error\":{\"Code\":7,\"Message\":\"m\"}}}", "Response.Error.Code"},
        {"{\"Response\":{\"Error\":{\"Code\":\"A\",\"Message\":7}}}", "Response.Error.Message"},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        expect_refusal("GetEmailIdentity", wrong[i].json, wrong[i].path);
}

static void test_decode__error_is_read(void **state)
{
    (void)state;
    codec_answer answer;
    static const char full[] =
        "{\"Response\":{\"Error\":{\"Code\":\"A.B\",\"Message\":\"\xE4\xB8\x8D\",\"More\":1},\"RequestId\":\"id-1\"}}";
    assert_int_equal(codec_open(full, strlen(full), &answer, NULL), TCSES_OK);
    assert_string_equal(answer.code, "A.B");
    assert_string_equal(answer.message, "不");
    assert_string_equal(answer.request_id, "id-1");
    codec_close(&answer);
    static const char bare[] = "{\"Response\":{\"Error\":{\"Code\":\"A\"}}}";
    assert_int_equal(codec_open(bare, strlen(bare), &answer, NULL), TCSES_OK);
    assert_string_equal(answer.code, "A");
    assert_string_equal(answer.message, "");
    assert_null(answer.request_id);
    codec_close(&answer);
    codec_close(&answer);
}

/* ---- bodies of callers ---- */

static void test_decode__check_object(void **state)
{
    (void)state;
    static const char *const good[] = {"{}", " {\"a\":[1.5e3,{\"b\":null}]}\n", "{\"a\":\"\\u4e0d\"}"};
    for (size_t i = 0; i < COUNT_OF(good); i++)
        assert_int_equal(codec_check_object(good[i], strlen(good[i]), "body", NULL), TCSES_OK);
    static const char *const bad[] = {"", "[]", "1", "{", "{\"a\":1,\"a\":1}", "{\"a\":\xFF}", "{}{}"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        memory mem = memory_default();
        tcses_error *error = NULL, *e = NULL;
        assert_int_equal(error_open(&error, &mem, &e), TCSES_OK);
        assert_int_equal(codec_check_object(bad[i], strlen(bad[i]), "body", e), TCSES_ERR_ARGUMENT);
        expect_error(e, TCSES_ERR_ARGUMENT, "body");
    }
}

/* ---- memory ---- */

static const char full_list[] = ANSWER(
    "\"EmailIdentities\":[{\"IdentityName\":\"a.example\",\"CurrentReputationLevel\":3,\"SendIp\":[\"192.0.2.1\"]," TAGS
    "}],\"Total\":2");

static void test_decode__every_allocation_of_the_tree_may_fail(void **state)
{
    (void)state;
    char *json = NULL;
    /* Texts that are larger than a chunk of the arena, so that there is more than one. */
    char *name = deep("", "n", 5000);
    assert_true(asprintf(&json,
                    "{\"Response\":{\"EmailIdentities\":[{\"IdentityName\":\"%s\",\"SendIp\":[\"%s\"],"
                    "\"TagList\":[{\"TagKey\":\"%s\"}]}]}}",
                    name, name, name) > 0);
    const field_table *table = ses_action_find("ListEmailIdentities")->response;
    codec_answer answer;
    assert_int_equal(codec_open(json, strlen(json), &answer, NULL), TCSES_OK);
    size_t failures = 0;
    for (bool reached = true; reached;) {
        test_memory m;
        arena *a = NULL;
        test_memory_init(&m);
        m.fail_at = failures + 1;
        memory mem = test_memory_inside(&m);
        void *tree = arena_tree_new(&mem, table->bytes, &a);
        tcses_status status = tree == NULL ? TCSES_ERR_MEMORY : codec_decode(&answer, table, a, tree, NULL);
        reached = m.taken >= m.fail_at;
        assert_int_equal(status, reached ? TCSES_ERR_MEMORY : TCSES_OK);
        failures += reached;
        arena_tree_free(tree);
        assert_int_equal(m.live, 0);
    }
    assert_true(failures >= 4);
    codec_close(&answer);
    free(json);
    free(name);
}

/* With a little less room left in the arena each time, so that each thing in turn is the first that finds none. */
static void test_decode__the_tree_may_end_at_every_place(void **state)
{
    (void)state;
    static const char json[] = "{\"Response\":{\"EmailIdentities\":[{\"IdentityName\":\"n\",\"DailyQuota\":7,"
                               "\"SendIp\":[\"192.0.2.1\"],\"TagList\":[{\"TagKey\":\"k\"}]}],\"Total\":1}}";
    const field_table *table = ses_action_find("ListEmailIdentities")->response;
    codec_answer answer;
    assert_int_equal(codec_open(json, strlen(json), &answer, NULL), TCSES_OK);
    size_t room = 0;
    for (bool fits = false; !fits; room += 8) {
        test_memory m;
        arena *a = NULL;
        test_memory_init(&m);
        memory mem = test_memory_inside(&m);
        void *tree = arena_tree_new(&mem, table->bytes, &a);
        assert_non_null(arena_take(a, 1));
        assert_true(a->room - a->used > room);
        assert_non_null(arena_take(a, a->room - a->used - room));
        m.fail_at = m.taken + 1;
        m.keep_going = true;
        tcses_status status = codec_decode(&answer, table, a, tree, NULL);
        fits = status == TCSES_OK;
        assert_true(fits || status == TCSES_ERR_MEMORY);
        arena_tree_free(tree);
        assert_int_equal(m.live, 0);
    }
    assert_true(room > 200);
    codec_close(&answer);
}

static size_t jansson_taken, jansson_fail_at;

static void *jansson_take(size_t bytes)
{
    jansson_taken++;
    return jansson_taken == jansson_fail_at ? NULL : malloc(bytes);
}

/* jansson calls some of its failures a syntax error, and survives others. */
static void test_decode__every_allocation_of_jansson_may_fail(void **state)
{
    (void)state;
    size_t told = 0;
    json_set_alloc_funcs(jansson_take, free);
    for (jansson_fail_at = 1;; jansson_fail_at++) {
        codec_answer answer;
        jansson_taken = 0;
        tcses_status status = codec_open(full_list, strlen(full_list), &answer, NULL);
        codec_close(&answer);
        told += status == TCSES_ERR_MEMORY;
        if (status == TCSES_OK && jansson_taken < jansson_fail_at)
            break;
        assert_true(status == TCSES_OK || status == TCSES_ERR_MEMORY || status == TCSES_ERR_RESPONSE);
    }
    json_set_alloc_funcs(malloc, free);
    if (told <= jansson_fail_at / 2)
        fail_msg("%zu of %zu failures were told as such", told, jansson_fail_at);
}

/* ---- secrets ---- */

typedef struct pair {
    size_t size;
    const char *id;
    const char *key;
} pair;
static const field pair_fields[] = {TEXT(pair, id, "id", RULE_NONE), TEXT(pair, key, "key", RULE_NONE)};
static const field_table pair_table = TABLE(pair, pair_fields);

static size_t jansson_found;

/* Looks into blocks of jansson as they come back. Their sizes stand before them. */
static void *jansson_take_sized(size_t bytes)
{
    size_t *block = malloc(bytes + 2 * sizeof(size_t));
    assert_non_null(block);
    *block = bytes;
    return block + 2;
}

static void jansson_look(void *data)
{
    if (data == NULL)
        return;
    size_t *block = (size_t *)data - 2;
    /* Only texts as values: the buffer of the parser itself, where a quote stands before them, is out of reach. */
    static const char secret[] = "Geheim12Wort";
    if (*block >= sizeof secret && memcmp(data, secret, sizeof secret) == 0)
        jansson_found++;
    free(block);
}

static void test_decode__secrets_are_wiped_in_the_document(void **state)
{
    (void)state;
    static const char json[] = "{\"id\":\"AKID\",\"key\":\"Geheim12Wort\"}";
    memory mem = memory_default();
    arena a;
    pair found = {0};
    arena_init(&a, &mem);
    json_set_alloc_funcs(jansson_take_sized, jansson_look);
    tcses_status status = codec_decode_secrets(json, strlen(json), &pair_table, &a, &found, NULL);
    json_set_alloc_funcs(malloc, free);
    assert_int_equal(status, TCSES_OK);
    assert_string_equal(found.id, "AKID");
    assert_string_equal(found.key, "Geheim12Wort");
    assert_int_equal(jansson_found, 0);
    arena_free(&a);
}

static void test_decode__secrets_are_wiped_in_an_open_answer(void **state)
{
    (void)state;
    static const char json[] = "{\"Response\":{\"Keys\":{\"id\":\"AKID\",\"key\":\"Geheim12Wort\"}}}";
    memory mem = memory_default();
    arena a;
    pair found = {0};
    codec_answer answer;
    arena_init(&a, &mem);
    jansson_found = 0;
    json_set_alloc_funcs(jansson_take_sized, jansson_look);
    assert_int_equal(codec_open(json, strlen(json), &answer, NULL), TCSES_OK);
    tcses_status status = codec_decode_secret_part(&answer, "Keys", &pair_table, &a, &found, NULL);
    codec_close(&answer);
    json_set_alloc_funcs(malloc, free);
    assert_int_equal(status, TCSES_OK);
    assert_string_equal(found.key, "Geheim12Wort");
    assert_int_equal(jansson_found, 0);
    arena_free(&a);
}

static void test_decode__secrets_of_a_wrong_shape(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "[]", "{\"id\":true}", "{\"key\":{}}", "{\"id\":\"a\",\"id\":\"b\"}"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        memory mem = memory_default();
        arena a;
        pair found = {0};
        arena_init(&a, &mem);
        assert_int_equal(
            codec_decode_secrets(bad[i], strlen(bad[i]), &pair_table, &a, &found, NULL), TCSES_ERR_RESPONSE);
        arena_free(&a);
    }
}

static void test_decode__member_of_an_object(void **state)
{
    (void)state;
    static const char json[] = "{\"inner\":{\"id\":\"1\"},\"id\":\"2\",\"text\":\"3\"}";
    memory mem = memory_default();
    arena a;
    pair found = {0};
    arena_init(&a, &mem);
    assert_int_equal(codec_decode_member(json, strlen(json), "inner", &pair_table, &a, &found), TCSES_OK);
    assert_string_equal(found.id, "1");
    assert_int_equal(codec_decode_member(json, strlen(json), NULL, &pair_table, &a, &found), TCSES_OK);
    assert_string_equal(found.id, "2");
    assert_int_equal(codec_decode_member(json, strlen(json), "text", &pair_table, &a, &found), TCSES_ERR_RESPONSE);
    assert_int_equal(codec_decode_member(json, strlen(json), "none", &pair_table, &a, &found), TCSES_ERR_RESPONSE);
    assert_int_equal(codec_decode_member("[", 1, NULL, &pair_table, &a, &found), TCSES_ERR_RESPONSE);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode__domain_records_in_full),
        cmocka_unit_test(test_decode__list_of_domains_in_full),
        cmocka_unit_test(test_decode__list_of_addresses_in_full),
        cmocka_unit_test(test_decode__list_of_unsubscribe_links_in_full),
        cmocka_unit_test(test_decode__answers_without_fields),
        cmocka_unit_test(test_decode__missing_and_null_are_absent),
        cmocka_unit_test(test_decode__null_items_are_left_out),
        cmocka_unit_test(test_decode__numbers_as_text_and_text_as_numbers),
        cmocka_unit_test(test_decode__a_choice_that_is_not_known_yet),
        cmocka_unit_test(test_decode__switches_in_every_form),
        cmocka_unit_test(test_decode__times_in_every_form),
        cmocka_unit_test(test_decode__wrong_types_are_named_by_their_path),
        cmocka_unit_test(test_decode__large_numbers_of_unknown_fields),
        cmocka_unit_test(test_decode__a_request_id_of_another_type_is_absent),
        cmocka_unit_test(test_decode__what_is_no_object_of_the_service),
        cmocka_unit_test(test_decode__what_is_not_json),
        cmocka_unit_test(test_decode__an_error_does_not_tell_the_text),
        cmocka_unit_test(test_decode__depth_bombs),
        cmocka_unit_test(test_decode__error_shapes),
        cmocka_unit_test(test_decode__error_is_read),
        cmocka_unit_test(test_decode__check_object),
        cmocka_unit_test(test_decode__every_allocation_of_the_tree_may_fail),
        cmocka_unit_test(test_decode__the_tree_may_end_at_every_place),
        cmocka_unit_test(test_decode__every_allocation_of_jansson_may_fail),
        cmocka_unit_test(test_decode__secrets_are_wiped_in_the_document),
        cmocka_unit_test(test_decode__secrets_are_wiped_in_an_open_answer),
        cmocka_unit_test(test_decode__secrets_of_a_wrong_shape),
        cmocka_unit_test(test_decode__member_of_an_object),
    };
    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
