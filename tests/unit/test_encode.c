/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <stdio.h>

#include "base/error.h"
#include "codec/codec.h"
#include "ses/action.h"

static tcses_status encode(const field_table *table, const void *request, buffer *out, tcses_error **error)
{
    memory mem = memory_default();
    tcses_error *e = NULL;
    buffer_init(out, &mem);
    assert_int_equal(error_open(error, &mem, &e), TCSES_OK);
    return error_close(error, e, codec_encode(table, request, out, e));
}

static void expect_json(const char *action, const void *request, const char *json)
{
    buffer out;
    tcses_error *error = NULL;
    if (encode(ses_action_find(action)->request, request, &out, &error) != TCSES_OK)
        fail_msg("%s: %s", action, tcses_error_message(error));
    assert_string_equal(buffer_text(&out), json);
    assert_int_equal(out.length, strlen(json));
    buffer_free(&out);
}

static void expect_table_refusal(const field_table *table, const void *request, const char *at)
{
    buffer out;
    tcses_error *error = NULL;
    tcses_status status = encode(table, request, &out, &error);
    if (status != TCSES_ERR_ARGUMENT)
        fail_msg("%s was not refused", at);
    expect_error(error, TCSES_ERR_ARGUMENT, at);
    buffer_free(&out);
}

static void expect_refusal(const char *action, const void *request, const char *at)
{
    expect_table_refusal(ses_action_find(action)->request, request, at);
}

/* ---- every field of every action ---- */

static const tcses_tag tag_one = {sizeof(tcses_tag), "team", "mail"};
static const tcses_tag tag_two = {sizeof(tcses_tag), "用途", ""};
static const tcses_tag *const two_tags[] = {&tag_one, &tag_two};
#define TWO_TAGS_JSON \
    "[{\"TagKey\":\"team\",\"TagValue\":\"mail\"},{\"TagKey\":\"\xE7\x94\xA8\xE9\x80\x94\",\"TagValue\":\"\"}]"

static void test_encode__domain_actions_with_every_field(void **state)
{
    (void)state;
    tcses_create_email_identity_request create = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    create.email_identity = "mail.example.com";
    create.dkim_option = TCSES_DKIM_2048;
    create.tag_list = two_tags;
    create.tag_list_count = 2;
    expect_json("CreateEmailIdentity", &create,
        "{\"EmailIdentity\":\"mail.example.com\",\"DKIMOption\":1,\"TagList\":" TWO_TAGS_JSON "}");
    tcses_get_email_identity_request get = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    get.email_identity = "mail.example.com";
    expect_json("GetEmailIdentity", &get, "{\"EmailIdentity\":\"mail.example.com\"}");
    tcses_list_email_identities_request list = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    list.tag_list = two_tags;
    list.tag_list_count = 1;
    list.limit = 100;
    list.offset = UINT64_MAX;
    expect_json("ListEmailIdentities", &list,
        "{\"TagList\":[{\"TagKey\":\"team\",\"TagValue\":\"mail\"}],\"Limit\":100,\"Offset\":18446744073709551615}");
    tcses_update_email_identity_request update = TCSES_UPDATE_EMAIL_IDENTITY_REQUEST_INIT;
    update.email_identity = "xn--fiqs8s.example";
    update.new_api = TCSES_TRUE;
    update.dkim_option = TCSES_DKIM_BOTH;
    expect_json(
        "UpdateEmailIdentity", &update, "{\"EmailIdentity\":\"xn--fiqs8s.example\",\"NewAPI\":true,\"DKIMOption\":2}");
    tcses_delete_email_identity_request delete = TCSES_DELETE_EMAIL_IDENTITY_REQUEST_INIT;
    delete.email_identity = "mail.example.com";
    expect_json("DeleteEmailIdentity", &delete, "{\"EmailIdentity\":\"mail.example.com\"}");
}

static void test_encode__address_actions_with_every_field(void **state)
{
    (void)state;
    tcses_create_email_address_request create = TCSES_CREATE_EMAIL_ADDRESS_REQUEST_INIT;
    create.email_address = "service@mail.example.com";
    create.email_sender_name = "通知 \"A\\B\"";
    expect_json("CreateEmailAddress", &create,
        "{\"EmailAddress\":\"service@mail.example.com\",\"EmailSenderName\":\"\xE9\x80\x9A\xE7\x9F\xA5 "
        "\\\"A\\\\B\\\"\"}");
    tcses_list_email_address_request list = TCSES_LIST_EMAIL_ADDRESS_REQUEST_INIT;
    expect_json("ListEmailAddress", &list, "{}");
    tcses_delete_email_address_request delete = TCSES_DELETE_EMAIL_ADDRESS_REQUEST_INIT;
    delete.email_address = "service@mail.example.com";
    expect_json("DeleteEmailAddress", &delete, "{\"EmailAddress\":\"service@mail.example.com\"}");
    tcses_update_email_smtp_password_request password = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
    password.password = "Secret\"12Word\\";
    password.email_address = "service@mail.example.com";
    expect_json("UpdateEmailSmtpPassWord", &password,
        "{\"Password\":\"Secret\\\"12Word\\\\\",\"EmailAddress\":\"service@mail.example.com\"}");
}

static void test_encode__unsubscribe_actions_with_every_field(void **state)
{
    (void)state;
    tcses_create_address_unsubscribe_config_request create = TCSES_CREATE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    create.address = "service@mail.example.com";
    create.unsubscribe_config = "10";
    create.status = TCSES_UNSUBSCRIBE_ON;
    expect_json("CreateAddressUnsubscribeConfig", &create,
        "{\"Address\":\"service@mail.example.com\",\"UnsubscribeConfig\":\"10\",\"Status\":1}");
    tcses_update_address_unsubscribe_config_request update = TCSES_UPDATE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    update.address = "service@mail.example.com";
    update.unsubscribe_config = "0";
    update.status = TCSES_UNSUBSCRIBE_OFF;
    expect_json("UpdateAddressUnsubscribeConfig", &update,
        "{\"Address\":\"service@mail.example.com\",\"UnsubscribeConfig\":\"0\",\"Status\":0}");
    tcses_delete_address_unsubscribe_config_request delete = TCSES_DELETE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    delete.address = "service@mail.example.com";
    expect_json("DeleteAddressUnsubscribeConfig", &delete, "{\"Address\":\"service@mail.example.com\"}");
    tcses_list_address_unsubscribe_config_request list = TCSES_LIST_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    list.offset = 30;
    list.limit = 50;
    expect_json("ListAddressUnsubscribeConfig", &list, "{\"Offset\":30,\"Limit\":\"50\"}");
}

static void test_encode__what_is_not_set_is_not_sent(void **state)
{
    (void)state;
    tcses_create_email_identity_request create = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    create.email_identity = "a.b";
    expect_json("CreateEmailIdentity", &create, "{\"EmailIdentity\":\"a.b\"}");
    tcses_update_email_identity_request update = TCSES_UPDATE_EMAIL_IDENTITY_REQUEST_INIT;
    update.email_identity = "a.b";
    expect_json("UpdateEmailIdentity", &update, "{\"EmailIdentity\":\"a.b\"}");
    update.new_api = TCSES_FALSE;
    update.dkim_option = TCSES_DKIM_1024;
    expect_json("UpdateEmailIdentity", &update, "{\"EmailIdentity\":\"a.b\",\"NewAPI\":false,\"DKIMOption\":0}");
    tcses_list_email_identities_request list = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    expect_json("ListEmailIdentities", &list, "{}");
    tcses_create_email_address_request address = TCSES_CREATE_EMAIL_ADDRESS_REQUEST_INIT;
    address.email_address = "a@b.c";
    expect_json("CreateEmailAddress", &address, "{\"EmailAddress\":\"a@b.c\"}");
    address.email_sender_name = "";
    expect_json("CreateEmailAddress", &address, "{\"EmailAddress\":\"a@b.c\",\"EmailSenderName\":\"\"}");
    tcses_delete_address_unsubscribe_config_request delete = TCSES_DELETE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    expect_json("DeleteAddressUnsubscribeConfig", &delete, "{}");
    delete.address = "";
    expect_json("DeleteAddressUnsubscribeConfig", &delete, "{\"Address\":\"\"}");
}

static void test_encode__request_may_be_null_where_nothing_is_required(void **state)
{
    (void)state;
    expect_json("ListEmailIdentities", NULL, "{}");
    expect_json("ListEmailAddress", NULL, "{}");
    expect_json("DeleteAddressUnsubscribeConfig", NULL, "{}");
    expect_json("ListAddressUnsubscribeConfig", NULL, "{}");
    static const char *const others[] = {"CreateEmailIdentity", "GetEmailIdentity", "UpdateEmailIdentity",
        "DeleteEmailIdentity", "CreateEmailAddress", "DeleteEmailAddress", "UpdateEmailSmtpPassWord",
        "CreateAddressUnsubscribeConfig", "UpdateAddressUnsubscribeConfig"};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        expect_refusal(others[i], NULL, "request");
}

/* ---- refusals ---- */

static void test_encode__refuses_domains(void **state)
{
    (void)state;
    static const char *const bad[] = {NULL, "", "example", "mail.example.com.", "-a.example.com", "a..b", "例子.com",
        "a b.com", "a.com\n", "http://a.com", "*.a.com"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        tcses_create_email_identity_request create = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
        tcses_get_email_identity_request get = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
        tcses_update_email_identity_request update = TCSES_UPDATE_EMAIL_IDENTITY_REQUEST_INIT;
        tcses_delete_email_identity_request delete = TCSES_DELETE_EMAIL_IDENTITY_REQUEST_INIT;
        create.email_identity = get.email_identity = update.email_identity = delete.email_identity = bad[i];
        expect_refusal("CreateEmailIdentity", &create, "email_identity");
        expect_refusal("GetEmailIdentity", &get, "email_identity");
        expect_refusal("UpdateEmailIdentity", &update, "email_identity");
        expect_refusal("DeleteEmailIdentity", &delete, "email_identity");
    }
}

static void test_encode__refuses_addresses(void **state)
{
    (void)state;
    static const char *const bad[] = {NULL, "", "service", "@mail.example.com", "service@", "a@b@c.com", "a@localhost",
        "a b@c.com", "a@c.com\r\nX: y", "a\xC0\xAF@c.com"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        tcses_create_email_address_request create = TCSES_CREATE_EMAIL_ADDRESS_REQUEST_INIT;
        tcses_delete_email_address_request delete = TCSES_DELETE_EMAIL_ADDRESS_REQUEST_INIT;
        tcses_update_email_smtp_password_request password = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
        password.password = "x";
        create.email_address = delete.email_address = password.email_address = bad[i];
        expect_refusal("CreateEmailAddress", &create, "email_address");
        expect_refusal("DeleteEmailAddress", &delete, "email_address");
        expect_refusal("UpdateEmailSmtpPassWord", &password, "email_address");
        tcses_create_address_unsubscribe_config_request config = TCSES_CREATE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
        config.unsubscribe_config = "1";
        config.status = TCSES_UNSUBSCRIBE_ON;
        config.address = bad[i];
        expect_refusal("CreateAddressUnsubscribeConfig", &config, "address");
        tcses_delete_address_unsubscribe_config_request optional = TCSES_DELETE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
        optional.address = bad[i];
        if (i > 1)
            expect_refusal("DeleteAddressUnsubscribeConfig", &optional, "address");
    }
}

static void test_encode__refuses_texts(void **state)
{
    (void)state;
    static const char *const bad[] = {"line\nbreak", "tab\t", "bell\a", "\x7F", "\xC2\x85", "\xFF", "\xED\xA0\x80"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        tcses_create_email_address_request create = TCSES_CREATE_EMAIL_ADDRESS_REQUEST_INIT;
        create.email_address = "a@b.c";
        create.email_sender_name = bad[i];
        expect_refusal("CreateEmailAddress", &create, "email_sender_name");
        tcses_update_email_smtp_password_request password = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
        password.email_address = "a@b.c";
        password.password = bad[i];
        expect_refusal("UpdateEmailSmtpPassWord", &password, "password");
    }
    tcses_update_email_smtp_password_request none = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
    none.email_address = "a@b.c";
    expect_refusal("UpdateEmailSmtpPassWord", &none, "password");
    none.password = "";
    expect_refusal("UpdateEmailSmtpPassWord", &none, "password");
}

static void test_encode__refuses_numbers_and_switches(void **state)
{
    (void)state;
    tcses_create_email_identity_request create = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    create.email_identity = "a.b";
    create.dkim_option = -1;
    expect_refusal("CreateEmailIdentity", &create, "dkim_option");
    tcses_update_email_identity_request update = TCSES_UPDATE_EMAIL_IDENTITY_REQUEST_INIT;
    update.email_identity = "a.b";
    update.new_api = 3;
    expect_refusal("UpdateEmailIdentity", &update, "new_api");
    update.new_api = -1;
    expect_refusal("UpdateEmailIdentity", &update, "new_api");
    tcses_list_email_identities_request list = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    list.limit = 101;
    expect_refusal("ListEmailIdentities", &list, "limit");
    tcses_list_address_unsubscribe_config_request configs = TCSES_LIST_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    configs.limit = 101;
    expect_refusal("ListAddressUnsubscribeConfig", &configs, "limit");
    tcses_update_address_unsubscribe_config_request config = TCSES_UPDATE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    config.address = "a@b.c";
    config.unsubscribe_config = "1";
    expect_refusal("UpdateAddressUnsubscribeConfig", &config, "status");
    config.status = -2;
    expect_refusal("UpdateAddressUnsubscribeConfig", &config, "status");
    config.status = TCSES_UNSUBSCRIBE_ON;
    config.unsubscribe_config = "";
    expect_refusal("UpdateAddressUnsubscribeConfig", &config, "unsubscribe_config");
    config.unsubscribe_config = NULL;
    expect_refusal("UpdateAddressUnsubscribeConfig", &config, "unsubscribe_config");
}

static void test_encode__a_number_not_known_yet_is_passed_on(void **state)
{
    (void)state;
    tcses_create_email_identity_request create = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    create.email_identity = "a.b";
    create.dkim_option = 8;
    expect_json("CreateEmailIdentity", &create, "{\"EmailIdentity\":\"a.b\",\"DKIMOption\":7}");
}

static void test_encode__refuses_reserved_fields(void **state)
{
    (void)state;
    tcses_create_email_identity_request create = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    create.email_identity = "a.b";
    create.reserved = 1;
    expect_refusal("CreateEmailIdentity", &create, "reserved");
    tcses_list_email_identities_request list = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    list.reserved = (size_t)1 << 40;
    expect_refusal("ListEmailIdentities", &list, "reserved");
    tcses_create_address_unsubscribe_config_request config = TCSES_CREATE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    config.address = "a@b.c";
    config.unsubscribe_config = "1";
    config.status = TCSES_UNSUBSCRIBE_ON;
    config.reserved = -1;
    expect_refusal("CreateAddressUnsubscribeConfig", &config, "reserved");
    tcses_list_address_unsubscribe_config_request configs = TCSES_LIST_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    configs.reserved = 1;
    expect_refusal("ListAddressUnsubscribeConfig", &configs, "reserved");
}

/* ---- lists ---- */

static void expect_tag_refusal(const tcses_tag *const *tags, size_t count, const char *at)
{
    tcses_create_email_identity_request create = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    create.email_identity = "a.b";
    create.tag_list = tags;
    create.tag_list_count = count;
    expect_refusal("CreateEmailIdentity", &create, at);
    tcses_list_email_identities_request list = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    list.tag_list = tags;
    list.tag_list_count = count;
    expect_refusal("ListEmailIdentities", &list, at);
}

static void test_encode__names_the_item_at_fault(void **state)
{
    (void)state;
    const tcses_tag *tags[] = {&tag_one, NULL};
    expect_tag_refusal(NULL, 1, "tag_list");
    expect_tag_refusal(tags, 10001, "tag_list");
    expect_tag_refusal(tags, 2, "tag_list[1]");
    tcses_tag bad = TCSES_TAG_INIT;
    tags[1] = &bad;
    expect_tag_refusal(tags, 2, "tag_list[1].tag_key");
    bad.tag_key = "";
    expect_tag_refusal(tags, 2, "tag_list[1].tag_key");
    bad.tag_key = "k\x01";
    expect_tag_refusal(tags, 2, "tag_list[1].tag_key");
    bad.tag_key = "k";
    expect_tag_refusal(tags, 2, "tag_list[1].tag_value");
    bad.tag_value = "\xC3";
    expect_tag_refusal(tags, 2, "tag_list[1].tag_value");
    bad.tag_value = "v";
    bad.size = 7;
    expect_tag_refusal(tags, 2, "tag_list[1]");
    bad.size = 4097;
    expect_tag_refusal(tags, 2, "tag_list[1]");
}

static void test_encode__an_empty_list_is_sent_empty(void **state)
{
    (void)state;
    tcses_create_email_identity_request create = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    create.email_identity = "a.b";
    create.tag_list = two_tags;
    expect_json("CreateEmailIdentity", &create, "{\"EmailIdentity\":\"a.b\",\"TagList\":[]}");
}

/* ---- struct sizes ---- */

static void test_encode__a_longer_struct_must_end_in_zeros(void **state)
{
    (void)state;
    struct {
        tcses_get_email_identity_request request;
        size_t later;
    } longer = {{sizeof longer, "a.b"}, 0};
    expect_json("GetEmailIdentity", &longer, "{\"EmailIdentity\":\"a.b\"}");
    longer.later = 1;
    expect_refusal("GetEmailIdentity", &longer, "request");
    struct {
        tcses_tag tag;
        size_t later;
    } tag = {{sizeof tag, "k", "v"}, 0};
    const tcses_tag *const tags[] = {&tag_one, &tag.tag};
    tcses_list_email_identities_request list = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    list.tag_list = tags;
    list.tag_list_count = 2;
    expect_json("ListEmailIdentities", &list,
        "{\"TagList\":[{\"TagKey\":\"team\",\"TagValue\":\"mail\"},{\"TagKey\":\"k\",\"TagValue\":\"v\"}]}");
    tag.later = 1;
    expect_tag_refusal(tags, 2, "tag_list[1]");
}

static void test_encode__refuses_sizes_that_no_version_had(void **state)
{
    (void)state;
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = "a.b";
    const size_t bad[] = {0, 1, sizeof(size_t), sizeof request - 1, 4097, SIZE_MAX};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        request.size = bad[i];
        expect_refusal("GetEmailIdentity", &request, "request");
    }
}

/* A struct that has grown since its first version, with items that have grown too. */
typedef struct item {
    size_t size;
    const char *name;
    uint64_t later;
} item;
typedef struct grown {
    size_t size;
    const item *const *items;
    size_t items_count;
    const char *later;
} grown;

static const field item_fields[] = {TEXT(item, name, "Name", RULE_REQUIRED), NUMBER(item, later, "Later", RULE_NONE)};
static const field_table item_table = {sizeof(item), offsetof(item, later), item_fields, 2};
static const field grown_fields[] = {
    LIST(grown, items, "Items", item, &item_table), TEXT(grown, later, "Later", RULE_NONE)};
static const field_table grown_table = {sizeof(grown), offsetof(grown, later), grown_fields, 2};

static void test_encode__an_older_struct_leaves_the_rest_unset(void **state)
{
    (void)state;
    /* What stands behind an older struct is not the library's to read. */
    item old_item = {offsetof(item, later), "a", 77};
    item new_item = {sizeof new_item, "b", 88};
    const item *const items[] = {&old_item, &new_item};
    grown request = {offsetof(grown, later), items, 2, "not read"};
    buffer out;
    assert_int_equal(encode(&grown_table, &request, &out, NULL), TCSES_OK);
    assert_string_equal(buffer_text(&out), "{\"Items\":[{\"Name\":\"a\"},{\"Name\":\"b\",\"Later\":88}]}");
    buffer_free(&out);
    request.size = sizeof request;
    request.later = "read";
    assert_int_equal(encode(&grown_table, &request, &out, NULL), TCSES_OK);
    assert_string_equal(
        buffer_text(&out), "{\"Items\":[{\"Name\":\"a\"},{\"Name\":\"b\",\"Later\":88}],\"Later\":\"read\"}");
    buffer_free(&out);
    old_item.size = offsetof(item, later) - 1;
    expect_table_refusal(&grown_table, &request, "items[0]");
}

/* ---- memory and secrets ---- */

static void test_encode__every_allocation_may_fail(void **state)
{
    (void)state;
    char name[600];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    tcses_create_email_address_request create = TCSES_CREATE_EMAIL_ADDRESS_REQUEST_INIT;
    create.email_address = "a@b.c";
    create.email_sender_name = name;
    size_t failures = 0;
    for (bool reached = true; reached;) {
        test_memory m;
        buffer out;
        test_memory_init(&m);
        memory mem = test_memory_inside(&m);
        buffer_init(&out, &mem);
        m.fail_at = failures + 1;
        tcses_status status = codec_encode(ses_action_find("CreateEmailAddress")->request, &create, &out, NULL);
        reached = m.taken >= m.fail_at;
        assert_int_equal(status, reached ? TCSES_ERR_MEMORY : TCSES_OK);
        failures += reached;
        buffer_free(&out);
        assert_int_equal(m.live, 0);
    }
    assert_true(failures >= 2);
}

static void test_encode__leaves_no_password_in_released_memory(void **state)
{
    (void)state;
    char password[900];
    memset(password, 'p', sizeof password - 1);
    memcpy(password, "Geheim12Wort", 12);
    password[sizeof password - 1] = '\0';
    test_memory m;
    buffer out;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    m.look = "Geheim12Wort";
    buffer_init(&out, &mem);
    tcses_update_email_smtp_password_request request = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
    request.password = password;
    request.email_address = "a@b.c";
    assert_int_equal(codec_encode(ses_action_find("UpdateEmailSmtpPassWord")->request, &request, &out, NULL), TCSES_OK);
    assert_non_null(strstr(buffer_text(&out), "Geheim12Wort"));
    assert_true(m.taken > 1);
    buffer_free(&out);
    assert_int_equal(m.live, 0);
    assert_int_equal(m.found, 0);
}

static void test_encode__a_refusal_does_not_tell_the_value(void **state)
{
    (void)state;
    tcses_update_email_smtp_password_request request = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
    request.password = "Geheim12Wort\n";
    request.email_address = "a@b.c";
    buffer out;
    tcses_error *error = NULL;
    assert_int_equal(
        encode(ses_action_find("UpdateEmailSmtpPassWord")->request, &request, &out, &error), TCSES_ERR_ARGUMENT);
    assert_string_equal(tcses_error_message(error), "password: must not hold control characters");
    tcses_error_free(error);
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encode__domain_actions_with_every_field),
        cmocka_unit_test(test_encode__address_actions_with_every_field),
        cmocka_unit_test(test_encode__unsubscribe_actions_with_every_field),
        cmocka_unit_test(test_encode__what_is_not_set_is_not_sent),
        cmocka_unit_test(test_encode__request_may_be_null_where_nothing_is_required),
        cmocka_unit_test(test_encode__refuses_domains),
        cmocka_unit_test(test_encode__refuses_addresses),
        cmocka_unit_test(test_encode__refuses_texts),
        cmocka_unit_test(test_encode__refuses_numbers_and_switches),
        cmocka_unit_test(test_encode__a_number_not_known_yet_is_passed_on),
        cmocka_unit_test(test_encode__refuses_reserved_fields),
        cmocka_unit_test(test_encode__names_the_item_at_fault),
        cmocka_unit_test(test_encode__an_empty_list_is_sent_empty),
        cmocka_unit_test(test_encode__a_longer_struct_must_end_in_zeros),
        cmocka_unit_test(test_encode__refuses_sizes_that_no_version_had),
        cmocka_unit_test(test_encode__an_older_struct_leaves_the_rest_unset),
        cmocka_unit_test(test_encode__every_allocation_may_fail),
        cmocka_unit_test(test_encode__leaves_no_password_in_released_memory),
        cmocka_unit_test(test_encode__a_refusal_does_not_tell_the_value),
    };
    return cmocka_run_group_tests_name("encode", tests, NULL, NULL);
}
