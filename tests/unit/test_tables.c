/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Holds the tables of fields against the service's list of names and types, tests/data/ses-fields.json.
 */
#include "support.h"

#include <jansson.h>

#include "ses/action.h"

/* The largest struct that the encoder has room for. */
#define STRUCT_MAX 512

typedef struct checker {
    const json_t *objects;
    const char *action;
    bool is_request;
} checker;

static const field *find_field(const field_table *table, const char *name)
{
    const field *found = NULL;
    for (size_t i = 0; i < table->fields_count; i++) {
        const field *f = &table->fields[i];
        if (f->json == NULL || strcmp(f->json, name) != 0)
            continue;
        if (found != NULL)
            fail_msg("%s is twice in a table", name);
        found = f;
    }
    return found;
}

static bool fits(const checker *c, const field *f, const char *type, size_t length)
{
    if (strncmp(type, "string", length) == 0)
        return f->kind == FIELD_TEXT || (c->is_request && f->kind == FIELD_DIGITS);
    if (strncmp(type, "bool", length) == 0)
        return f->kind == FIELD_SWITCH;
    if (strncmp(type, "uint64", length) == 0)
        return f->kind == FIELD_CHOICE ||
               (c->is_request ? f->kind == FIELD_NUMBER : f->kind == FIELD_COUNT || f->kind == FIELD_TIME);
    return false;
}

static void check_fields(const checker *c, const json_t *names, const field_table *table);

static void check_list(const checker *c, const field *f, const char *type, size_t length)
{
    char of[64] = "";
    assert_true(type[length - 1] == ']' && length - 2 < sizeof of);
    memcpy(of, type + 1, length - 2);
    if (strcmp(of, "string") == 0) {
        assert_int_equal(f->kind, FIELD_TEXT_LIST);
        return;
    }
    const json_t *object = json_object_get(c->objects, of);
    assert_non_null(object);
    assert_int_equal(f->kind, FIELD_LIST);
    check_fields(c, object, f->of);
}

static void check_field(const checker *c, const field_table *table, const char *name, const char *type)
{
    const field *f = find_field(table, name);
    size_t length = strcspn(type, "!");
    if (f == NULL)
        fail_msg("%s: %s is missing", c->action, name);
    if (((f->rules & RULE_PRESENT) != 0) != (type[length] == '!'))
        fail_msg("%s: %s is required on one side only", c->action, name);
    if (type[0] == '[')
        check_list(c, f, type, length);
    else if (!fits(c, f, type, length))
        fail_msg("%s: %s has kind %d, and its type is %s", c->action, name, (int)f->kind, type);
}

static size_t bytes_of(const field *f)
{
    switch (f->kind) {
    case FIELD_NUMBER:
    case FIELD_DIGITS:
        return sizeof(uint64_t);
    case FIELD_CHOICE:
    case FIELD_SWITCH:
        return sizeof(int32_t);
    case FIELD_LIST:
    case FIELD_TEXT_LIST:
        return sizeof(void *) + sizeof(size_t);
    case FIELD_RESERVED:
        return f->bytes;
    default:
        return sizeof(void *);
    }
}

/* Every byte of the struct belongs to a field of the table, to the head, or to a `reserved` of a response. */
static void check_coverage(const char *name, const field_table *table, size_t head, bool is_request)
{
    size_t covered = head;
    for (size_t i = 0; i < table->fields_count; i++) {
        const field *f = &table->fields[i];
        covered += bytes_of(f);
        assert_true(f->offset >= head && f->offset + bytes_of(f) <= table->bytes + sizeof(size_t));
        for (size_t j = 0; j < i; j++)
            assert_true(f->offset != table->fields[j].offset);
        if (f->kind == FIELD_LIST)
            check_coverage(f->json, f->of, sizeof(size_t), is_request);
    }
    if (covered != table->bytes && (is_request || covered + sizeof(int32_t) != table->bytes))
        fail_msg("%s: %zu of %zu bytes are in the table", name, covered, table->bytes);
}

static void check_fields(const checker *c, const json_t *names, const field_table *table)
{
    const char *name;
    json_t *type;
    json_object_foreach((json_t *)(uintptr_t)names, name, type)
    {
        if (c->is_request || strcmp(name, "RequestId") != 0)
            check_field(c, table, name, json_string_value(type));
    }
    for (size_t i = 0; i < table->fields_count; i++) {
        const char *json = table->fields[i].json;
        if (json != NULL && json_object_get(names, json) == NULL)
            fail_msg("%s: the service knows no %s", c->action, json);
    }
    assert_true(table->v1 <= table->bytes);
    assert_true(table->bytes <= STRUCT_MAX);
}

static void test_tables__hold_the_fields_of_the_service_and_no_others(void **state)
{
    (void)state;
    json_t *list = json_load_file(TEST_DATA("ses-fields.json"), JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(list);
    json_t *actions = json_object_get(list, "actions");
    assert_int_equal(json_object_size(actions), 13);
    assert_string_equal(json_string_value(json_object_get(list, "version")), SES_VERSION);
    const char *name;
    json_t *fields;
    json_object_foreach(actions, name, fields)
    {
        const ses_action *action = ses_action_find(name);
        if (action == NULL)
            fail_msg("there is no action %s", name);
        checker c = {json_object_get(list, "objects"), name, true};
        check_fields(&c, json_object_get(fields, "request"), action->request);
        c.is_request = false;
        check_fields(&c, json_object_get(fields, "response"), action->response);
        assert_non_null(json_object_get(json_object_get(fields, "response"), "RequestId"));
    }
    json_decref(list);
}

typedef struct expected_action {
    const char *name;
    int32_t retry_class;
    size_t request_bytes;
    size_t response_bytes;
} expected_action;

#define EXPECTED(action, type, retry_class)                                                  \
    {                                                                                        \
        action, retry_class, sizeof(tcses_##type##_request), sizeof(tcses_##type##_response) \
    }

static const expected_action expected_actions[] = {
    EXPECTED("CreateEmailIdentity", create_email_identity, TCSES_RETRY_CREATE),
    EXPECTED("GetEmailIdentity", get_email_identity, TCSES_RETRY_READ),
    EXPECTED("ListEmailIdentities", list_email_identities, TCSES_RETRY_READ),
    EXPECTED("UpdateEmailIdentity", update_email_identity, TCSES_RETRY_IDEMPOTENT),
    EXPECTED("DeleteEmailIdentity", delete_email_identity, TCSES_RETRY_DELETE),
    EXPECTED("CreateEmailAddress", create_email_address, TCSES_RETRY_CREATE),
    EXPECTED("ListEmailAddress", list_email_address, TCSES_RETRY_READ),
    EXPECTED("DeleteEmailAddress", delete_email_address, TCSES_RETRY_DELETE),
    EXPECTED("UpdateEmailSmtpPassWord", update_email_smtp_password, TCSES_RETRY_SET),
    EXPECTED("CreateAddressUnsubscribeConfig", create_address_unsubscribe_config, TCSES_RETRY_CREATE),
    EXPECTED("UpdateAddressUnsubscribeConfig", update_address_unsubscribe_config, TCSES_RETRY_IDEMPOTENT),
    EXPECTED("DeleteAddressUnsubscribeConfig", delete_address_unsubscribe_config, TCSES_RETRY_DELETE),
    EXPECTED("ListAddressUnsubscribeConfig", list_address_unsubscribe_config, TCSES_RETRY_READ),
};

static void test_tables__belong_to_their_structs(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(expected_actions); i++) {
        const expected_action *expected = &expected_actions[i];
        const ses_action *action = ses_action_find(expected->name);
        assert_non_null(action);
        assert_string_equal(action->name, expected->name);
        assert_int_equal(action->retry_class, expected->retry_class);
        assert_int_equal(action->request->bytes, expected->request_bytes);
        assert_int_equal(action->response->bytes, expected->response_bytes);
        check_coverage(action->name, action->request, sizeof(size_t), true);
        check_coverage(action->name, action->response, sizeof(ses_response_head), false);
    }
}

static void test_tables__an_action_that_is_not_there(void **state)
{
    (void)state;
    assert_null(ses_action_find("SendEmail"));
    assert_null(ses_action_find("createemailidentity"));
    assert_null(ses_action_find(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables__hold_the_fields_of_the_service_and_no_others),
        cmocka_unit_test(test_tables__belong_to_their_structs),
        cmocka_unit_test(test_tables__an_action_that_is_not_there),
    };
    return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
