/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <pthread.h>
#include <unistd.h>

#include "base/process.h"

#define SECRET "what-is-secret"

typedef struct counter {
    process_object object;
    int value;
    char secret[16];
} counter;

typedef struct tally {
    int set_ups;
    int tear_downs;
    bool refuse;
} tally;

static bool set_up(void *object, void *ctx)
{
    tally *t = ctx;
    counter *c = object;
    assert_int_equal(c->value, 0);
    t->set_ups++;
    c->value = 100;
    return !t->refuse;
}

static void tear_down(void *object, void *ctx)
{
    (void)object;
    ((tally *)ctx)->tear_downs++;
}

static process_kind kind_of(tally *t)
{
    return (process_kind){sizeof(counter), set_up, tear_down, t};
}

static void test_process__one_object_in_one_process(void **state)
{
    (void)state;
    test_memory m;
    tally t = {0};
    process_slot slot;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    process_kind kind = kind_of(&t);
    assert_true(process_slot_init(&slot, &mem, &kind));
    counter *first = process_slot_get(&slot);
    assert_ptr_equal(process_slot_get(&slot), first);
    assert_int_equal(first->value, 100);
    assert_int_equal(t.set_ups, 1);
    process_slot_free(&slot);
    assert_int_equal(t.tear_downs, 1);
    assert_int_equal(m.live, 0);
}

static void test_process__failures(void **state)
{
    (void)state;
    test_memory m;
    tally t = {.refuse = true};
    process_slot slot;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    process_kind kind = kind_of(&t);
    assert_false(process_slot_init(&slot, &mem, &kind));
    assert_int_equal(m.live, 0);
    assert_int_equal(t.tear_downs, 0);
    t.refuse = false;
    m.fail_at = m.taken + 1;
    assert_false(process_slot_init(&slot, &mem, &kind));
    assert_int_equal(m.live, 0);
}

static process_slot *shared_slot;
static counter *quicker;

/* Another thread that is quicker. */
static bool set_up_late(void *object, void *ctx)
{
    if (((tally *)ctx)->set_ups == 0) {
        ((tally *)ctx)->set_ups++;
        quicker = process_slot_get(shared_slot);
    }
    return set_up(object, ctx);
}

static void test_process__two_that_come_first_agree_on_one(void **state)
{
    (void)state;
    test_memory m;
    tally t = {0};
    process_slot slot;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    process_kind kind = {sizeof(counter), set_up_late, tear_down, &t};
    shared_slot = &slot;
    assert_true(process_slot_init(&slot, &mem, &kind));
    assert_int_equal(t.set_ups, 3);
    assert_ptr_equal(process_slot_get(&slot), quicker);
    assert_int_equal(t.tear_downs, 1);
    assert_int_equal(m.live, 1);
    process_slot_free(&slot);
    assert_int_equal(t.tear_downs, 2);
    assert_int_equal(m.live, 0);
}

/* What the child finds, as a bit each; 0 is as it should be. The inherited one is released without its secret. */
static int look_in_child(process_slot *slot, counter *inherited, test_memory *m, tally *t)
{
    int wrong = 0;
    /* Out of memory at first: nothing is given rather than what the parent holds. */
    m->fail_at = m->taken + 1;
    wrong |= process_slot_get(slot) != NULL ? 1 : 0;
    m->fail_at = 0;
    counter *own = process_slot_get(slot);
    wrong |= own == NULL || own == inherited ? 2 : 0;
    if (own == NULL)
        return wrong;
    wrong |= own->value != 100 || process_slot_get(slot) != own ? 4 : 0;
    wrong |= inherited->value != 7 || t->tear_downs != 0 ? 8 : 0;
    own->value = 8;
    m->look = SECRET;
    process_slot_free(slot);
    wrong |= m->found != 0 ? 64 : 0;
    /* Its own is torn down, the inherited one only released. */
    wrong |= t->tear_downs != 1 ? 16 : 0;
    wrong |= m->live != 0 ? 32 : 0;
    return wrong;
}

static void test_process__a_child_gets_an_object_of_its_own(void **state)
{
    (void)state;
    test_memory m;
    tally t = {0};
    process_slot slot;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    process_kind kind = kind_of(&t);
    assert_true(process_slot_init(&slot, &mem, &kind));
    counter *mine = process_slot_get(&slot);
    mine->value = 7;
    memcpy(mine->secret, SECRET, sizeof SECRET);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        test_child_end(look_in_child(&slot, mine, &m, &t));
    expect_child(child);
    assert_ptr_equal(process_slot_get(&slot), mine);
    assert_int_equal(mine->value, 7);
    process_slot_free(&slot);
    assert_int_equal(t.tear_downs, 1);
    assert_int_equal(m.live, 0);
}

/* A client goes on working in a child, where it can also be freed. What the parent found stays with the credentials. */
static void test_process__a_client_in_a_child(void **state)
{
    (void)state;
    static tcses_credentials *credentials;
    test_rig rig;
    rig_init(&rig);
    assert_int_equal(tcses_credentials_new_static("id", "key", NULL, NULL, &credentials, NULL), TCSES_OK);
    rig.options.credentials = credentials;
    rig_open(&rig);
    rig_answer(&rig, NULL, NULL);
    assert_int_equal(tcses_list_email_address(rig.client, NULL, NULL, NULL, NULL), TCSES_OK);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        rig_answer(&rig, NULL, NULL);
        tcses_status status = tcses_list_email_address(rig.client, NULL, NULL, NULL, NULL);
        bool is_signed = tcses_mock_request_header(rig.mock, 1, "Authorization") != NULL;
        tcses_client_free(rig.client);
        tcses_mock_free(rig.mock);
        test_child_end(status == TCSES_OK && is_signed ? 0 : 1);
    }
    expect_child(child);
    rig_answer(&rig, NULL, NULL);
    assert_int_equal(tcses_list_email_address(rig.client, NULL, NULL, NULL, NULL), TCSES_OK);
    rig_free(&rig);
    tcses_credentials_unref(credentials);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_process__one_object_in_one_process),
        cmocka_unit_test(test_process__failures),
        cmocka_unit_test(test_process__two_that_come_first_agree_on_one),
        cmocka_unit_test(test_process__a_child_gets_an_object_of_its_own),
        cmocka_unit_test(test_process__a_client_in_a_child),
    };
    return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
