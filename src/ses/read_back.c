/* SPDX-License-Identifier: Apache-2.0 */
#include "ses/read_back.h"

#include <string.h>

#include <tcses/address.h>
#include <tcses/identity.h>

#include "base/text.h"

#define PAGE_ITEMS 100
#define PAGES_MAX 100 /* a service that gives the same page again and again must not be asked for ever */

/* ---- how each is judged ---- */

static void ask_for_identity(const void *created, size_t offset, void *request)
{
    const tcses_create_email_identity_request *wanted = created;
    tcses_get_email_identity_request *get = request;
    (void)offset;
    get->email_identity = wanted->email_identity;
}

static size_t judge_identity(const void *created, const void *page, machine_finding *finding)
{
    const tcses_create_email_identity_request *wanted = created;
    const tcses_get_email_identity_response *found = page;
    bool differs = wanted->dkim_option != TCSES_UNSET && found->dkim_option != TCSES_UNSET &&
                   wanted->dkim_option != found->dkim_option;
    *finding = differs ? FOUND_DIFFERENT : FOUND_AS_ASKED;
    return 1;
}

const ses_proof ses_identity_proof = {
    &ses_get_email_identity, ask_for_identity, judge_identity, 0, TCSES_CODE_NOT_EXIST_DOMAIN};

static void ask_for_addresses(const void *created, size_t offset, void *request)
{
    (void)created;
    (void)offset;
    (void)request;
}

/* What was not asked for, or is not told, can't differ. */
static bool is_asked(const char *asked, const char *found)
{
    return asked == NULL || found == NULL || strcmp(asked, found) == 0;
}

static bool is_address(const char *asked, const char *found)
{
    return found != NULL && text_same_ignoring_case(asked, found);
}

static size_t judge_addresses(const void *created, const void *page, machine_finding *finding)
{
    const tcses_create_email_address_request *wanted = created;
    const tcses_list_email_address_response *list = page;
    for (size_t i = 0; i < list->email_senders_count; i++) {
        const tcses_email_sender *found = list->email_senders[i];
        if (*finding != FOUND_AS_ASKED && is_address(wanted->email_address, found->email_address))
            *finding = is_asked(wanted->email_sender_name, found->email_sender_name) ? FOUND_AS_ASKED : FOUND_DIFFERENT;
    }
    return list->email_senders_count;
}

const ses_proof ses_address_proof = {&ses_list_email_address, ask_for_addresses, judge_addresses, 0, NULL};

static void ask_for_configs(const void *created, size_t offset, void *request)
{
    tcses_list_address_unsubscribe_config_request *list = request;
    (void)created;
    list->offset = offset;
    list->limit = PAGE_ITEMS;
}

static size_t judge_configs(const void *created, const void *page, machine_finding *finding)
{
    const tcses_create_address_unsubscribe_config_request *wanted = created;
    const tcses_list_address_unsubscribe_config_response *list = page;
    for (size_t i = 0; i < list->address_unsubscribe_config_list_count; i++) {
        const tcses_address_unsubscribe_config *found = list->address_unsubscribe_config_list[i];
        if (*finding == FOUND_AS_ASKED || !is_address(wanted->address, found->address))
            continue;
        bool has_status = wanted->status == found->status || found->status == TCSES_UNSET;
        bool is_same = has_status && is_asked(wanted->unsubscribe_config, found->unsubscribe_config);
        *finding = is_same ? FOUND_AS_ASKED : FOUND_DIFFERENT;
    }
    return list->address_unsubscribe_config_list_count;
}

const ses_proof ses_unsubscribe_config_proof = {
    &ses_list_address_unsubscribe_config, ask_for_configs, judge_configs, PAGE_ITEMS, NULL};

/* ---- reading ---- */

/* Decodes a page and has it judged. */
static bool judge_page(const ses_read_back *r, const call *reading, size_t *items, machine_finding *finding)
{
    const field_table *table = r->proof->reader->response;
    _Alignas(max_align_t) char page[FIELD_STRUCT_MAX] = {0};
    arena texts;
    arena_init(&texts, &reading->host->mem);
    bool is_read = codec_decode(&reading->answer, table, &texts, page, NULL) == TCSES_OK;
    if (is_read)
        *items = r->proof->judge(r->created, page, finding);
    arena_free(&texts);
    return is_read;
}

/* The create's specification, turned into that of the reader's call within the time that is left. */
static call_spec reading_spec(const call *c, const ses_action *reader, const buffer *body)
{
    call_spec spec = *c->spec;
    int64_t left = c->course.policy.deadline_ms - call_now_ms(c->host);
    spec.action = reader->name;
    spec.retry_class = reader->retry_class;
    spec.body = buffer_text(body);
    spec.body_length = body->length;
    spec.timeout_ms = left > 0 ? (int32_t)left : 0;
    spec.read_back = NULL;
    return spec;
}

/* Reads one page; the answer that shows what was looked for takes the place of the create's. */
static machine_finding read_page(const ses_read_back *r, call *c, size_t offset, size_t *items)
{
    const ses_proof *proof = r->proof;
    _Alignas(max_align_t) char request[FIELD_STRUCT_MAX] = {0};
    machine_finding finding = FOUND_NO_ANSWER;
    call *reading = NULL;
    buffer body;
    buffer_init(&body, &c->host->mem);
    memcpy(request, &proof->reader->request->bytes, sizeof(size_t));
    proof->ask(r->created, offset, request);
    if (codec_encode(proof->reader->request, request, &body, NULL) == TCSES_OK) {
        call_spec spec = reading_spec(c, proof->reader, &body);
        tcses_status status = call_run(c->host, &spec, &reading, NULL);
        if (status == TCSES_OK)
            finding = FOUND_NOTHING;
        if (status == TCSES_OK && !judge_page(r, reading, items, &finding))
            finding = FOUND_NO_ANSWER;
        if (status == TCSES_ERR_API && proof->absent_code != NULL &&
            strcmp(reading->answer.code, proof->absent_code) == 0)
            finding = FOUND_NOTHING;
        if (finding == FOUND_AS_ASKED)
            call_swap_answers(c, reading);
        call_free(reading);
    }
    buffer_free(&body);
    return finding;
}

machine_finding ses_read_back_run(void *ctx, call *c)
{
    const ses_read_back *r = ctx;
    machine_finding finding = FOUND_NOTHING;
    size_t offset = 0;
    for (size_t page = 0; page < PAGES_MAX; page++) {
        size_t items = 0;
        finding = read_page(r, c, offset, &items);
        offset += items;
        if (finding != FOUND_NOTHING || r->proof->page_items == 0 || items < r->proof->page_items)
            break;
    }
    return finding;
}
