/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include <stdio.h>

#define PUBLIC_1024                                                                                                  \
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDUd4gmK8hA1o2BJ87e8LK7pwFQe5g7rizPZkUIfGovP36Ks2TtmpMU0QGaktKUNYWuInbF3a" \
    "eDpshDwoDROXU4jMU0GDUM2f7nS40lvt1pXLp1rryxsb0o9x734fwtvgMK0GkZxuNlsYujwUk2bNg8+7tLudGK6jBOT+5m/jt1IwIDAQAB"
#define PUBLIC_2048                                                                                                  \
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArwiHL7ineAqi229OjwX9XiBLu2jSffSccgQy5/AkBQrhsDxAAJrN09rP0IPC25A7Ct" \
    "JI9SSY83ty0j8OVRFswBcupt4q23MxzmEwtzjOx98MfNl9d7hPR9snNtkdSlWKM2DjKUIVzv+jb9ROQQiQz8mzI7Ni5SpHEhy1hIyb0MbXo7qM" \
    "3zCTOH+xv2IreiLGFs8M7qasNgrLk9DzbplzbyNnlywPDFcamyFVXSw4DyPRcVIjjHdhYxBPexKXXqoXwM+peF/hikU5qMbi8iaWP/WM56k+MJ" \
    "CNOugkHyi8PTPayqOLSxDTLlLjPQBWByAVCR6OfTQUjmUlStx66oGVuQIDAQAB"

static const struct {
    const char *action;
    char letter;
} actions[] = {{"GetEmailIdentity", 'G'}, {"CreateEmailIdentity", 'C'}, {"UpdateEmailIdentity", 'U'},
    {"ListEmailAddress", 'L'}, {"CreateEmailAddress", 'A'}};

/* An answer that is being written. */
typedef struct text {
    char bytes[8192];
    size_t length;
} text;

static void __attribute__((format(printf, 2, 3))) add(text *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(t->bytes + t->length, sizeof t->bytes - t->length, format, arguments);
    va_end(arguments);
    assert_true(length >= 0 && t->length + (size_t)length < sizeof t->bytes);
    t->length += (size_t)length;
}

int64_t service_passed_ms(const test_service *s)
{
    return s->rig.clock.monotonic_ms - s->begun_ms;
}

void service_pass(test_service *s, int64_t milliseconds)
{
    s->rig.clock.monotonic_ms += milliseconds;
    s->rig.clock.wall_ms += milliseconds;
}

void service_forget(test_service *s)
{
    memset(s->calls, 0, sizeof s->calls);
    s->calls_count = 0;
    s->submissions = 0;
    s->asked = 0;
}

void service_add_sender(test_service *s, const char *address, const char *alias)
{
    assert_true(s->senders_count < SERVICE_SENDERS);
    test_sender *sender = &s->senders[s->senders_count++];
    snprintf(sender->address, sizeof sender->address, "%s", address);
    snprintf(sender->alias, sizeof sender->alias, "%s", alias);
}

/* ---- what a request says ---- */

static char letter_of(const tcses_http_request *request)
{
    const char *action = tcses_http_request_header(request, "X-TC-Action");
    for (size_t i = 0; i < COUNT_OF(actions); i++) {
        if (strcmp(action, actions[i].action) == 0)
            return actions[i].letter;
    }
    fail_msg("%s was not expected", action);
    return 0;
}

/* A text or number of the body; "" if it is not there. Nothing is escaped in what these tests send. */
static void member_of(const char *body, const char *name, char *room, size_t size)
{
    char key[64];
    snprintf(key, sizeof key, "\"%s\":", name);
    const char *found = strstr(body, key);
    const char *value = found != NULL ? found + strlen(key) : "";
    value += *value == '"';
    snprintf(room, size, "%.*s", (int)strcspn(value, "\",}"), value);
}

static void note_call(test_service *s, char letter, tcses_http_request *request, const char *body)
{
    char option[8] = "";
    size_t used = strlen(s->calls);
    assert_true(s->calls_count++ < SERVICE_CALLS);
    if (letter == 'U') {
        member_of(body, "DKIMOption", option, sizeof option);
        s->submitted_at_ms[s->submissions++] = service_passed_ms(s);
    }
    snprintf(s->calls + used, sizeof s->calls - used, "%c%s", letter, option);
    snprintf(s->last_body, sizeof s->last_body, "%s", body);
    snprintf(s->last_region, sizeof s->last_region, "%s", tcses_http_request_header(request, "X-TC-Region"));
}

/* The fault that this call, which has been noted, meets; NULL if none. */
static const test_fault *fault_of(const test_service *s, char letter)
{
    int number = 0;
    for (const char *p = s->calls; *p != '\0'; p++)
        number += *p == letter;
    for (const test_fault *f = s->faults; f != NULL && f->letter != 0; f++) {
        if (f->letter == letter && (f->number == 0 || f->number == number))
            return f;
    }
    return NULL;
}

/* ---- what is answered ---- */

static void refuse(text *answer, const char *code)
{
    add(answer, "{\"Response\":{\"Error\":{\"Code\":\"%s\",\"Message\":\"words of the service\"},\"RequestId\":\"r\"}}",
        code);
}

static const char *json_of(bool value)
{
    return value ? "true" : "false";
}

static void add_row(text *answer, const char *type, const char *name, const char *value, bool is_seen)
{
    add(answer,
        "{\"Type\":\"%s\",\"SendDomain\":\"%s" DOMAIN "\",\"ExpectedValue\":\"%s\",\"CurrentValue\":\"%s\","
        "\"Status\":%s},",
        type, name, value, is_seen ? value : "", json_of(is_seen));
}

static void show_domain(const test_service *s, text *answer)
{
    bool is_seen = s->has_seen_dns;
    add(answer, "{\"Response\":{\"VerifiedForSendingStatus\":%s,\"Attributes\":[", json_of(s->is_verified));
    add_row(answer, "MX", "", "mxbiz1.qq.com.", is_seen);
    add_row(answer, "TXT", "", "v=spf1 include:qcloudmail.com ~all", is_seen);
    if (s->key != KEY_2048)
        add_row(answer, "TXT", "one._domainkey.", "v=DKIM1; k=rsa; p=" PUBLIC_1024, is_seen);
    if (s->key != KEY_1024)
        add_row(answer, "TXT", "two._domainkey.", "v=DKIM1; k=rsa; p=" PUBLIC_2048, s->has_seen_2048);
    add_row(answer, "TXT", "_dmarc.", "v=DMARC1; p=none", is_seen);
    answer->length--; /* the last comma */
    add(answer, "],");
    if (!s->hides_key)
        add(answer, "\"DKIMOption\":%d,", s->key);
    add(answer, "\"RequestId\":\"r\"}}");
}

static bool sees_key(const test_service *s, int key)
{
    return key == KEY_2048 ? s->has_seen_2048 : s->has_seen_dns;
}

static void submit(test_service *s, const char *body, text *answer)
{
    char option[8];
    member_of(body, "DKIMOption", option, sizeof option);
    int key = option[0] != '\0' ? option[0] - '0' : s->key;
    if (s->refuses_unseen_key && key != s->key && key != KEY_BOTH && !sees_key(s, key)) {
        refuse(answer, TCSES_CODE_DKIM_NOT_APPLIED);
        return;
    }
    bool is_changed = key != s->key;
    s->key = key;
    s->has_seen_dns = s->has_seen_dns || service_passed_ms(s) >= s->sees_dns_at_ms;
    bool shows_2048 = key != KEY_1024 && !is_changed;
    s->has_seen_2048 = s->has_seen_2048 || (shows_2048 && service_passed_ms(s) >= s->sees_2048_at_ms);
    s->is_verified = s->is_verified || (s->has_seen_dns && sees_key(s, key == KEY_BOTH ? KEY_1024 : key));
    if (is_changed && s->takes_status_on_change)
        s->is_verified = false;
    show_domain(s, answer);
}

static void create_domain(test_service *s, const char *body, text *answer)
{
    char option[8];
    if (s->is_foreign || s->has_domain) {
        refuse(answer, s->is_foreign ? TCSES_CODE_CREATED_BY_OTHER : TCSES_CODE_REPEAT_CREATION);
        return;
    }
    member_of(body, "DKIMOption", option, sizeof option);
    s->has_domain = true;
    s->key = option[0] != '\0' ? option[0] - '0' : KEY_1024;
    show_domain(s, answer);
}

static bool has_sender(const test_service *s, const char *address)
{
    for (size_t i = 0; i < s->senders_count; i++) {
        if (strcasecmp(s->senders[i].address, address) == 0)
            return true;
    }
    return false;
}

static void create_sender(test_service *s, const char *body, text *answer)
{
    char address[160], alias[64];
    member_of(body, "EmailAddress", address, sizeof address);
    member_of(body, "EmailSenderName", alias, sizeof alias);
    if (!s->is_verified) {
        refuse(answer, TCSES_CODE_DOMAIN_NOT_VERIFIED);
    } else if (has_sender(s, address)) {
        refuse(answer, TCSES_CODE_REPEAT_EMAIL_ADDRESS);
    } else {
        service_add_sender(s, address, alias);
        add(answer, "{\"Response\":{\"RequestId\":\"r\"}}");
    }
}

static void list_senders(const test_service *s, text *answer)
{
    add(answer, "{\"Response\":{\"EmailSenders\":[");
    for (size_t i = 0; i < s->senders_count; i++) {
        add(answer, "%s{\"EmailAddress\":\"%s\"", i > 0 ? "," : "", s->senders[i].address);
        if (!s->hides_alias)
            add(answer, ",\"EmailSenderName\":\"%s\"", s->senders[i].alias);
        add(answer, "}");
    }
    add(answer, "],\"RequestId\":\"r\"}}");
}

static void answer_call(test_service *s, char letter, const char *body, text *answer)
{
    if (letter == 'C')
        create_domain(s, body, answer);
    else if (letter == 'A')
        create_sender(s, body, answer);
    else if (letter == 'L')
        list_senders(s, answer);
    else if (!s->has_domain)
        refuse(answer, TCSES_CODE_NOT_EXIST_DOMAIN);
    else if (letter == 'U')
        submit(s, body, answer);
    else
        show_domain(s, answer);
}

/* ---- faults ---- */

/* Somebody else was a moment faster. */
static void overtake(test_service *s, char letter, const char *body, const char *alias)
{
    char address[160];
    member_of(body, "EmailAddress", address, sizeof address);
    if (letter == 'A')
        service_add_sender(s, address, alias);
    else
        s->has_domain = true;
}

/* What happens before the service looks at the request; anything but TCSES_OK is the end of the exchange. */
static tcses_status meet(test_service *s, const test_fault *f, const char *body, text *answer)
{
    switch (f->kind) {
    case FAULT_REFUSED:
        refuse(answer, f->code);
        return TCSES_OK;
    case FAULT_UNSENT:
    case FAULT_SWALLOWED:
        return TCSES_ERR_NETWORK;
    case FAULT_OVERTAKEN:
        overtake(s, f->letter, body, f->code);
        return TCSES_OK;
    case FAULT_DELETED:
        s->has_domain = false;
        return TCSES_OK;
    case FAULT_CANCELLED:
        tcses_cancel_trigger(s->cancel);
        return TCSES_ERR_CANCELLED;
    default:
        return TCSES_OK;
    }
}

static tcses_status serve(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    test_service *s = ctx;
    text answer = {.length = 0};
    char letter = letter_of(request), body[512];
    snprintf(body, sizeof body, "%.*s", (int)tcses_http_request_body_length(request),
        (const char *)tcses_http_request_body(request));
    note_call(s, letter, request, body);
    const test_fault *f = fault_of(s, letter);
    tcses_status status = f != NULL ? meet(s, f, body, &answer) : TCSES_OK;
    bool is_unsent = f != NULL && f->kind == FAULT_UNSENT;
    tcses_http_response_set_stage(response, is_unsent ? TCSES_STAGE_UNSENT : TCSES_STAGE_SENT);
    if (status != TCSES_OK)
        return status;
    if (answer.length == 0)
        answer_call(s, letter, body, &answer);
    if (f != NULL && f->kind == FAULT_LOST)
        return TCSES_ERR_NETWORK;
    if (f != NULL && f->kind == FAULT_GARBLED) {
        answer.length = 0;
        add(&answer, "{\"Response\":{\"Attributes\":7,\"EmailSenders\":7,\"RequestId\":7}}");
    }
    tcses_http_response_set_status(response, 200);
    tcses_http_response_set_stage(response, TCSES_STAGE_ANSWERED);
    return tcses_http_response_append_body(response, answer.bytes, answer.length);
}

int32_t service_is_ready(void *ctx, const char *domain, const tcses_dns_attribute *const *attributes,
    size_t attributes_count, int64_t *ask_again_ms)
{
    test_service *s = ctx;
    s->asked++;
    s->rows_asked = attributes_count;
    assert_string_equal(domain, DOMAIN);
    assert_string_equal(attributes[0]->type, "MX");
    assert_int_equal(*ask_again_ms, MINUTE);
    if (s->ask_again_ms != 0)
        *ask_again_ms = s->ask_again_ms;
    if (s->cancel_in_asking != NULL)
        tcses_cancel_trigger(s->cancel_in_asking);
    service_pass(s, s->asking_takes_ms);
    int64_t now = service_passed_ms(s);
    if (s->cannot_tell == TCSES_TRUE)
        return TCSES_UNSET;
    return now >= s->ready_at_ms && (s->unready_at_ms == 0 || now < s->unready_at_ms) ? TCSES_TRUE : TCSES_FALSE;
}

/* ---- its life ---- */

void service_init(test_service *s)
{
    memset(s, 0, sizeof *s);
    rig_init(&s->rig);
    s->rig.options.max_attempts = 1; /* so that no pause of a call is among those of the wait */
    s->rig.options.log = NULL;       /* hours have many lines */
}

void service_open(test_service *s)
{
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    ops.perform = serve;
    assert_int_equal(tcses_transport_new(&ops, s, NULL, &s->transport, NULL), TCSES_OK);
    s->rig.options.transport = s->transport;
    rig_open(&s->rig);
    s->begun_ms = s->rig.clock.monotonic_ms;
}

void service_free(test_service *s)
{
    rig_free(&s->rig);
    tcses_transport_unref(s->transport);
}
