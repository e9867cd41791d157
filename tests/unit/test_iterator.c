/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The iterators over domains and over unsubscribe links, which are one but for their types: most tests walk over domains.
 * The mock plays pages; each names the request that it expects.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#define LIST "ListEmailIdentities"

/* Adds a page of domains "d<first>".."d<last>" that answers this body; last < first: an empty page. */
static void add_page(test_rig *rig, const char *body, int first, int last)
{
    char page[8192] = "{\"Response\":{\"EmailIdentities\":[";
    for (int i = first; i <= last; i++) {
        size_t used = strlen(page);
        snprintf(page + used, sizeof page - used, "%s{\"IdentityName\":\"d%d\"}", i > first ? "," : "", i);
    }
    size_t used = strlen(page);
    int length = snprintf(page + used, sizeof page - used, "],\"Total\":3,\"RequestId\":\"r\"}}");
    assert_true(length > 0 && used + (size_t)length < sizeof page);
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.action = LIST;
    exchange.body = body;
    exchange.response_body = page;
    assert_int_equal(tcses_mock_expect(rig->mock, &exchange, NULL), TCSES_OK);
}

static tcses_email_identity_iterator *iterate(test_rig *rig, uint64_t limit)
{
    tcses_email_identity_iterator *iterator = NULL;
    tcses_list_email_identities_request request = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    request.limit = limit;
    assert_int_equal(tcses_email_identity_iterator_new(rig->client, &request, NULL, &iterator, NULL), TCSES_OK);
    return iterator;
}

static void expect_next(tcses_email_identity_iterator *iterator, const char *name)
{
    const tcses_email_identity *item = NULL;
    tcses_error *error = NULL;
    if (tcses_email_identity_iterator_next(iterator, &item, &error) != TCSES_OK)
        fail_msg("%s: %s", name, tcses_error_message(error));
    assert_null(error);
    if (item == NULL)
        fail_msg("the end in place of %s", name);
    assert_string_equal(item->identity_name, name);
}

static void expect_names(tcses_email_identity_iterator *iterator, int first, int last)
{
    for (int i = first; i <= last; i++) {
        char name[16];
        snprintf(name, sizeof name, "d%d", i);
        expect_next(iterator, name);
    }
}

/* The end stays the end. */
static void expect_end(tcses_email_identity_iterator *iterator)
{
    for (int i = 0; i < 3; i++) {
        const tcses_email_identity *item = (const void *)(uintptr_t)1;
        tcses_error *error = (tcses_error *)(uintptr_t)1;
        assert_int_equal(tcses_email_identity_iterator_next(iterator, &item, &error), TCSES_OK);
        assert_null(item);
        assert_null(error);
    }
}

static void test_iterator__one_page(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_email_identity_iterator *iterator = NULL;
    assert_int_equal(tcses_email_identity_iterator_new(rig.client, NULL, NULL, &iterator, NULL), TCSES_OK);
    assert_int_equal(tcses_mock_requests_count(rig.mock), 0);
    add_page(&rig, "{\"Limit\":100}", 1, 3);
    expect_names(iterator, 1, 3);
    expect_end(iterator);
    assert_int_equal(tcses_mock_requests_count(rig.mock), 1);
    tcses_email_identity_iterator_free(iterator);
    rig_free(&rig);
}

static void test_iterator__no_domains(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_email_identity_iterator *iterator = iterate(&rig, 0);
    rig_answer(&rig, LIST, "{\"Response\":{\"RequestId\":\"r\"}}");
    expect_end(iterator);
    tcses_email_identity_iterator_free(iterator);
    rig_free(&rig);
}

static void test_iterator__several_pages(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_email_identity_iterator *iterator = iterate(&rig, 3);
    add_page(&rig, "{\"Limit\":3}", 1, 3);
    add_page(&rig, "{\"Limit\":3,\"Offset\":3}", 4, 6);
    add_page(&rig, "{\"Limit\":3,\"Offset\":6}", 7, 7);
    expect_names(iterator, 1, 7);
    expect_end(iterator);
    assert_int_equal(tcses_mock_requests_count(rig.mock), 3);
    tcses_email_identity_iterator_free(iterator);
    rig_free(&rig);
}

static void test_iterator__an_exact_multiple_of_the_limit(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_email_identity_iterator *iterator = iterate(&rig, 2);
    add_page(&rig, "{\"Limit\":2}", 1, 2);
    add_page(&rig, "{\"Limit\":2,\"Offset\":2}", 3, 4);
    add_page(&rig, "{\"Limit\":2,\"Offset\":4}", 5, 4);
    expect_names(iterator, 1, 4);
    expect_end(iterator);
    tcses_email_identity_iterator_free(iterator);
    rig_free(&rig);
}

static void test_iterator__many_pages_of_a_hundred(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_email_identity_iterator *iterator = iterate(&rig, 100);
    add_page(&rig, NULL, 1, 100);
    add_page(&rig, NULL, 101, 200);
    add_page(&rig, NULL, 201, 250);
    expect_names(iterator, 1, 250);
    expect_end(iterator);
    tcses_email_identity_iterator_free(iterator);
    rig_free(&rig);
}

/* Names move to the next page when one is added meanwhile. */
static void test_iterator__names_already_given_are_dropped(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_email_identity_iterator *iterator = iterate(&rig, 3);
    add_page(&rig, "{\"Limit\":3}", 1, 3);
    add_page(&rig, "{\"Limit\":3,\"Offset\":3}", 2, 4);
    add_page(&rig, "{\"Limit\":3,\"Offset\":6}", 4, 5);
    expect_names(iterator, 1, 5);
    expect_end(iterator);
    tcses_email_identity_iterator_free(iterator);
    rig_free(&rig);
}

static void test_iterator__a_server_that_ignores_the_offset(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_email_identity_iterator *iterator = iterate(&rig, 2);
    add_page(&rig, "{\"Limit\":2}", 1, 2);
    add_page(&rig, "{\"Limit\":2,\"Offset\":2}", 1, 2);
    expect_names(iterator, 1, 2);
    expect_end(iterator);
    tcses_email_identity_iterator_free(iterator);
    rig_free(&rig);
}

static void test_iterator__a_server_that_ignores_the_limit(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_email_identity_iterator *iterator = iterate(&rig, 2);
    add_page(&rig, "{\"Limit\":2}", 1, 5);
    add_page(&rig, "{\"Limit\":2,\"Offset\":5}", 6, 5);
    expect_names(iterator, 1, 5);
    expect_end(iterator);
    tcses_email_identity_iterator_free(iterator);
    rig_free(&rig);
}

static void test_iterator__goes_on_after_an_error(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_email_identity_iterator *iterator = iterate(&rig, 2);
    rig_refuse(&rig, LIST, "AuthFailure.SecretIdNotFound");
    add_page(&rig, "{\"Limit\":2}", 1, 2);
    rig_refuse(&rig, LIST, "UnauthorizedOperation");
    rig_answer(&rig, LIST, "{\"Response\":{\"EmailIdentities\":7}}");
    add_page(&rig, "{\"Limit\":2,\"Offset\":2}", 3, 3);
    const tcses_email_identity *item = (const void *)(uintptr_t)1;
    tcses_error *error = NULL;
    assert_int_equal(tcses_email_identity_iterator_next(iterator, &item, &error), TCSES_ERR_API);
    assert_null(item);
    expect_error(error, TCSES_ERR_API, NULL);
    expect_names(iterator, 1, 2);
    assert_int_equal(tcses_email_identity_iterator_next(iterator, &item, &error), TCSES_ERR_API);
    assert_string_equal(tcses_error_code(error), "UnauthorizedOperation");
    expect_error(error, TCSES_ERR_API, NULL);
    assert_int_equal(tcses_email_identity_iterator_next(iterator, &item, &error), TCSES_ERR_RESPONSE);
    expect_error(error, TCSES_ERR_RESPONSE, "Response.EmailIdentities");
    assert_int_equal(tcses_email_identity_iterator_next(iterator, &item, NULL), TCSES_OK);
    assert_string_equal(item->identity_name, "d3");
    expect_end(iterator);
    tcses_email_identity_iterator_free(iterator);
    rig_free(&rig);
}

static void test_iterator__items_live_until_the_free(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_email_identity_iterator *iterator = iterate(&rig, 1);
    const tcses_email_identity *items[3] = {NULL, NULL, NULL};
    for (int i = 0; i < 3; i++) {
        add_page(&rig, NULL, i, i);
        assert_int_equal(tcses_email_identity_iterator_next(iterator, &items[i], NULL), TCSES_OK);
    }
    add_page(&rig, NULL, 1, 0);
    expect_end(iterator);
    assert_string_equal(items[0]->identity_name, "d0");
    assert_string_equal(items[1]->identity_name, "d1");
    assert_string_equal(items[2]->identity_name, "d2");
    tcses_email_identity_iterator_free(iterator);
    rig_free(&rig);
}

static void test_iterator__copies_request_and_options(void **state)
{
    (void)state;
    test_rig rig;
    char key[] = "team", value[] = "mail", region[] = "ap-hongkong";
    tcses_cancel *cancel = NULL;
    rig_init(&rig);
    rig_open(&rig);
    assert_int_equal(tcses_cancel_new(NULL, &cancel, NULL), TCSES_OK);
    tcses_tag tag = {sizeof tag, key, value};
    const tcses_tag *tags[] = {&tag};
    tcses_list_email_identities_request request = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    request.tag_list = tags;
    request.tag_list_count = 1;
    request.limit = 1;
    request.offset = 5;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    options.region = region;
    options.cancel = cancel;
    tcses_email_identity_iterator *iterator = NULL;
    assert_int_equal(tcses_email_identity_iterator_new(rig.client, &request, &options, &iterator, NULL), TCSES_OK);
    memset(key, 'x', sizeof key - 1);
    memset(value, 'x', sizeof value - 1);
    memset(region, 'x', sizeof region - 1);
    memset(&tag, 0, sizeof tag);
    tags[0] = NULL;
    memset(&request, 0xFF, sizeof request);
    memset(&options, 0xFF, sizeof options);
    add_page(&rig, "{\"TagList\":[{\"TagKey\":\"team\",\"TagValue\":\"mail\"}],\"Limit\":1,\"Offset\":5}", 1, 1);
    expect_next(iterator, "d1");
    assert_string_equal(tcses_mock_request_header(rig.mock, 0, "X-TC-Region"), "ap-hongkong");
    /* The iterator's own reference to the cancel is what a cancel from elsewhere reaches. */
    tcses_cancel_trigger(cancel);
    tcses_cancel_unref(cancel);
    const tcses_email_identity *item = NULL;
    tcses_error *error = NULL;
    assert_int_equal(tcses_email_identity_iterator_next(iterator, &item, &error), TCSES_ERR_CANCELLED);
    expect_error(error, TCSES_ERR_CANCELLED, NULL);
    tcses_email_identity_iterator_free(iterator);
    rig_free(&rig);
}

static void test_iterator__arguments_are_refused_when_it_is_made(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_email_identity_iterator *iterator = (void *)(uintptr_t)1;
    tcses_error *error = NULL;
#define REFUSED(client, request, options, at)                                                                    \
    do {                                                                                                         \
        assert_int_equal(                                                                                        \
            tcses_email_identity_iterator_new(client, request, options, &iterator, &error), TCSES_ERR_ARGUMENT); \
        assert_null(iterator);                                                                                   \
        expect_error(error, TCSES_ERR_ARGUMENT, at);                                                             \
    } while (0)
    tcses_tag bad = {sizeof bad, "k", NULL};
    const tcses_tag *const tags[] = {&bad};
    const tcses_tag *const holes[] = {NULL};
    tcses_list_email_identities_request request = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    REFUSED(NULL, &request, NULL, "client");
    request.size = 8;
    REFUSED(rig.client, &request, NULL, "request");
    tcses_list_email_identities_request_init(&request, sizeof request);
    request.limit = 101;
    REFUSED(rig.client, &request, NULL, "limit");
    request.limit = 0;
    request.tag_list_count = 1;
    REFUSED(rig.client, &request, NULL, "tag_list");
    request.tag_list = tags;
    REFUSED(rig.client, &request, NULL, "tag_list[0].tag_value");
    request.tag_list = holes;
    REFUSED(rig.client, &request, NULL, "tag_list[0]");
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    options.region = "a\r\nb";
    REFUSED(rig.client, NULL, &options, "options.region");
    options.region = NULL;
    options.timeout_ms = -1;
    REFUSED(rig.client, NULL, &options, "options.timeout_ms");
#undef REFUSED
    assert_int_equal(tcses_email_identity_iterator_new(rig.client, NULL, NULL, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "out");
    const tcses_email_identity *item = NULL;
    assert_int_equal(tcses_email_identity_iterator_next(NULL, &item, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "iterator");
    iterator = iterate(&rig, 0);
    assert_int_equal(tcses_email_identity_iterator_next(iterator, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "item");
    tcses_email_identity_iterator_free(iterator);
    tcses_email_identity_iterator_free(NULL);
    assert_int_equal(tcses_mock_requests_count(rig.mock), 0);
    rig_free(&rig);
}

static void test_iterator__domains_without_a_name(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_email_identity_iterator *iterator = iterate(&rig, 100);
    rig_answer(&rig, LIST, "{\"Response\":{\"EmailIdentities\":[{},{\"IdentityName\":\"d1\"},{}]}}");
    const tcses_email_identity *item = NULL;
    assert_int_equal(tcses_email_identity_iterator_next(iterator, &item, NULL), TCSES_OK);
    assert_non_null(item);
    assert_null(item->identity_name);
    expect_next(iterator, "d1");
    expect_end(iterator);
    tcses_email_identity_iterator_free(iterator);
    rig_free(&rig);
}

/* ---- the page of an item ---- */

static void test_iterator__page_is_that_of_the_last_item(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    options.keep_raw_json = TCSES_TRUE;
    tcses_list_email_identities_request request = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    request.limit = 2;
    tcses_email_identity_iterator *iterator = NULL;
    assert_int_equal(tcses_email_identity_iterator_new(rig.client, &request, &options, &iterator, NULL), TCSES_OK);
    assert_null(tcses_email_identity_iterator_page(iterator));
    assert_null(tcses_email_identity_iterator_page(NULL));
    rig_refuse(&rig, LIST, "UnauthorizedOperation");
    const tcses_email_identity *item = NULL;
    assert_int_equal(tcses_email_identity_iterator_next(iterator, &item, NULL), TCSES_ERR_API);
    assert_null(tcses_email_identity_iterator_page(iterator));
    add_page(&rig, NULL, 1, 2);
    expect_next(iterator, "d1");
    const tcses_list_email_identities_response *first = tcses_email_identity_iterator_page(iterator);
    assert_int_equal(first->email_identities_count, 2);
    assert_string_equal(first->request_id, "r");
    assert_non_null(strstr(first->raw_json, "d2"));
    assert_int_equal(*first->total, 3);
    expect_next(iterator, "d2");
    assert_ptr_equal(tcses_email_identity_iterator_page(iterator), first);
    rig_refuse(&rig, LIST, "UnauthorizedOperation");
    assert_int_equal(tcses_email_identity_iterator_next(iterator, &item, NULL), TCSES_ERR_API);
    assert_ptr_equal(tcses_email_identity_iterator_page(iterator), first);
    add_page(&rig, NULL, 3, 3);
    expect_next(iterator, "d3");
    const tcses_list_email_identities_response *second = tcses_email_identity_iterator_page(iterator);
    assert_ptr_not_equal(second, first);
    expect_end(iterator);
    assert_ptr_equal(tcses_email_identity_iterator_page(iterator), second);
    assert_string_equal(first->email_identities[0]->identity_name, "d1");
    tcses_email_identity_iterator_free(iterator);
    rig_free(&rig);
}

/* ---- unsubscribe links ---- */

static const char two_links[] = "{\"Response\":{\"AddressUnsubscribeConfigList\":["
                                "{\"Address\":\"a@b.c\",\"UnsubscribeConfig\":\"1\",\"Status\":1},"
                                "{\"Address\":\"b@b.c\",\"UnsubscribeConfig\":\"0\",\"Status\":0}],\"Total\":3}}";
static const char one_link_and_one_again[] =
    "{\"Response\":{\"AddressUnsubscribeConfigList\":[{\"Address\":\"b@b.c\"},{\"Address\":\"c@b.c\"}],\"Total\":3}}";

static void add_links(test_rig *rig, const char *body, const char *response_body)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.action = "ListAddressUnsubscribeConfig";
    exchange.body = body;
    exchange.response_body = response_body;
    assert_int_equal(tcses_mock_expect(rig->mock, &exchange, NULL), TCSES_OK);
}

static void expect_link(tcses_address_unsubscribe_config_iterator *iterator, const char *address, int32_t status)
{
    const tcses_address_unsubscribe_config *item = NULL;
    assert_int_equal(tcses_address_unsubscribe_config_iterator_next(iterator, &item, NULL), TCSES_OK);
    assert_non_null(item);
    assert_string_equal(item->address, address);
    assert_int_equal(item->status, status);
}

static void test_iterator__links_of_several_pages(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_list_address_unsubscribe_config_request request = TCSES_LIST_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    request.limit = 2;
    tcses_address_unsubscribe_config_iterator *iterator = NULL;
    assert_int_equal(
        tcses_address_unsubscribe_config_iterator_new(rig.client, &request, NULL, &iterator, NULL), TCSES_OK);
    assert_null(tcses_address_unsubscribe_config_iterator_page(iterator));
    add_links(&rig, "{\"Limit\":\"2\"}", two_links);
    add_links(&rig, "{\"Offset\":2,\"Limit\":\"2\"}", one_link_and_one_again);
    add_links(&rig, "{\"Offset\":4,\"Limit\":\"2\"}", NULL);
    expect_link(iterator, "a@b.c", TCSES_UNSUBSCRIBE_ON);
    expect_link(iterator, "b@b.c", TCSES_UNSUBSCRIBE_OFF);
    expect_link(iterator, "c@b.c", TCSES_UNSET);
    assert_int_equal(*tcses_address_unsubscribe_config_iterator_page(iterator)->total, 3);
    const tcses_address_unsubscribe_config *item = NULL;
    assert_int_equal(tcses_address_unsubscribe_config_iterator_next(iterator, &item, NULL), TCSES_OK);
    assert_null(item);
    assert_int_equal(tcses_mock_requests_count(rig.mock), 3);
    tcses_address_unsubscribe_config_iterator_free(iterator);
    rig_free(&rig);
}

static void test_iterator__links_a_hundred_a_page_by_default(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_address_unsubscribe_config_iterator *iterator = NULL;
    assert_int_equal(tcses_address_unsubscribe_config_iterator_new(rig.client, NULL, NULL, &iterator, NULL), TCSES_OK);
    add_links(&rig, "{\"Limit\":\"100\"}", NULL);
    const tcses_address_unsubscribe_config *item = (const void *)(uintptr_t)1;
    assert_int_equal(tcses_address_unsubscribe_config_iterator_next(iterator, &item, NULL), TCSES_OK);
    assert_null(item);
    tcses_address_unsubscribe_config_iterator_free(iterator);
    rig_free(&rig);
}

static void test_iterator__arguments_about_links_are_refused(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_address_unsubscribe_config_iterator *iterator = (void *)(uintptr_t)1;
    const tcses_address_unsubscribe_config *item = (const void *)(uintptr_t)1;
    tcses_error *error = NULL;
    tcses_list_address_unsubscribe_config_request request = TCSES_LIST_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    request.limit = 101;
    assert_int_equal(tcses_address_unsubscribe_config_iterator_new(rig.client, &request, NULL, &iterator, &error),
        TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "limit");
    assert_null(iterator);
    assert_int_equal(
        tcses_address_unsubscribe_config_iterator_new(NULL, NULL, NULL, &iterator, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "client");
    assert_int_equal(
        tcses_address_unsubscribe_config_iterator_new(rig.client, NULL, NULL, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "out");
    assert_int_equal(tcses_address_unsubscribe_config_iterator_next(NULL, &item, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "iterator");
    assert_null(item);
    assert_null(tcses_address_unsubscribe_config_iterator_page(NULL));
    tcses_address_unsubscribe_config_iterator_free(NULL);
    rig_free(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_iterator__one_page),
        cmocka_unit_test(test_iterator__no_domains),
        cmocka_unit_test(test_iterator__several_pages),
        cmocka_unit_test(test_iterator__an_exact_multiple_of_the_limit),
        cmocka_unit_test(test_iterator__many_pages_of_a_hundred),
        cmocka_unit_test(test_iterator__names_already_given_are_dropped),
        cmocka_unit_test(test_iterator__a_server_that_ignores_the_offset),
        cmocka_unit_test(test_iterator__a_server_that_ignores_the_limit),
        cmocka_unit_test(test_iterator__goes_on_after_an_error),
        cmocka_unit_test(test_iterator__items_live_until_the_free),
        cmocka_unit_test(test_iterator__copies_request_and_options),
        cmocka_unit_test(test_iterator__arguments_are_refused_when_it_is_made),
        cmocka_unit_test(test_iterator__domains_without_a_name),
        cmocka_unit_test(test_iterator__page_is_that_of_the_last_item),
        cmocka_unit_test(test_iterator__links_of_several_pages),
        cmocka_unit_test(test_iterator__links_a_hundred_a_page_by_default),
        cmocka_unit_test(test_iterator__arguments_about_links_are_refused),
    };
    return cmocka_run_group_tests_name("iterator", tests, NULL, NULL);
}
